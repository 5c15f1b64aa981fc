"""
What the hall asked and was asked, from the state, as far as a report may tell it.

Questions that are counted as one are one entry, with everybody who asked. A question of which no words stand is not
there. Nothing here knows a voter: only how many there were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from server.report import prose
from server.report.measure import block_text
from server.report.model import Answer, Asked, Asking, Column, Figure, Opinion, Opinions, Poll, Quote
from server.symposium.bodies import post_body
from server.symposium.counting import groups, votes
from server.symposium.entries import AnswerBody, PollBody
from server.symposium.hall_facts import ENOUGH, result_facts
from server.symposium.polls import all_votes, is_open, voters
from server.symposium.state import Poll as Held
from server.symposium.state import Question, State
from server.symposium.values import SHOWN, BlockId, PollId, PollKind, PostId, Stand

LEFT_OUT: Final = "{{out}}"
"""The first line of what an author wrote at a poll that is not to be in the report."""
_IN_THE_HALL: Final = frozenset({Stand.ON_STAGE, Stand.ANSWERED})

_answer = msgspec.json.Decoder(AnswerBody)
_poll = msgspec.json.Decoder(PollBody)


# Questions


class Group(NamedTuple):
    """
    Questions that are counted as one.

    `post` stands for them: the first of which the words stand. `seen` are all of those, `every` also the others.
    """

    post: PostId
    seen: tuple[PostId, ...]
    every: tuple[PostId, ...]


def asked_groups(state: State) -> Iterator[Group]:
    """In the order in which they were asked; those that an author counts under another one are one with it."""
    found = {root: [root, *rest] for root, rest in groups(state.questions).items()}
    root_of = {post: root for root, every in found.items() for post in every}
    stays = {root: _stays(state, found, root_of, root) for root in found}
    for root, other in stays.items():
        if other is not None and other != root:
            found[other] += found.pop(root)
    for root, every in found.items():
        seen = tuple(post for post in every if _stands(state, post))
        if seen and stays[root] is not None:
            yield Group(seen[0], seen, tuple(every))


def _stays(
    state: State, every: Mapping[PostId, Sequence[PostId]], root_of: Mapping[PostId, PostId], root: PostId
) -> PostId | None:
    """The question that the report's author counts *root* under: itself for none. None: under what is no question."""
    seen, post = {root}, root
    while (into := _into(state, every[post])) is not None:
        if into not in root_of:
            return None
        post = root_of[into]
        if post in seen:
            return root
        seen.add(post)
    return post


def _into(state: State, every: Sequence[PostId]) -> PostId | None:
    picks = (state.draft.picks.get(post) for post in every)
    return next((pick.into for pick in picks if pick is not None and pick.into and _stands(state, pick.into)), None)


def _stands(state: State, post: PostId) -> bool:
    known = state.posts.get(post)
    return known is not None and known.status is SHOWN and known.body in state.bodies


def count_of(state: State, group: Group) -> tuple[int, int]:
    """How many people want to know, and how many votes do not count."""
    aside = {voter for post in group.every for voter in state.questions[post].aside}
    return votes(state.questions, group.every), len(aside)


def stand_of(state: State, group: Group) -> Question:
    """What became of it: of the first that was answered, else of the one that stands for all."""
    mine = [state.questions[post] for post in (*group.seen, *group.every)]
    return next((each for each in mine if each.stand is Stand.ANSWERED), mine[0])


def answer_of(state: State, group: Group) -> Answer | None:
    """
    The answer: in the words of the report's author, else in those of whoever stood there.

    None where there is none yet.
    """
    question, written = stand_of(state, group), _written(state, group)
    said = said_on_stage(state, question)
    in_the_hall = question.stand in _IN_THE_HALL
    if written is None:
        if not in_the_hall and not said.text:
            return None
        return Answer(name=said.name, text=said.text, at=question.changed, on_stage=in_the_hall)
    at, words = written
    words, name = signed(words)
    when = question.changed if in_the_hall else at
    return Answer(name=name or said.name, text=words, at=when, on_stage=in_the_hall, written=True)


def said_on_stage(state: State, question: Question) -> AnswerBody:
    """Who answered in the hall, and in a few words what; empty where nobody wrote it down."""
    body = state.bodies.get(question.answer)
    return AnswerBody(name="", text="") if body is None else _answer.decode(body)


def _written(state: State, group: Group) -> tuple[int, str] | None:
    """When the report's author wrote an answer, and what."""
    for post in (*group.seen, *group.every):
        block = state.draft.blocks.get(answer_place(post))
        body = None if block is None or block.text is None else state.bodies.get(block.text.body)
        if block is not None and block.text is not None and body is not None and (words := block_text(body).strip()):
            return block.text.at, words
    return None


def answer_place(of: PostId | PollId) -> BlockId:
    """The place of what an author writes at a question or a poll."""
    return BlockId(f"answer:{of}")


def signed(words: str) -> tuple[str, str]:
    """*words* without their last line, and the name in it, where that line begins with a dash: "— Anna de Wit"."""
    text, _, last = words.rstrip().rpartition("\n")
    dash, name = last.strip()[:2], last.strip()[2:].strip()
    if dash in ("— ", "– ") and name and text.strip():
        return text.rstrip(), name
    return words, ""


def asking_of(found: Sequence[Asked]) -> Asking:
    """How many there are, and what became of them."""
    answers = [each.answer for each in found if each.answer is not None]
    later = sum(each.answer is None and each.stand == Stand.LATER for each in found)
    return Asking(
        n=len(found),
        on_stage=sum(each.on_stage for each in answers),
        in_writing=sum(not each.on_stage for each in answers),
        later=later,
        open=len(found) - len(answers) - later,
    )


def asked(state: State, group: Group, quotes: Sequence[Quote]) -> Asked:
    """A question, with *quotes* of all of its group of which the words stand, first the one that stands for them."""
    known = state.posts[group.post]
    body, (n, aside) = post_body(state, known), count_of(state, group)
    return Asked(
        quote=msgspec.structs.replace(quotes[0], photos=()),
        others=tuple(msgspec.structs.replace(quote, photos=()) for quote in quotes[1:]),
        to="" if body is None else body.to,
        votes=n,
        aside=aside,
        stand=stand_of(state, group).stand.value,
        answer=answer_of(state, group),
    )


# Polls


def poll_body(state: State, held: Held) -> PollBody:
    """The words of a poll; empty where they were redacted."""
    raw = state.bodies.get(held.body)
    return PollBody(title={}) if raw is None else _poll.decode(raw)


def held_polls(state: State) -> list[PollId]:
    """Those that the hall could vote in, by when they were asked."""
    return sorted((id_ for id_, poll in state.polls.items() if poll.opened), key=lambda id_: state.polls[id_].opened)


def poll_text(state: State, id_: PollId) -> tuple[str, bool]:
    """What the report's author wrote about a poll, and whether it is in the report."""
    block = state.draft.blocks.get(answer_place(id_))
    body = None if block is None or block.text is None else state.bodies.get(block.text.body)
    written = "" if body is None else block_text(body)
    words = without_mark(written)
    return words, words == written


def without_mark(written: str) -> str:
    """What was written, without the line that leaves a poll out."""
    first, _, rest = written.partition("\n")
    return rest if first.strip() == LEFT_OUT else written


def told_poll(state: State, id_: PollId, *, again: bool = True, grouped: bool = False) -> Poll:
    """
    A poll as the report tells it; without a result while it is open.

    Args:
        again: With the one that asked the same before.
        grouped: With groups of opinion, which can take a second.
    """
    held = state.polls[id_]
    form, body = held.form, poll_body(state, held)
    earlier = form.again if again and form.again in state.polls and state.polls[form.again].opened else None
    poll = Poll(
        poll=id_,
        kind=form.kind.value,
        title=body.title,
        options=body.options,
        ends=body.ends,
        most=form.most,
        low=form.low,
        high=form.high,
        right=form.right,
        binding=form.binding,
        opened=held.opened_at,
        closed=held.closed_at,
        n=voters(state, held),
        aside=len(held.aside.keys() & (held.words.keys() | held.votes.keys())),
        before=None if earlier is None else told_poll(state, earlier, again=False),
        text=poll_text(state, id_)[0],
    )
    if is_open(held) or poll.n < ENOUGH:
        return poll
    told = msgspec.structs.replace(poll, few=False, **_result(state, held))
    if not grouped or form.kind is not PollKind.STATEMENTS:
        return told
    return msgspec.structs.replace(told, opinions=_opinions(sorted(all_votes(held)), form.options))


def _result(state: State, held: Held) -> dict[str, object]:
    match held.form.kind:
        case PollKind.SCALE | PollKind.NUMBER:
            numbers = sorted(vote[0] for vote in all_votes(held))
            columns = tuple(Column(each.low, each.high, each.n) for each in result_facts(state, held).bins)
            middle = numbers[(len(numbers) - 1) // 2]
            return {"counts": tuple(held.counts), "total": sum(numbers), "middle": middle, "columns": columns}
        case PollKind.WORDS:
            words, posts = _words(state, held)
            return {"words": words, "posts": posts}
        case PollKind.STATEMENTS:
            return {"counts": tuple(_enough(held.counts))}
        case _:
            return {"counts": tuple(held.counts)}


def _enough(counts: Sequence[int]) -> Iterator[int]:
    """Of statements on which fewer than five people voted none: what they said could be guessed."""
    for place in range(0, len(counts), 3):
        of_one = counts[place : place + 3]
        yield from of_one if sum(of_one) >= ENOUGH else (0, 0, 0)


def _opinions(cast: Sequence[tuple[int, ...]], statements: int) -> Opinions | None:
    """What unites and what divides, and who votes alike; None where there are too few votes to know."""
    from server.opinions.opinions import opinions  # only where reports are made: it loads a library of numbers

    found = opinions(cast, statements)
    if found.missing is not None:
        return None
    counted = {each.statement: each.groups for each in found.statements}
    return Opinions(
        unite=tuple(each.statement for each in found.unites),
        divide=found.divides,
        groups=tuple(
            Opinion(
                n=group.n,
                agree=tuple(
                    round(100 * here[place].agree / here[place].n) if (here := counted.get(n, ())) else None
                    for n in range(statements)
                ),
                typical=tuple(each.statement for each in group.typical),
            )
            for place, group in enumerate(found.groups)
        ),
    )


def _words(state: State, held: Held) -> tuple[tuple[Figure, ...], tuple[PostId, ...]]:
    """The answers that were let through, folded to one spelling, the most given first; and whose they are."""
    spellings: dict[str, Counter[str]] = {}
    posts = []
    for voter, post in held.words.items():
        body = post_body(state, state.posts[post]) if _stands(state, post) else None
        if body is None or voter in held.aside:
            continue
        posts.append(post)
        plain = " ".join(body.text.split()).strip(" .!?")
        spellings.setdefault(plain.casefold(), Counter())[plain] += 1
    told = [Figure(min(each, key=lambda word: (-each[word], word)), each.total()) for each in spellings.values()]
    return tuple(sorted(told, key=lambda each: (-each.n, each.name))), tuple(posts)


def posts_in(poll: Poll) -> tuple[PostId, ...]:
    """The posts of which words stand at a poll."""
    return (*poll.posts, *(poll.before.posts if poll.before is not None else ()), *prose.posts_in(poll.text))

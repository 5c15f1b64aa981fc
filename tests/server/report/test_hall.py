"""What the hall asked and was asked, in the report: who asked, who answered, what came out, and nobody's vote."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from html import unescape
from itertools import chain, pairwise
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader

from server.report import hall
from server.report.activity import package
from server.report.checks import checks
from server.report.compile import AUTO_QUESTIONS, compile_report
from server.report.compose import compose
from server.report.document import Asked as Entry
from server.report.document import Chart, Document, Heading, Table
from server.report.exports import Export, Format, Order
from server.report.hall import signed
from server.report.html import html
from server.report.model import Asked, Poll
from server.report.office import Kind, office
from server.report.pdf import pdf
from server.report.spreadsheet import ods
from server.report.tables import csv
from server.symposium import entries
from server.symposium.entries import AnswerBody, PollBody, PollForm, ReasonBody
from server.symposium.law import replay
from server.symposium.values import Choice, Decision, Naming, PollId, PollKind, PostId, Reason, Stand, VoterKey
from tests.rehearsed import RehearsedDay
from tests.server.report.reading import lines, said
from tests.server.report.test_compile import Told
from tests.server.symposium.day import ANNA, AUTHOR, OPENING

POLL = PollId("p" * 16)
YES_OR_NO = PollForm(kind=PollKind.SINGLE, options=2, session=OPENING)
WORDS = PollForm(kind=PollKind.WORDS, session=OPENING)
MANY = 6


class Asking(Told):
    """A day on which the hall asks and is asked. What nobody may know begins with `SECRET`."""

    def ask(self, post: str, minute: float = 12, *, votes: int = 1, **rest: Any) -> PostId:
        """A question that so many want to know, its writer among them."""
        known = self.say(post, minute, session=rest.pop("session", OPENING), digest=f"{post}-1", **rest)
        self.put(entries.QuestionSet(by=ANNA, post=known, on=True, asker=VoterKey(f"SECRET-{post}-0")))
        for number in range(1, votes):
            self.put(entries.QuestionVoted(post=known, voter=VoterKey(f"SECRET-{post}-{number}")))
        return known

    def stand(self, post: PostId, stand: Stand, *, name: str = "", text: str = "") -> None:
        body = AnswerBody(name=name, text=text) if name or text else None
        self.put(entries.QuestionStood(by=ANNA, post=post, stand=stand, words=body is not None), body)

    def merge(self, into: PostId, *posts: PostId) -> None:
        self.put(entries.QuestionsMerged(by=ANNA, into=into, posts=posts))

    def hold(self, form: PollForm = YES_OR_NO, poll: PollId = POLL, **words: Any) -> PollId:
        options = tuple({"nl": f"Keus {n}", "en": f"Option {n}"} for n in range(form.options))
        body = PollBody(title=words.pop("title", {"nl": "Wat vindt u?", "en": "What do you think?"}), options=options)
        self.put(entries.PollSet(by=ANNA, poll=poll, form=form), body)
        self.put(entries.PollOpened(by=ANNA, poll=poll))
        return poll

    def vote(self, *votes: tuple[int, ...], poll: PollId = POLL) -> None:
        opening = self.state.polls[poll].opened
        for number, answers in enumerate(votes):
            voter = VoterKey(f"SECRET-{poll}-{number}")
            self.put(entries.Voted(poll=poll, opening=opening, voter=voter, answers=answers))

    def answer(self, *words: str, poll: PollId = POLL, start: int = 0) -> list[PostId]:
        """Answers in words that were let through."""
        posts = []
        for number, word in enumerate(words, start=start):
            letter = "abcdefghijklmnopqrstuvwxyz"[number]
            rest = {"poll": poll, "voter": VoterKey(f"SECRET-{poll}-{number}"), "source": "phone"}
            posts.append(self.say(f"w{letter}", 13, word, name="", keys=(), author=f"SECRET-{letter}", **rest))
        return posts

    def close(self, poll: PollId = POLL) -> None:
        self.put(entries.PollClosed(by=ANNA, poll=poll))

    def asked(self) -> tuple[Asked, ...]:
        return self.section().asked

    def poll(self, place: int = 0) -> Poll:
        return self.section().polls[place]

    def document(self, lang: str = "nl") -> Document:
        self.state.draft.lang = lang
        return compose(self.report())

    def told(self, lang: str = "nl") -> str:
        return "\n".join(line for part in self.document(lang).parts for line in lines(part.blocks))


class TestQuestions:
    def test_questions_that_are_counted_as_one_are_one_entry_with_everybody_who_asked(self) -> None:
        day = Asking()
        day.put(entries.ReportSet(by=AUTHOR, naming=Naming.FULL, lang="nl"))
        first, second = day.ask("a", votes=3), day.ask("b", votes=2)
        day.merge(first, second)

        (asked,) = day.asked()

        assert (asked.votes, [each.post for each in asked.others]) == (5, [second])
        assert "A Jansen en B Jansen" in day.told()
        assert day.section().asking.n == 1

    def test_one_voter_of_both_counts_once(self) -> None:
        day = Asking()
        first, second = day.ask("a"), day.ask("b")
        for post in (first, second):
            day.put(entries.QuestionVoted(post=post, voter=VoterKey("SECRET-both")))
        assert [asked.votes for asked in day.asked()] == [2, 2]

        day.merge(first, second)

        assert [asked.votes for asked in day.asked()] == [3]

    def test_author_counts_one_under_another_and_takes_it_back(self) -> None:
        day = Asking()
        first, second = day.ask("a", votes=3), day.ask("b", votes=2)

        day.quotes(second, into=first)
        assert [(asked.quote.post, asked.votes) for asked in day.asked()] == [(first, 5)]

        day.quotes(second, alone=True)
        assert [asked.votes for asked in day.asked()] == [3, 2]

    def test_questions_in_a_ring_are_each_there_once(self) -> None:
        day = Asking()
        first, second = day.ask("a"), day.ask("b")
        day.quotes(second, into=first)
        day.quotes(first, into=second)

        assert sum(1 + len(asked.others) for asked in day.asked()) == 2

    @pytest.mark.parametrize("how", ["erased", "hidden"])
    def test_question_that_was_taken_away_leaves_no_words_and_the_same_one_speaks_for_it(self, how: str) -> None:
        day = Asking()
        first, second = day.ask("a", text="Waar is de zwaan?", votes=4), day.ask("b", text="Komt er een zwaluw?")
        day.merge(first, second)
        assert "zwaan" in day.told()

        if how == "erased":
            day.erase(first)
        else:
            target = entries.Target(first, 1, "a-1")
            day.put(entries.Decided(by=ANNA, decision=Decision.HIDE, posts=(target,), reason=Reason.HURTFUL))

        assert "zwaan" not in day.told()
        assert [(asked.quote.post, asked.votes) for asked in day.asked()] == [(second, 5)]
        day.erase(second)
        assert (day.asked(), day.report().figures.questions) == ((), 0)

    def test_question_stands_among_the_questions_and_not_in_the_thread(self) -> None:
        day = Asking()
        question, other = day.ask("a"), day.say("b", 13, session=OPENING)

        assert [thread.quote.post for thread in day.section().thread] == [other]
        assert day.section().posts == 2
        day.put(entries.QuestionSet(by=ANNA, post=question, on=False))
        assert {thread.quote.post for thread in day.section().thread} == {question, other}

    def test_the_most_wanted_come_first_and_an_author_leaves_one_out(self) -> None:
        day = Asking()
        few, many = day.ask("a", votes=2), day.ask("b", votes=7)
        assert [asked.quote.post for asked in day.asked()] == [many, few]

        day.quotes(many, choice=Choice.OUT)

        assert [asked.quote.post for asked in day.asked()] == [few]
        assert day.section().asking.n == 2
        assert "Nog één vraag staat niet in dit verslag." in day.told()

    def test_of_very_many_those_that_were_answered_are_kept(self) -> None:
        day = Asking()
        letters = "abcdefghijklmnopqrstuvwxyz"[: AUTO_QUESTIONS + 3]
        posts = [day.ask(letter, votes=2) for letter in letters]
        day.stand(posts[-1], Stand.ANSWERED, name="Imani", text="Ja.")

        asked = {each.quote.post for each in day.asked()}

        assert (len(asked), posts[-1] in asked) == (AUTO_QUESTIONS, True)

    def test_votes_that_were_set_aside_are_told_without_whose_they_were(self) -> None:
        day = Asking()
        post = day.ask("a", votes=9)
        voters = tuple(VoterKey(f"SECRET-a-{n}") for n in range(1, 5))
        reason = ReasonBody(reason="Vier op één bank.")
        day.put(entries.VotesSetAside(by=ANNA, voters=voters, on=True, post=post), reason)

        (asked,) = day.asked()

        assert (asked.votes, asked.aside) == (5, 4)
        assert "Nog 4 stemmen tellen niet mee. De reden is vastgelegd." in day.told()
        assert "bank" not in day.told()


class TestAnswers:
    def test_answer_on_stage_says_who_where_and_when(self) -> None:
        day = Asking()
        post = day.ask("a")
        day.stand(post, Stand.ANSWERED, name="Imani Oduya", text="Ja, dat kan.")

        (entry,) = entries_of(day.document())

        assert [line for block in entry.answer for line in lines([block])] == ["Ja, dat kan."]
        assert re.fullmatch(r"Imani Oduya, op het podium, \d\d:\d\d", said(entry.end))

    def test_what_the_author_wrote_takes_the_place_of_what_was_written_down(self) -> None:
        day = Asking()
        post = day.ask("a")
        day.stand(post, Stand.ANSWERED, name="Imani Oduya", text="ja kan")
        day.write(f"answer:{post}", "Ja, dat **kan**.")

        assert "ja kan" not in day.told()
        (entry,) = entries_of(day.document())
        assert said(entry.end).startswith("Imani Oduya, op het podium")

    def test_answer_to_what_was_kept_for_later_is_in_writing_by_whom_its_last_line_names(self) -> None:
        day = Asking()
        post = day.ask("a")
        day.stand(post, Stand.LATER)
        assert "Bewaard voor na de dag" in day.told()

        day.write(f"answer:{post}", "Dat zoek ik op.\n— Ruben Tol")

        (asked,) = day.asked()
        assert asked.answer is not None
        assert (asked.answer.text, asked.answer.name, asked.answer.on_stage) == ("Dat zoek ik op.", "Ruben Tol", False)
        (entry,) = entries_of(day.document())
        assert re.fullmatch(r"Ruben Tol, op schrift, \d+ \w+ \d{4}", said(entry.end))

    def test_answer_that_nobody_wrote_down_is_said_to_be_given(self) -> None:
        day = Asking()
        day.stand(day.ask("a"), Stand.ANSWERED)
        assert "Het antwoord is niet opgeschreven." in day.told()
        assert "The answer was not written down." in day.told("en")

    def test_open_question_says_where_an_answer_may_go(self) -> None:
        day = Asking()
        day.ask("a")
        day.state.draft.lang = "nl"
        (entry,) = entries_of(compose(day.report(home="https://fontein.example/dag", short="fontein.example/DG")))
        assert said(entry.end) == "Nog geen antwoord. Weet jij het? fontein.example/dg"
        assert entry.open

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("Ja.\n— Anna de Wit", ("Ja.", "Anna de Wit")),
            ("Ja.\n\n– Anna", ("Ja.", "Anna")),
            ("— Anna", ("— Anna", "")),
            ("Ja — Anna", ("Ja — Anna", "")),
            ("Ja.\n- een\n- twee", ("Ja.\n- een\n- twee", "")),
        ],
    )
    def test_who_answered_stands_on_the_last_line(self, words: str, expected: tuple[str, str]) -> None:
        assert signed(words) == expected


def entries_of(document: Document) -> list[Entry]:
    return [block for part in document.parts for block in part.blocks if isinstance(block, Entry)]


class TestPolls:
    @pytest.mark.parametrize("n", [0, 4, 5])
    def test_fewer_than_five_voters_make_no_result(self, n: int) -> None:
        day = Asking()
        day.hold()
        day.vote(*[(0,)] * n)
        day.close()

        poll, told = day.poll(), day.told()

        assert (poll.few, bool(poll.counts)) == (n < 5, n >= 5)
        assert ("Er stemden minder dan vijf mensen" in told) == (n < 5)
        assert ("100%" in told) == (n >= 5)

    def test_without_the_bound_few_votes_are_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The same with the protection off: the test above would notice."""
        monkeypatch.setattr(hall, "ENOUGH", 1)
        day = Asking()
        day.hold()
        day.vote((0,), (1,))
        day.close()
        assert "50%" in day.told()

    def test_open_poll_has_no_result_and_a_draft_is_not_there(self) -> None:
        day = Asking()
        day.put(entries.PollSet(by=ANNA, poll=PollId("q" * 16), form=YES_OR_NO), PollBody(title={"nl": "Nooit?"}))
        day.hold()
        day.vote(*[(0,)] * MANY)

        assert [poll.told for poll in day.section().polls] == [False]
        assert "Nooit?" not in day.told()
        assert "was nog open" in day.told()

    @pytest.mark.parametrize(("lang", "title"), [("nl", "Wat vindt u?"), ("en", "What do you think?")])
    def test_it_is_worded_in_the_language_of_the_report(self, lang: str, title: str) -> None:
        day = Asking()
        day.hold()
        assert title in day.told(lang)

    def test_words_in_one_language_stand_in_both(self) -> None:
        day = Asking()
        day.hold(WORDS, title={"en": "Which word?"})
        assert "Which word?" in day.told("nl")

    def test_statement_on_which_few_voted_is_not_told(self) -> None:
        day = Asking()
        day.hold(PollForm(kind=PollKind.STATEMENTS, options=2, session=OPENING))
        opening = day.state.polls[POLL].opened
        for number in range(MANY):
            for place in range(1 + (number < 2)):
                vote = entries.Voted(poll=POLL, opening=opening, voter=VoterKey(f"v{number}"), answers=(place, 0))
                day.put(vote)
        day.close()

        assert day.poll().counts == (MANY, 0, 0, 0, 0, 0)
        assert "te weinig stemmen" in day.told()
        assert b'"Keus 1","te weinig stemmen",""' in b"".join(csv(day.state, "polls", lang="nl", link_only=()))

    def test_answers_in_words_stand_only_with_their_poll(self) -> None:
        day = Asking()
        day.hold(WORDS)
        posts = day.answer(*["krijt"] * 4, "Krijt.", "stoep")
        day.close()

        assert [(word.name, word.n) for word in day.poll().words] == [("krijt", 5), ("stoep", 1)]
        assert (day.section().posts, day.section().thread, day.report().moderation.came) == (0, (), 0)
        assert day.report().moderation.answers == 6
        export = Export(day.state, Order(formats=(Format.HTML,)), lambda _: None)
        assert set(posts) <= set(export.posts)

    def test_answer_that_was_erased_leaves_no_word(self) -> None:
        day = Asking()
        day.hold(WORDS)
        *_, last = day.answer(*["krijt"] * 5, "zwaluw")
        day.close()
        assert "zwaluw" in day.told()

        day.erase(last)

        assert "zwaluw" not in day.told()

    def test_same_poll_twice_is_a_shift_in_words_and_figures(self) -> None:
        day = Asking()
        before = day.hold(poll=PollId("b" * 16))
        day.vote(*[(0,)] * 8, *[(1,)] * 2, poll=before)
        day.close(before)
        form = PollForm(kind=PollKind.SINGLE, options=2, session=OPENING, again=before)
        day.hold(form)
        day.vote(*[(0,)] * 3, *[(1,)] * 7)
        day.close()

        told = day.told()

        assert "Toen stemden 10 mensen. Het meest verschoof ‘Keus 0’: van 80% naar 30%, 50 punten minder." in told
        assert "Keus 1 | 20% | 70% | +50" in told.replace("\t", " | ") or "+50" in told
        charts = [block for part in day.document().parts for block in part.blocks if isinstance(block, Chart)]
        assert any("80% → 30%, 50 punten minder" in chart.alt for chart in charts)

    def test_author_leaves_a_poll_out_and_keeps_the_words(self) -> None:
        day = Asking()
        day.hold()
        day.write(f"answer:{POLL}", "De zaal twijfelt.")
        assert "De zaal twijfelt." in day.told()

        seq = day.state.draft.blocks[hall.answer_place(POLL)].text
        assert seq is not None
        head = entries.BlockWritten(by=AUTHOR, block=hall.answer_place(POLL), base=seq.body)
        day.put(head, entries.BlockBody(text="{{out}}\nDe zaal twijfelt."))

        assert day.section().polls == ()
        assert hall.poll_text(day.state, POLL) == ("De zaal twijfelt.", False)

    def test_poll_of_no_session_stands_where_its_time_is(self) -> None:
        day = Asking()
        day.clock = 300 * 60_000_000
        day.hold(PollForm(kind=PollKind.SINGLE, options=2))
        report = day.report()
        assert report.after is not None
        assert [poll.poll for poll in report.after.polls] == [POLL]


def test_author_is_warned_of_questions_without_an_answer_and_of_lost_texts() -> None:
    day = Asking()
    many, few = day.ask("a", votes=9), day.ask("b", votes=2)
    found = {check.code: check for check in checks(day.state)}
    assert (found["unanswered"].posts, "lost-answer" in found) == ((many,), False)

    day.write(f"answer:{many}", "Ja.")
    day.write(f"answer:{few}", "Nee.")
    day.quotes(few, choice=Choice.OUT)

    found = {check.code: check for check in checks(day.state)}
    assert "unanswered" not in found
    assert found["lost-answer"].places == (f"answer:{few}",)


# The whole day, in every format


@cache
def rehearsed(lang: str = "nl") -> RehearsedDay:
    return RehearsedDay(lang)


def made(day: Any, lang: str = "nl") -> Iterator[tuple[str, str]]:
    """Everything that goes out, by its format, as text: what the writers are given, and each table and archive."""
    state = day.state
    document = compose(day.report())
    yield "document", repr(document)
    yield "html", html(document, lambda _: None)
    export = Export(state, Order(formats=(), home="https://fontein.example/dag"), lambda _: None)
    for format_ in (Format.CSV, Format.FIGURES, Format.QUESTIONS, Format.POLLS, Format.JSONL, Format.SCRIPT):
        yield format_, b"".join(export.pieces(format_)).decode()
    zipped = {"ods": ods(state, lang="nl", link_only=()), "as2": package(state, lambda _: None, home="", link_only=())}
    for name, pieces in zipped.items():
        with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as opened:
            yield name, "\n".join(opened.read(each).decode(errors="replace") for each in opened.namelist())


NOBODYS_TO_KNOW = re.compile(r"SECRET|phone \d+|voter \d+ of|device of|author of voter")
"""Voters and phones, as these days call them."""


def leaks(day: Any) -> list[str]:
    return [name for name, text in made(day) if NOBODYS_TO_KNOW.search(text)]


@pytest.mark.slow
def test_no_voter_and_no_phone_is_in_anything_that_goes_out() -> None:
    assert leaks(rehearsed()) == []


@pytest.mark.slow
def test_a_voter_that_leaks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same day, with a voter where whom a question is for belongs."""
    told = hall.asked

    def leaking(state: Any, group: hall.Group, quotes: Any) -> Asked:
        voter = next(iter(state.questions[group.post].voters))
        return msgspec.structs.replace(told(state, group, quotes), to=voter)

    monkeypatch.setattr(hall, "asked", leaking)
    assert leaks(rehearsed()) == ["document", "html"]


@pytest.mark.slow
def test_one_journal_makes_the_same_bytes() -> None:
    day = rehearsed()
    again = Told()
    again.state = replay(day.records)

    assert dict(made(again)) == dict(made(_Made(day.state)))


class _Made:
    """A state that is compiled as `Told` does it."""

    def __init__(self, state: Any) -> None:
        self.state = state

    def report(self) -> Any:
        return compile_report(self.state)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("nl", "Het goede antwoord was ‘Eenenveertig’: dat koos 29%."),
        ("nl", "De middelste stem was 25: de helft noemde dat of minder. Gemiddeld was het 26,3."),
        ("nl", "Het gemiddelde ging van 2,5 naar 3,3."),
        ("nl", "Het meest verschoof ‘Ja, allemaal’: van 48% naar 21%, 27 punten minder."),
        ("nl", "Hierover was de zaal het het meest eens: ‘Elke brief hoort de naam te hebben"),
        ("nl", "Zo waren er drie groepen: groep A met 39 mensen"),
        ("nl", "Bindend: één stem per gedrukte code."),
        ("en", "The right answer was ‘Forty-one’: 29% chose it."),
        ("en", "On this the hall was divided: ‘A counter can be wholly digital’"),
        ("en", "Fewer than five people voted."),
    ],
)
def test_each_kind_of_poll_is_told_in_words(lang: str, sentence: str) -> None:
    document = compose(rehearsed(lang).report())
    assert any(sentence in line for part in document.parts for line in lines(part.blocks))


@pytest.mark.slow
def test_every_poll_has_its_drawing_described_and_its_table_beside_it() -> None:
    document = compose(rehearsed().report())
    for part in document.parts:
        polls = [n for n, b in enumerate(part.blocks) if isinstance(b, Heading) and re.search(r"-poll-\d+$", b.ident)]
        for start, end in pairwise([*polls, len(part.blocks)]):
            charts = [block for block in part.blocks[start:end] if isinstance(block, Chart)]
            tables = [block for block in part.blocks[start:end] if isinstance(block, Table)]
            assert len(tables) >= bool(charts)
            assert all(chart.alt.endswith(".") and chart.narrow and "<desc>" in chart.svg for chart in charts)


@pytest.mark.slow
def test_the_script_has_the_hall_and_nobody_in_it() -> None:
    day = rehearsed()
    script = json.loads(b"".join(Export(day.state, Order(formats=()), lambda _: None).pieces(Format.SCRIPT)))
    questions = [post["question"] for post in script["posts"] if "question" in post]

    assert (len(script["polls"]), len(questions)) == (13, 14)
    assert sum(question.get("votes", 0) for question in questions) == day.report().figures.wanted
    told = json.dumps(script, ensure_ascii=False)
    real = ("Imani", "Oduya", "Haringsma", "Gerda")
    assert [name for name in real if re.search(rf"\b{name}\b", told)] == []
    assert "Imani Oduya" in repr(day.report()), "there is somebody who could leak"


def test_spreadsheets_take_no_question_and_no_option_for_a_formula() -> None:
    day = Asking()
    day.ask("a", text="=1+1", to="@boss")
    day.hold(title={"nl": "+2"})
    tables = b"".join(chain(*(csv(day.state, what, lang="nl", link_only=()) for what in ("questions", "polls"))))
    assert b'"\'=1+1"' in tables
    assert b'"\'@boss"' in tables
    assert b'"\'+2"' in tables


def test_words_of_a_network_that_lets_nobody_keep_them_are_in_no_table() -> None:
    day = Asking()
    day.ask("a", text="Dit mag niet mee.", to="Anna")
    told = b"".join(csv(day.state, "questions", lang="nl", link_only=("mastodon",)))
    assert b"Dit mag niet mee" not in told
    assert b"Anna" not in told


HOSTILE = "<script>alert(1)</script> **vet** [x](javascript:alert(1)) {{post aaaaaaaaaaaaaaaa}} #h"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["odt", "docx", "epub", "md"])
def test_words_of_the_hall_mean_themselves_in_every_office(kind: Kind) -> None:
    day = Asking()
    post = day.ask("a", text=HOSTILE, to="<b>", votes=3)
    day.stand(post, Stand.ANSWERED, name="Jan <i>", text=HOSTILE)
    day.hold(title={"nl": HOSTILE})

    data = office(day.document(), kind, lambda _: None)

    if kind == "md":
        told = re.sub(r"\\(.)", r"\1", data.decode())
        assert "<script>" not in re.sub(r"\\<", "", data.decode())
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            names = [name for name in opened.namelist() if re.search(r"(content|document|ch\d+)\.x?h?t?ml$", name)]
            raw = "\n".join(opened.read(name).decode() for name in names)
        assert "<script" not in raw
        told = unescape(re.sub(r"<[^>]+>", "", raw.replace("<text:s/>", " ")))
    assert told.count("<script>alert(1)</script>") >= 3
    assert "Jan <i>" in told


def test_words_of_the_hall_mean_themselves_on_the_page() -> None:
    day = Asking()
    post = day.ask("a", text=HOSTILE)
    day.stand(post, Stand.ANSWERED, name="Jan <i>", text=HOSTILE)
    day.hold(title={"nl": HOSTILE})

    page = html(day.document(), lambda _: None)

    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3
    assert '<ol class="questions" role="list">' in page


@pytest.mark.slow
def test_questions_and_polls_make_an_accessible_pdf() -> None:
    day = Asking()
    post = day.ask("a", text=HOSTILE, votes=7)
    day.write(f"answer:{post}", "# Kop\n\n- een\n- twee\n\n> citaat\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n— Anna")
    day.ask("b", text="سؤال؟", lang="ar")
    day.hold()
    day.vote(*[(0,)] * 5, *[(1,)] * 3)
    day.close()

    told = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf(day.document(), lambda _: None))).pages)

    for words in ("Vragen en antwoorden", "mensen met", "op schrift", "Wat vindt u?", "63%", "37%", "twee"):
        assert words in told

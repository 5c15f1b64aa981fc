"""
The rehearsal's day as it would have been: at the times of a real day, moderated, and with a report by an author.

`python3 run.py demo` presses the day into 25 minutes, of which no report can be made that says anything. Here its
posts, its scripted moderator and its papers go through the law by their own clock, from the first coffee until four,
with an evening and a week after it. `rehearsed.toml` holds what the author of the report did, and `rehearsed_hall.toml`
what the hall asked and was asked. Nothing comes from a clock or by chance: the same day gives the same bytes.
"""

from __future__ import annotations

import hashlib
import heapq
import itertools
import random
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from server.rehearsal.day_plan import papers, plan
from server.rehearsal.drawing import draw
from server.rehearsal.script import RehearsalPost, Ruling, evening, posts, programme
from server.report.compile import compile_report
from server.report.model import Report
from server.symposium import entries
from server.symposium.entries import (
    AnswerBody,
    BadgeBody,
    BlockBody,
    Count,
    FileBody,
    PollBody,
    PollForm,
    ReasonBody,
    Record,
    SourceBody,
    SymposiumBody,
    Target,
    encode_body,
)
from server.symposium.law import apply
from server.symposium.outcomes import Done
from server.symposium.state import State
from server.symposium.values import (
    OPERATOR,
    PHONE,
    AuthorKey,
    BadgeId,
    BlobId,
    BlockId,
    Choice,
    Decision,
    DeviceId,
    Hold,
    Naming,
    PaperId,
    Picture,
    PollId,
    PollKind,
    PostBody,
    PostId,
    Reaction,
    Reason,
    Role,
    RuleId,
    SessionId,
    SourceId,
    Stand,
    Status,
    VoterKey,
)

HOME = "https://fontein.example/aan-tafel"
SHORT = "fontein.example/AT"
ZONE = ZoneInfo("Europe/Amsterdam")
CLOCK = (
    (0, "09:30"), (150, "10:08"), (345, "10:53"), (388, "11:00"), (560, "11:14"), (705, "12:08"), (780, "12:28"),
    (960, "13:28"), (1_020, "13:52"), (1_100, "14:08"), (1_230, "14:46"), (1_420, "15:26"), (1_505, "15:58"),
)  # fmt: skip
"""Seconds of the script, and when that was: the hall writes most when a speaker asks for questions."""
SLOTS = {
    "een-stoel-erbij": ("09:30", "10:10"), "letter": ("10:10", "11:15"), "gezicht": ("11:30", "12:30"),
    "brieven-bakken": ("11:30", "12:30"), "lange-tafel": ("12:30", "13:30"), "straat": ("13:30", "14:45"),
    "mee-naar-huis": ("14:45", "16:00"),
}  # fmt: skip
MODERATOR, EDITOR, ORGANISER = map(BadgeId, ("redactie", "verslag", "organisatie"))
MASTODON = SourceId("mastodon-1")
THINKS_S = (9.0, 52.0)
STAR_AFTER_S, PIN_AFTER_S, UNPIN_AFTER_S, UNDO_AFTER_S, HIDE_AFTER_S = 20.0, 8.0, 2_700.0, 15.0, 300.0
AFTERWARDS = ("16:48", "17:20", "18:35", "20:05", "21:40", "+1 08:35", "+1 09:10", "+1 12:25", "+4 10:05")
"""When the posts of the evening and after come; `+1` is the day after."""
_POINTER = re.compile(r"\{\{post ([^}]+)\}\}")
_WORDS = Path(__file__).with_suffix(".toml")
_HALL = Path(__file__).with_name("rehearsed_hall.toml")
_SAYS = {"A": 0, "D": 1, "P": 2}


def at(clock: str) -> int:
    """A time of that Thursday or, as `+4 10:05`, so many days after it → µs."""
    day, _, time = clock.rpartition(" ")
    hour, minute = map(int, time.split(":"))
    moment = datetime(2026, 11, 12 + int(day or 0), hour, minute, tzinfo=ZONE)
    return int(moment.timestamp()) * 1_000_000


class RehearsedDay:
    """
    The day, whole, in one language; the words of the posts are in those that they were written in.

    Args:
        lang: Dutch or English: of the programme, and of the report.
        written: Whether the report's author wrote; without, it is the draft that is there by itself.
        asked: Whether the hall asked and was asked.
    """

    def __init__(self, lang: str = "nl", *, written: bool = True, asked: bool = True) -> None:
        self.lang = lang
        self.words = _words()
        self.hall = _hall() if asked else {"question": [], "answer": [], "poll": [], "reactions": {}}
        self.state = State()
        self.records: list[Record] = []
        self._clock = at("-7 10:00")
        self._ids: dict[str, PostId] = {}
        self._chance = random.Random("a person at the desk")
        self._hand_free = 0
        self._chores: list[tuple[int, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._prepare()
        self._play()
        if written:
            self._write()

    def report(self, *, number: int = 0) -> Report:
        """What the report says; with *number* that version."""
        return compile_report(self.state, home=HOME, short=SHORT, number=number)

    def picture(self, blob: BlobId) -> bytes | None:
        """The photos of the day, as the writers of a report ask for them."""
        name = next((post.picture for post in posts() if post.picture and _blob(post.picture) == blob), None)
        return None if name is None else _drawn(name)

    # Before the doors

    def _prepare(self) -> None:
        day = programme()
        title = getattr(day.title, self.lang)
        languages = ("nl", "en") if self.lang == "nl" else ("en", "nl")
        made = entries.SymposiumMade(slug="aan-tafel", short="AT", languages=languages)
        self._put(made, SymposiumBody(title=title, hashtags=(day.hashtag,), date="2026-11-12"))
        names = {"nl": ("Sanne Wolters", "Redactie", "Organisatie"), "en": ("Sanne Wolters", "Editors", "Organisers")}
        roles = ((MODERATOR, Role.MODERATOR), (EDITOR, Role.AUTHOR), (ORGANISER, Role.ORGANISER))
        for (badge, role), name in zip(roles, names[self.lang], strict=True):
            head = entries.BadgeMade(by=OPERATOR, badge=badge, role=role, token_hash=f"hash of {badge}")
            self._put(head, BadgeBody(name=name))
        source = entries.SourceSet(by=OPERATOR, source=MASTODON, network="mastodon", on=True)
        self._put(source, SourceBody(name="Mastodon"))
        self._prepare_programme()
        self._prepare_shelf()

    def _prepare_programme(self) -> None:
        body, slots = plan(0, speed=1, lang=self.lang)
        said = self.words["abstract"][self.lang]
        sessions = tuple(
            msgspec.structs.replace(each, lang=self.lang, abstract=said.get(each.id, "")) for each in body.sessions
        )
        rounded = tuple(
            msgspec.structs.replace(slot, start=at(start), end=at(end), questions_s=1_200)
            for slot in slots
            for start, end in (SLOTS[slot.session],)
        )
        head = entries.ProgrammeSet(by=ORGANISER, base=0, rooms=tuple(room.id for room in body.rooms), slots=rounded)
        self._put(head, msgspec.structs.replace(body, sessions=sessions))

    def _prepare_shelf(self) -> None:
        for paper in papers():
            facts, known = self.words["shelf"][paper.id], PaperId(paper.id)
            head = entries.PaperSet(by=ORGANISER, paper=known, form=paper.form, session=paper.session)
            self._put(head, paper.body)
            for lang, pages, size in facts["files"]:
                file = entries.PaperFiled(
                    by=ORGANISER, paper=known, blob=_blob(f"{paper.id} {lang}"), size=size, type="application/pdf",
                    lang=lang, pages=pages,
                )  # fmt: skip
                self._put(file, FileBody(name=f"{paper.id}.pdf"))

    # The day

    def _play(self) -> None:
        """Each post at its time, and meanwhile what the moderator still had to do."""
        self._plan_hall()
        for moment, post in self._coming():
            self._do_until(moment)
            self._arrive(moment, post)
        self._do_until(at("+4 18:00"))
        self._clock = max(self._clock, at("+4 18:00"))
        counts = tuple(
            Count(f"paper:{paper}" if kind == "scan" else paper, kind, facts[named])
            for paper, facts in self.words["shelf"].items()
            for kind, named in (("download", "fetched"), ("scan", "scanned"))
        )
        self._put(entries.Counted(counts=counts))

    def _coming(self) -> Iterator[tuple[int, RehearsalPost]]:
        """The script, by the clock of this day."""
        day = posts()
        early = [post for post in day if post.at_s == 0]
        begin, doors = at("08:40"), at("09:30")
        for n, post in enumerate(early):
            yield begin + n * (doors - begin) // len(early), post
        for post in day[len(early) :]:
            yield _moment(post.at_s), post
        yield from zip(map(at, AFTERWARDS), evening(after_s=day[-1].at_s), strict=False)

    def _arrive(self, moment: int, post: RehearsalPost) -> None:
        known = self._ids[post.key] = _post_id(post.key)
        handle, digest = post.author.handle, f"{known}-1"
        native = f"{1_000 + len(self._ids)}"
        user, _, host = handle.removeprefix("@").partition("@")
        body = PostBody(
            salt="0" * 32,
            text=post.text,
            name=post.author.name,
            handle=handle,
            lang=post.lang,
            media=_photos(post),
            created=moment - 4_000_000 if handle else None,
            permalink=f"https://{host}/@{user}/{native}" if handle else None,
            native_id=post.key,
            reply_to=post.reply,
        )
        head = entries.PostArrived(
            post=known,
            source=MASTODON if handle else PHONE,
            network="mastodon" if handle else PHONE,
            author=AuthorKey(post.author.key),
            digest=digest,
            seen=self.state.seq,
            verdict=Hold(rule=RuleId("everything-waits")),
            keys=(f"key of {post.key}",),
            device=None if handle else DeviceId(f"device of {post.author.key}"),
            lang=post.lang,
            session=post.session,
            photos=len(body.media),
        )
        self._clock = max(self._clock, moment)
        self._put(head, body)
        self._hand_free = max(self._hand_free, moment) + int(self._chance.uniform(*THINKS_S) * 1_000_000)
        self._later(self._hand_free, lambda: self._rule(post, slips=post.slip))

    def _rule(self, post: RehearsalPost, *, slips: bool) -> None:
        """As the script says; what it leaves to a person was not for the screens."""
        if slips or post.ruling in (Ruling.REJECT, Ruling.LEAVE):
            self._decide(post, Decision.REJECT, reason=post.reason or Reason.OFF_TOPIC)
            if slips:
                rejected = self.state.seq
                self._after(UNDO_AFTER_S, lambda: self._put(entries.Undone(by=MODERATOR, seq=rejected)))
                self._after(2 * UNDO_AFTER_S, lambda: self._rule(post, slips=False))
            return
        self._decide(post, Decision.SHOW)
        if post.star:
            self._after(STAR_AFTER_S, lambda: self._decide(post, Decision.STAR))
        if post.pin:
            self._after(PIN_AFTER_S, lambda: self._decide(post, Decision.PIN))
            self._after(UNPIN_AFTER_S, lambda: self._decide(post, Decision.UNPIN))
        if post.ruling is Ruling.HIDE_LATER:
            self._after(HIDE_AFTER_S, lambda: self._decide(post, Decision.HIDE))

    def _decide(self, post: RehearsalPost, decision: Decision, *, reason: Reason | None = None) -> None:
        known = self._ids[post.key]
        target = Target(known, 1, f"{known}-1")
        self._put(entries.Decided(by=MODERATOR, decision=decision, posts=(target,), reason=reason))

    def _after(self, seconds: float, chore: Callable[[], None]) -> None:
        self._later(self._clock + int(seconds * 1_000_000), chore)

    def _later(self, moment: int, chore: Callable[[], None]) -> None:
        heapq.heappush(self._chores, (moment, next(self._numbers), chore))

    def _do_until(self, moment: int) -> None:
        while self._chores and self._chores[0][0] <= moment:
            due, _, chore = heapq.heappop(self._chores)
            self._clock = max(self._clock, due)
            chore()

    # What the hall asks and is asked

    def _plan_hall(self) -> None:
        if self.hall["reactions"]:
            self._put(entries.HallSet(by=ORGANISER, reactions=True))
        for question in self.hall["question"]:
            self._plan_question(question)
        for poll in self.hall["poll"]:
            self._plan_poll(poll)
        for session, minutes in self.hall["reactions"].items():
            for clock, counts in minutes:
                counted = {Reaction(kind): n for kind, n in counts.items()}
                head = entries.ReactionsCounted(minute=at(clock), session=SessionId(session), counts=counted)
                self._later(at(clock) + 60_000_000, partial(self._put, head))

    def _plan_question(self, question: dict[str, Any]) -> None:
        """It is made one when it stands, and is voted for until it is asked."""
        end = at(question.get("stage") or question.get("later") or "15:40")
        self._later(end - 120_000_000, lambda: self._want(question))
        for stand in (Stand.ON_STAGE, Stand.ANSWERED, Stand.LATER):
            if clock := question.get({Stand.ON_STAGE: "stage"}.get(stand, stand.value)):
                self._later(at(clock), partial(self._stand, question, stand))

    def _want(self, question: dict[str, Any]) -> None:
        """Once the moderator has come to it."""
        if not all(self._is_shown(question[named]) for named in ("post", "under") if named in question):
            return self._after(20, lambda: self._want(question))
        post, voters = self.post(question["post"]), [VoterKey(f"phone {n}") for n in range(question["votes"])]
        self._put(entries.QuestionSet(by=MODERATOR, post=post, on=True, asker=voters[0]))
        for voter in voters[1:]:
            self._put(entries.QuestionVoted(post=post, voter=voter))
        if under := question.get("under"):
            other = self.post(under)
            self._put(entries.QuestionSet(by=MODERATOR, post=other, on=True, asker=VoterKey("phone 400")))
            self._put(entries.QuestionsMerged(by=MODERATOR, into=post, posts=(other,)))
        if aside := question.get("aside"):
            self._set_aside(voters[-aside:], post=post)

    def _is_shown(self, begin: str) -> bool:
        known = self._ids.get(_key_of(begin))
        return known is not None and self.state.posts[known].status is Status.SHOWN

    def _stand(self, question: dict[str, Any], stand: Stand) -> None:
        if self._ids.get(_key_of(question["post"])) not in self.state.questions:
            return self._after(40, lambda: self._stand(question, stand))
        answer = AnswerBody(name=question.get("name", ""), text=question.get(self.lang, ""))
        words = stand is Stand.ANSWERED and bool(answer.text)
        head = entries.QuestionStood(by=MODERATOR, post=self.post(question["post"]), stand=stand, words=words)
        self._put(head, answer if words else None)

    def _set_aside(self, voters: list[VoterKey], *, post: PostId | None = None, poll: PollId | None = None) -> None:
        head = entries.VotesSetAside(by=ORGANISER, voters=tuple(voters), on=True, post=post, poll=poll)
        self._put(head, ReasonBody(reason="Many at once, from phones that nobody saw before."))

    def _plan_poll(self, poll: dict[str, Any]) -> None:
        known, kind = PollId(poll["id"]), PollKind(poll["kind"])
        form = PollForm(
            kind=kind,
            options=len(poll.get("options", ())),
            most=poll.get("most", 1),
            low=poll.get("low", 0),
            high=poll.get("high", 0),
            right=poll.get("right"),
            seconds=poll.get("seconds", 0),
            binding=poll.get("binding", False),
            session=SessionId(poll["session"]),
            again=PollId(poll["again"]) if "again" in poll else None,
        )
        body = PollBody(title=poll["title"], options=tuple(poll.get("options", ())), ends=tuple(poll.get("ends", ())))
        opened = at(poll["open"])
        self._later(opened - 600_000_000, lambda: self._put(entries.PollSet(by=MODERATOR, poll=known, form=form), body))
        self._later(opened, lambda: self._put(entries.PollOpened(by=MODERATOR, poll=known)))
        self._later(opened + 20_000_000, lambda: self._vote(known, poll))
        self._later(at(poll["close"]), lambda: self._put(entries.PollClosed(by=MODERATOR, poll=known)))

    def _vote(self, known: PollId, poll: dict[str, Any]) -> None:
        voters = (VoterKey(f"voter {n} of {known}") for n in itertools.count())
        opening = self.state.polls[known].opened
        cast = [(answers, next(voters)) for answers, n in poll.get("votes", ()) for _ in range(n)]
        if poll.get("binding"):
            codes = tuple(voter for _, voter in cast)
            self._put(entries.PollCodesMade(by=MODERATOR, poll=known, codes=codes))
        for answers, voter in cast:
            told = (
                [tuple(answers)]
                if isinstance(answers, list)
                else [(place, _SAYS[said]) for place, said in enumerate(answers) if said in _SAYS]
            )
            for each in told:
                self._put(entries.Voted(poll=known, opening=opening, voter=voter, answers=each))
        if aside := poll.get("aside"):
            self._set_aside([voter for _, voter in cast[:aside]], poll=known)
        words = [word for word, n in poll.get("words", ()) for _ in range(n)]
        for word in (*words, *poll.get("refused", ())):
            self._answer(known, next(voters), word, refused=word not in words)

    def _answer(self, poll: PollId, voter: VoterKey, word: str, *, refused: bool) -> None:
        """In words of one's own: a post as any other, that stands with its poll."""
        known, digest = _post_id(voter), f"digest of {voter}"
        head = entries.PostArrived(
            post=known, source=PHONE, network=PHONE, author=AuthorKey(f"author of {voter}"), digest=digest,
            seen=self.state.seq, verdict=Hold(rule=RuleId("everything-waits")), device=DeviceId(f"device of {voter}"),
            lang=None, session=None, photos=0, poll=poll, voter=voter,
        )  # fmt: skip
        self._put(head, PostBody(salt="0" * 32, text=word))
        decision, reason = (Decision.REJECT, Reason.OFF_TOPIC) if refused else (Decision.SHOW, None)
        target = Target(known, 1, digest)
        self._put(entries.Decided(by=MODERATOR, decision=decision, posts=(target,), reason=reason))

    # The week after

    def _write(self) -> None:
        """What the report's author chose and wrote."""
        self._clock = at("+6 14:00")
        words, text = self.words, self.words["text"][self.lang]
        self._put(entries.ReportSet(by=EDITOR, naming=Naming.FULL, lang=self.lang))
        self._put(entries.QuotesSet(by=EDITOR, posts=tuple(map(self.post, words["drop"])), choice=Choice.OUT))
        self._put(entries.QuotesSet(by=EDITOR, posts=tuple(map(self.post, words["keep"])), choice=Choice.IN))
        self._put(entries.QuotesSet(by=EDITOR, posts=tuple(map(self.post, words["pull"])), pull=Choice.IN))
        for each in words["merge"]:
            self._put(entries.QuotesSet(by=EDITOR, posts=(self.post(each["post"]),), into=self.post(each["into"])))
        blocks = {name: said for name, said in text.items() if isinstance(said, str)}
        blocks |= {f"session:{session}": said for session, said in text["session"].items()}
        blocks |= {f"answer:{self.post(each['post'])}": each[self.lang] for each in self.hall["answer"]}
        blocks |= {f"answer:{poll['id']}": poll["text"][self.lang] for poll in self.hall["poll"] if "text" in poll}
        for block, said in blocks.items():
            told = _POINTER.sub(lambda found: f"{{{{post {self.post(found[1])}}}}}", said.strip())
            self._put(entries.BlockWritten(by=EDITOR, block=BlockId(block), base=0), BlockBody(text=told))

    def post(self, begin: str) -> PostId:
        """The one post that begins so."""
        return self._ids[_key_of(begin)]

    def _put(self, head: entries.AnyHead, body: Any = None) -> None:
        self._clock += 1
        record = Record(len(self.records) + 1, self._clock, head, None if body is None else encode_body(body))
        self.records.append(record)
        outcome = apply(self.state, record)
        assert isinstance(outcome, Done), (head, outcome)


@cache
def _key_of(begin: str) -> str:
    found = [post for post in (*posts(), *evening(after_s=0)) if post.text.startswith(begin)]
    (only,) = [post for post in found if post.text == begin] or found
    return only.key


@cache
def _hall() -> dict[str, Any]:
    return tomllib.loads(_HALL.read_text(encoding="utf-8"))


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


def _moment(script_s: float) -> int:
    """When that second of the script was, in µs."""
    (start_s, start), (end_s, end) = next(
        (one, other) for one, other in itertools.pairwise(CLOCK) if script_s <= other[0]
    )
    begin, until = at(start), at(end)
    return begin + int((until - begin) * (script_s - start_s) / (end_s - start_s))


def _post_id(key: str) -> PostId:
    """Sixteen characters of a-z and 2-7, always the same."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:10])
    return PostId("".join("abcdefghijklmnopqrstuvwxyz234567"[number >> 5 * place & 31] for place in range(16)))


def _blob(name: str) -> BlobId:
    return BlobId(hashlib.sha256(name.encode()).hexdigest())


def _photos(post: RehearsalPost) -> tuple[Picture, ...]:
    if post.picture is None:
        return ()
    return (Picture(blob=_blob(post.picture), type="image/jpeg", width=1200, height=800, alt=post.alt),)


@cache
def _drawn(name: str) -> bytes:
    return draw(name)

"""Access for one author: everything that is kept of them, and nothing of anybody else."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.errors import NotFound
from server.intake.rules import ALWAYS, ORDER, POLICY
from server.report.access import Access, _words
from server.symposium.entries import (
    Banned,
    BlockBody,
    BlockWritten,
    Decided,
    Erased,
    FrozenFile,
    PostArrived,
    PostEdited,
    QuestionVoted,
    QuotesSet,
    Record,
    ReportFrozen,
    SymposiumBody,
    SymposiumMade,
    Target,
    Undone,
    encode_body,
)
from server.symposium.law import apply
from server.symposium.state import State
from server.symposium.values import (
    OPERATOR,
    AuthorKey,
    BlobId,
    BlockId,
    Choice,
    Decision,
    DeviceId,
    Hold,
    Naming,
    Picture,
    PostBody,
    PostId,
    Reason,
    RuleId,
    SourceId,
    Stand,
    Status,
    VoterKey,
)
from tests.server.report.test_hall import POLL, WORDS, Asking

MINE, THEIRS = PostId("m" * 16), PostId("t" * 16)
PICTURE, OTHER = BlobId("a" * 64), BlobId("b" * 64)
MINUTE_US = 60_000_000


class Day:
    """A journal that grows, and the state that the law makes of it."""

    def __init__(self) -> None:
        self.state = State()
        made = SymposiumMade(slug="proef", short="PR", languages=("nl",))
        self.add(made, encode_body(SymposiumBody(title="Proef", date="2026-11-12")))

    def add(self, head: Any, body: bytes | None = None) -> int:
        seq = self.state.seq + 1
        apply(self.state, Record(seq, seq * MINUTE_US, head, body))
        return seq

    def post(self, post: PostId, author: str, body: PostBody, *, key: str = "") -> None:
        head = PostArrived(
            post=post,
            source=SourceId("mastodon-1"),
            network="mastodon",
            author=AuthorKey(author),
            device=DeviceId(f"device-{author}"),
            digest="d",
            seen=self.state.seq,
            verdict=Hold(rule=RuleId("links"), found="domain"),
            keys=(key or post,),
            photos=len(body.media),
        )
        self.add(head, encode_body(body))

    def decide(self, decision: Decision, *posts: PostId, reason: Reason | None = None) -> int:
        targets = tuple(Target(post, self.state.posts[post].revision, "d") for post in posts)
        return self.add(Decided(by=OPERATOR, decision=decision, posts=targets, reason=reason))

    def access(self, post: PostId = MINE) -> Any:
        return json.loads(Access(self.state, post).data)


def words(text: str, name: str, picture: BlobId | None = None, **more: Any) -> PostBody:
    media = (Picture(blob=picture, type="image/jpeg", width=3, height=2, alt=f"Foto van {name}"),) if picture else ()
    return PostBody(salt="0" * 32, text=text, name=name, handle=f"@{name}@x.example", media=media, **more)


@pytest.fixture
def day() -> Day:
    day = Day()
    day.post(MINE, "mine", words("Mijn bericht", "Mieke", PICTURE, avatar=BlobId("c" * 64)))
    day.post(THEIRS, "theirs", words("Andermans bericht", "Theo", OTHER))
    return day


def test_words_pictures_and_status_are_told_in_both_languages(day: Day) -> None:
    day.decide(Decision.REJECT, MINE, THEIRS, reason=Reason.HURTFUL)
    told = day.access()
    (post,) = told["posts"]
    assert post["status"] == {"code": "rejected", "nl": "niet getoond", "en": "not shown"}
    assert post["reason"] == {"code": "hurtful", "nl": "kwetsend", "en": "hurtful"}
    assert post["checked"]["rule"]["en"] == "a link is in it"
    (revision,) = post["revisions"]
    assert (revision["text"], revision["name"], revision["handle"]) == ("Mijn bericht", "Mieke", "@Mieke@x.example")
    assert revision["pictures"] == [
        {"file": f"pictures/{PICTURE}.jpg", "description": "Foto van Mieke", "width": 3, "height": 2}
    ]
    assert told["author"] == {
        "key": "mine",
        "networks": ["mastodon"],
        "devices": ["device-mine"],
        "blocked": False,
        "staysOut": False,
    }


def test_decisions_are_told_without_who_took_them_and_about_whom_else(day: Day) -> None:
    shown = day.decide(Decision.SHOW, MINE, THEIRS)
    day.add(Undone(by=OPERATOR, seq=shown))
    day.add(Banned(by=OPERATOR, author=AuthorKey("mine"), earlier=True))
    told = day.access()
    assert [(each["decision"]["code"], each["posts"], each["takenBack"]) for each in told["decisions"]] == [
        ("show", [MINE], True),
        ("ban", [MINE], False),
    ]
    assert told["author"]["blocked"]
    assert OPERATOR not in json.dumps(told)


def test_report_and_versions_are_told(day: Day) -> None:
    day.decide(Decision.SHOW, MINE, THEIRS)
    day.add(QuotesSet(by=OPERATOR, posts=(MINE,), choice=Choice.IN, naming=Naming.FULL))
    body = encode_body(BlockBody(text=f"Zie:\n\n{{{{post {MINE}}}}}"))
    day.add(BlockWritten(by=OPERATOR, block=BlockId("summary"), base=0), body)
    file = FrozenFile("html", BlobId("f" * 64), 9)
    for number, posts in ((1, (MINE, THEIRS)), (2, (THEIRS,))):
        seq = day.state.seq
        day.add(
            ReportFrozen(by=OPERATOR, number=number, through=seq, sha256=f"{number}" * 64, files=(file,), posts=posts)
        )
    (post,) = day.access()["posts"]
    assert post["report"]["choice"]["code"] == "in"
    assert post["report"]["named"]["code"] == "full"
    assert post["report"]["quotedIn"] == ["summary"]
    assert [(each["number"], each["sha256"]) for each in post["versions"]] == [(1, "1" * 64)]


def test_an_edit_leaves_only_the_words_that_are_kept(day: Day) -> None:
    edited = PostEdited(keys=(MINE,), digest="e", seen=day.state.seq, verdict=Hold(rule=POLICY))
    day.add(edited, encode_body(words("Mijn beter bericht", "Mieke")))
    (post,) = day.access()["posts"]
    assert post["revisionsInAll"] == 2
    assert [(each["revision"], each["text"]) for each in post["revisions"]] == [(2, "Mijn beter bericht")]


def test_after_an_erasure_there_is_a_head_without_words(day: Day) -> None:
    day.add(Erased(by=OPERATOR, author=AuthorKey("mine")))
    told = day.access()
    (post,) = told["posts"]
    assert (post["status"]["code"], post["revisions"], post["versions"]) == ("erased", [], [])
    assert told["author"]["staysOut"]
    assert "Mieke" not in json.dumps(told)


def test_unknown_post_is_nobody(day: Day) -> None:
    with pytest.raises(NotFound):
        day.access(PostId("n" * 16))


SECRET = st.text(st.characters(categories=("L", "N")), min_size=6, max_size=12)


@settings(max_examples=60)
@given(mine=SECRET, other=SECRET, decisions=st.lists(st.sampled_from(Decision), max_size=4))
def test_nothing_of_anybody_else_is_in_it(mine: str, other: str, decisions: list[Decision]) -> None:
    day = Day()
    day.post(MINE, "mine", words(f"Mijn {mine}.1", f"{mine}.2", PICTURE))
    day.post(THEIRS, "theirs", words(f"Ander {other}.3", f"{other}.4", OTHER, reply_to=MINE))
    for decision in decisions:
        day.decide(decision, MINE, THEIRS)
    access = Access(day.state, MINE)
    told = access.data.decode()
    assert f"{mine}.1" in told
    for secret in (f"{other}.3", f"{other}.4", THEIRS, OTHER, "theirs"):
        assert secret not in told
    assert list(access.pictures) == [PICTURE]


def test_the_search_for_others_finds_them_in_their_own_file(day: Day) -> None:
    """The control of the test above."""
    assert "Theo" in Access(day.state, THEIRS).data.decode()


def _zip(access: Access, blobs: Callable[[BlobId], bytes | None]) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(b"".join(access.pieces(blobs)))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_pictures_are_beside_the_words_but_for_those_that_are_gone(day: Day) -> None:
    found = _zip(Access(day.state, MINE), lambda blob: b"jpeg" if blob == PICTURE else None)
    assert set(found) == {"data.json", f"pictures/{PICTURE}.jpg"}
    assert found[f"pictures/{PICTURE}.jpg"] == b"jpeg"


def test_pictures_that_lapsed_are_not_named(day: Day) -> None:
    day.state.posts[MINE].bare = True
    access = Access(day.state, MINE)
    assert access.pictures == {}
    assert PICTURE not in access.data.decode()


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_code_has_its_words(lang: str) -> None:
    known = _words(lang)
    wanted = [
        *(f"status.{each}" for each in Status),
        *(f"reason.{each}" for each in Reason),
        *(f"decision.{each}" for each in Decision),
        *(f"rule.{each}" for each in (*ORDER, *ALWAYS, POLICY)),
        *(f"choice.{each}" for each in Choice),
        *(f"naming.{each}" for each in Naming),
    ]
    assert [key for key in wanted if key not in known] == []


def test_question_and_answer_in_words_are_told_and_no_vote_can_be() -> None:
    """Others wanted to know too, and she voted herself: of both there is only what nobody can be found by."""
    day = Asking()
    mine, other = day.ask("m", votes=4, author="mina"), day.ask("o", author="omar")
    day.stand(mine, Stand.ANSWERED, name="Imani", text="Ja, dat kan.")
    day.put(QuestionVoted(post=other, voter=VoterKey("SECRET-m-0")))
    day.hold(WORDS)
    day.say("w", 14, "krijt", poll=POLL, voter=VoterKey("SECRET-w"), author="mina", source="phone", keys=())

    read = Access(day.state, mine).data.decode()
    told = json.loads(read)

    asked, answered = told["posts"]
    assert (asked["question"]["votes"], asked["question"]["stand"]["code"]) == (4, "answered")
    assert asked["question"]["answer"] == {"name": "Imani", "text": "Ja, dat kan."}
    assert answered["answerTo"] == {"poll": POLL, "title": {"nl": "Wat vindt u?", "en": "What do you think?"}}
    assert "geheime sleutel" in told["votes"]["nl"]
    assert "SECRET" not in read
    assert other not in read

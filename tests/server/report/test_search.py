"""Finding posts: the same as looking through all of them, within bounds, and nothing left behind of what was erased."""

from __future__ import annotations

import contextlib
import itertools
import random
import sqlite3
import string
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import hypothesis.strategies as st
import pytest
from hypothesis import example, given, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from server.errors import BadInput, FonteinError, StorageFull, Unavailable
from server.report.search import (
    BUDGET_S,
    FORMAT,
    MAX_QUERY_TOKENS,
    MAX_WORD,
    Index,
    IndexDamaged,
    Page,
    Term,
    parse,
    tokens,
)
from server.symposium.values import HELD, REJECTED, SHOWN, WITHDRAWN, PostId, SessionId, Status
from tests.conftest import Scale

pytestmark = pytest.mark.slow

SMALL = 16
"""Places in a table, so that a few posts fill some."""


def opened(path: Path, *, epoch: str = "one", span: int = SMALL, clock: Callable[[], float] = lambda: 0.0) -> Index:
    """With a clock that stands: no page is cut short on a slow machine."""
    return Index(path, epoch=epoch, span=span, clock=clock)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with opened(tmp_path / "search.db") as made:
        yield made


def put(
    index: Index,
    seq: int,
    text: str,
    *,
    name: str = "",
    handle: str = "",
    session: str | None = None,
    status: Status = SHOWN,
) -> PostId:
    post = PostId(f"post{seq}")
    index.put(post, seq, text, name, handle, None if session is None else SessionId(session), status)
    return post


def places(page: Page) -> list[int]:
    return [int(post.removeprefix("post")) for post in page.posts]


def found(index: Index, query: str, **options: object) -> list[int]:
    return places(index.find(query, **options))  # type: ignore[arg-type]  # As each test says.


# Words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Eén CAFÉ, coöperatie!", ["een", "cafe", "cooperatie"], id="accents and capitals"),
        pytest.param("Cafe\u0301", ["cafe"], id="accents apart"),
        pytest.param("foto's e-mail", ["foto", "s", "e", "mail"], id="punctuation parts"),
        pytest.param("#HEC2011 @anna@example.org", ["hec2011", "anna", "example", "org"], id="hashtag and handle"),
        pytest.param("Sørensen Łódź Straße œuvre ĳs", ["sorensen", "lodz", "strasse", "oeuvre", "ijs"], id="strokes"),
        pytest.param("İstanbul ΣΊΣΥΦΟΣ", ["istanbul", "σισυφοσ"], id="capitals of others"),
        pytest.param("ｗａｔｅｒ 𝘄𝗮𝘁𝗲𝗿 ﬁets", ["water", "water", "fiets"], id="wide, bold, joined"),
        pytest.param("wa\u00adter wa\u200dter wa\u200bter", ["water", "water", "wa", "ter"], id="invisible"),
        pytest.param("كِتَاب שָׁלוֹם", ["كتاب", "שלום"], id="points"),
        pytest.param("हिन्दी", ["हिन्दी"], id="vowels of Hindi"),
        pytest.param("東京都へ", ["東", "京", "都", "へ"], id="Chinese and Japanese"),
        pytest.param("ガーデン ｶﾞ", ["ガ", "ー", "デ", "ン", "ガ"], id="katakana"),
        pytest.param("서울에서", ["서", "울", "에", "서"], id="Korean"),
        pytest.param("ที่นี่", ["ที่", "นี่"], id="Thai with its marks"),
        pytest.param("iPhone手機", ["iphone", "手", "機"], id="scripts meet"),
        pytest.param("top👍🏽👍 ❤️", ["top", "👍", "👍", "❤"], id="emoji without their colour"),
        pytest.param("👩🏾‍🚀", ["👩", "🚀"], id="a joined emoji"),
        pytest.param("🇳🇱🇧🇪", ["🇳🇱", "🇧🇪"], id="flags"),
        pytest.param("5,3 km²", ["5", "3", "km2"], id="numbers"),
        pytest.param("a_b", ["a", "b"], id="underscore"),
        pytest.param("\0\ud800 \x7f", [], id="what nobody can see"),
    ],
)
def test_tokens_are_words_without_capitals_and_accents(text: str, expected: list[str]) -> None:
    assert list(tokens(text)) == expected


def test_tokens_are_bounded() -> None:
    assert tokens("a" * 1_000) == ("a" * MAX_WORD,)
    assert len(tokens("東" * 100_000)) == 20_000
    assert len(tokens("e" + "\u0301\u0316" * 50_000)) == 1


@given(st.text())
def test_tokens_are_never_apart_for_the_index(text: str) -> None:
    """SQLite's tokenizer `ascii` parts at every ASCII character but letters and digits: there are none."""
    for word in tokens(text):
        assert word
        assert all(c in string.ascii_lowercase + string.digits for c in word if c.isascii())
        word.encode()


# Queries


@pytest.mark.parametrize(
    ("query", "wanted", "unwanted"),
    [
        pytest.param("", [], [], id="empty"),
        pytest.param(' "" - -" ( * !', [], [], id="only punctuation"),
        pytest.param("water", ["water*"], [], id="the last word goes on"),
        pytest.param("open Water", ["open", "water*"], [], id="only the last"),
        pytest.param('"open water"', ["open water"], [], id="a phrase is whole"),
        pytest.param("„open water”", ["open water"], [], id="typographic quotes"),
        pytest.param('"open wat', ["open wat*"], [], id="a phrase that is being typed"),
        pytest.param('dit "open wat" is', ["dit", "open wat", "is*"], [], id="a phrase between words"),
        pytest.param('dit"open wat"is', ["dit", "open wat", "is*"], [], id="without spaces"),
        pytest.param("e-mail foto's", ["e mail", "foto s*"], [], id="a word of several tokens"),
        pytest.param("water -vuur", ["water"], ["vuur"], id="excluded"),
        pytest.param('-"open vuur" water', ["water*"], ["open vuur"], id="an excluded phrase"),
        pytest.param("--vuur", [], ["vuur"], id="two dashes"),
        pytest.param('"a"-b', ["a", "b*"], [], id="a dash that follows something"),
        pytest.param("a - b", ["a", "b*"], [], id="a dash alone"),
        pytest.param("a AND b OR NOT c", ["a", "and", "b", "or", "not", "c*"], [], id="no operators"),
        pytest.param("text:a NEAR(b) c* ^d", ["text a", "near b", "c", "d*"], [], id="nor others"),
        pytest.param("a a a", ["a", "a*"], [], id="once is enough"),
        pytest.param("東京 👍", ["東 京", "👍*"], [], id="Chinese and emoji"),
    ],
)
def test_a_query_is_read_as_people_mean_it(query: str, wanted: list[str], unwanted: list[str]) -> None:
    def shown(terms: tuple[Term, ...]) -> list[str]:
        return [" ".join(term.tokens) + "*" * term.is_open for term in terms]

    assert [shown(terms) for terms in parse(query)] == [wanted, unwanted]


@given(st.text(st.characters(), max_size=2_000))
@example("a " * 300)
@example("東" * 300)
@example("-東京 " * 80 + '"open water')
def test_a_query_is_bounded(query: str) -> None:
    assert sum(len(term.tokens) for terms in parse(query) for term in terms) <= MAX_QUERY_TOKENS


# Finding


def test_newest_first_whatever_the_order_of_coming(index: Index) -> None:
    for seq in (5, 40, 17, 3, 90):
        put(index, seq, "water")

    assert found(index, "water") == [90, 40, 17, 5, 3]


def test_words_may_stand_in_text_name_and_handle_but_a_phrase_in_one(index: Index) -> None:
    put(index, 1, "Open water", name="Anna de Vries", handle="@anna@wal.example")

    assert found(index, "vries water wal") == [1]
    assert found(index, '"open water"') == [1]
    assert found(index, '"water open"') == []
    assert found(index, '"water anna"') == []


def test_beginning_of_the_last_word_only(index: Index) -> None:
    put(index, 1, "waterstaat nu")

    assert found(index, "nu water") == [1]
    assert found(index, "water nu") == []
    assert found(index, 'nu "water"') == []


def test_excluded_words(index: Index) -> None:
    put(index, 1, "open water")
    put(index, 2, "open vuur")
    put(index, 40, "niets")

    assert found(index, "open -vuur") == [1]
    assert found(index, "-vuur") == [40, 1]
    assert found(index, "-open -niets") == []
    assert found(index, "") == [40, 2, 1]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        pytest.param("我们在东京都见面", "东京", id="Chinese in a sentence"),
        pytest.param("我们在东京都见面", "见", id="one character"),
        pytest.param("สวัสดีครับทุกคน", "ครับ", id="Thai in a sentence"),
        pytest.param("서울에서 만나요", "서울 만나요", id="Korean with its particle"),
        pytest.param("Mooi 👍🏿", "👍", id="emoji of another colour"),
        pytest.param("Hup 🇳🇱", "🇳🇱", id="flag"),
        pytest.param("Reünie van coöperaties", "reunie coop", id="Dutch"),
    ],
)
def test_every_script_is_found(index: Index, text: str, query: str) -> None:
    put(index, 1, text)
    put(index, 2, "京东 water ❤️ 🇱🇺🇳🇪")

    assert found(index, query) == [1]


def test_only_shown_posts_unless_more_is_asked_for(index: Index) -> None:
    put(index, 1, "water")
    put(index, 2, "water", status=HELD)
    put(index, 3, "water", status=REJECTED)

    assert found(index, "water") == [1]
    assert found(index, "water", statuses={HELD, REJECTED}) == [3, 2]
    assert found(index, "", statuses=[HELD]) == [2]
    assert found(index, "water", statuses=()) == []


def test_only_of_a_session(index: Index) -> None:
    put(index, 1, "water", session="a")
    put(index, 2, "water", session="b")
    put(index, 3, "water")
    put(index, 40, "water", session="a", status=HELD)

    assert found(index, "water", session="a") == [1]
    assert found(index, "-x", session="b") == [2]
    assert found(index, "water", session="c") == []


def test_pages_follow_each_other_while_posts_come_and_go(index: Index) -> None:
    for seq in range(1, 60):
        put(index, seq, "water")

    first = index.find("water", limit=20)
    put(index, 60, "water")
    index.drop([PostId("post59"), PostId("post41"), PostId("post40"), PostId("post30")])
    second = index.find("water", limit=20, after=first.next)
    third = index.find("water", limit=20, after=second.next)

    assert places(first) == [*range(59, 39, -1)]
    assert places(second) == [seq for seq in range(39, 18, -1) if seq != 30]
    assert places(third) == [*range(18, 0, -1)]
    assert third.next is None


def test_a_full_last_page_is_the_last(index: Index) -> None:
    for seq in (1, 20, 40):
        put(index, seq, "water")

    assert index.find("water", limit=3) == Page((PostId("post40"), PostId("post20"), PostId("post1")), None)


@pytest.mark.parametrize("cursor", ["", "-1", "1.5", "a", "1" * 19, "٣", "1\n", "'; DROP TABLE posts"])
def test_a_cursor_of_somebody_else_is_refused(index: Index, cursor: str) -> None:
    with pytest.raises(BadInput) as caught:
        index.find("water", after=cursor)

    assert (caught.value.code, caught.value.field) == ("bad-cursor", "after")


@pytest.mark.parametrize(("limit", "expected"), [(-1, 1), (0, 1), (1, 1), (500, 500), (10**12, 500)])
def test_a_page_has_a_bound(index: Index, limit: int, expected: int) -> None:
    for seq in range(510):
        put(index, seq, "water")

    assert len(index.find("", limit=limit).posts) == expected


class Ticking:
    """A clock that goes on by *step_s* whenever somebody looks."""

    def __init__(self, step_s: float) -> None:
        self.looks = itertools.count()
        self.step_s = step_s

    def __call__(self) -> float:
        return next(self.looks) * self.step_s


def test_a_search_that_takes_long_ends_and_says_where_to_go_on(tmp_path: Path) -> None:
    with opened(tmp_path / "search.db", clock=Ticking(BUDGET_S / 2)) as index:
        for seq in range(SMALL * 6):
            put(index, seq, "de het" if seq else "het de")
        pages = [index.find('"het de"')]
        while pages[-1].next is not None:
            pages.append(index.find('"het de"', after=pages[-1].next))

    assert [places(page) for page in pages] == [[], [], [0]]


@pytest.mark.parametrize(
    ("session", "statuses"),
    [
        pytest.param("a", (SHOWN, REJECTED), id="of a session"),
        pytest.param(None, (REJECTED, HELD), id="that stand so"),
        pytest.param("b", (REJECTED,), id="both"),
    ],
)
def test_a_search_goes_straight_to_the_tables_where_posts_can_be(
    tmp_path: Path, session: str | None, statuses: tuple[Status, ...]
) -> None:
    """Else it would look through all that came after, and the clock would end it."""
    with opened(tmp_path / "search.db", clock=Ticking(BUDGET_S)) as index:
        put(index, 1, "water", session=session or "a", status=REJECTED)
        for seq in range(SMALL, SMALL * 6):
            put(index, seq, "water", session="b")

        assert found(index, "water", session=session, statuses=statuses) == [1]


def test_a_full_page_looks_no_further(tmp_path: Path) -> None:
    clock = Ticking(0.0)
    with opened(tmp_path / "search.db", clock=clock) as index:
        for seq in range(SMALL * 6):
            put(index, seq, "water")
        before = next(clock.looks)

        assert len(found(index, "water", limit=SMALL + 1)) == SMALL + 1

    assert next(clock.looks) - before <= 3, "the start, the table that was not enough, and this look"


# The same as looking through all of it


class Kept(NamedTuple):
    seq: int
    fields: tuple[tuple[str, ...], ...]
    session: str | None
    status: Status


def naive(posts: dict[PostId, Kept], query: str, session: str | None, statuses: frozenset[Status]) -> list[PostId]:
    wanted, unwanted = parse(query)

    def follows(row: tuple[str, ...], term: Term) -> bool:
        *whole, last = term.tokens
        starts = range(len(row) - len(whole))
        return any(
            [*row[at : at + len(whole)]] == whole
            and (row[at + len(whole)].startswith(last) if term.is_open else row[at + len(whole)] == last)
            for at in starts
        )

    def has(kept: Kept, term: Term) -> bool:
        return any(follows(field, term) for field in kept.fields)

    return [
        post
        for post, kept in sorted(posts.items(), key=lambda item: -item[1].seq)
        if kept.status in statuses
        and (session is None or kept.session == session)
        and all(has(kept, term) for term in wanted)
        and not any(has(kept, term) for term in unwanted)
    ]


WORDS = [
    "water",
    "Wàter",
    "waterstaat",
    "de",
    "het",
    "e-mail",
    "foto's",
    "e",
    "mail",
    "東京",
    "京",
    "東京都へ",
    "👍🏽",
    "👍",
    "🇳🇱",
]
WORDS += [
    "ที่นี่",
    "นี่",
    "ß",
    "SS",
    "ĳ",
    "ij",
    "AND",
    "NEAR",
    "\0",
    "*",
    ")",
    "'",
    "ｗａ",
    "wa\u200bter",
    "é",
    "e\u0301",
    "",
]
texts = st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=6).map(" ".join)
pieces = st.tuples(
    st.sampled_from(["", "", "", "-", '"', '-"', '" ', "--"]), st.sampled_from(WORDS) | st.text(max_size=3)
)
queries = st.lists(pieces, max_size=4).map(lambda parts: " ".join(a + b for a, b in parts)) | st.text(max_size=30)
sessions = st.sampled_from([None, "a", "b"])
statuses = st.sampled_from([SHOWN, HELD, REJECTED])


class Finding(RuleBasedStateMachine):
    """Put, change, drop, reach, look, end without a word and open again: against looking through all of it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.index = self.opened()
        self.posts: dict[PostId, Kept] = {}
        self.reached: dict[PostId, Kept] = {}

    def opened(self) -> Index:
        return opened(Path(self.folder.name) / "search.db")

    @rule(seq=st.integers(0, 5 * SMALL), text=texts, name=texts, handle=texts, session=sessions, status=statuses)
    def put(self, seq: int, text: str, name: str, handle: str, session: str | None, status: Status) -> None:
        put(self.index, seq, text, name=name, handle=handle, session=session, status=status)
        fields = (tokens(text), tokens(name), tokens(handle))
        self.posts[PostId(f"post{seq}")] = Kept(seq, fields, session, status)

    @precondition(lambda self: self.posts)
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        gone = data.draw(st.sets(st.sampled_from(sorted(self.posts)), max_size=3))
        self.index.drop(gone)
        self.posts = {post: kept for post, kept in self.posts.items() if post not in gone}
        self.reached = self.posts.copy()

    @rule()
    def reach(self) -> None:
        self.index.reach(self.index.position + 1)
        self.reached = self.posts.copy()

    @rule()
    def end_and_open_again(self) -> None:
        position = self.index.position
        self.index.close()
        self.index = self.opened()
        self.posts = self.reached.copy()
        assert self.index.position == position

    @rule(
        query=queries,
        session=sessions,
        statuses=st.frozensets(statuses),
        limit=st.integers(1, 5),
    )
    def find(self, query: str, session: str | None, statuses: frozenset[Status], limit: int) -> None:
        expected = naive(self.posts, query, session, statuses)
        of = None if session is None else SessionId(session)
        page = self.index.find(query, session=of, statuses=statuses, limit=limit)
        seen = [page]
        while seen[-1].next is not None:
            seen.append(self.index.find(query, session=of, statuses=statuses, limit=limit, after=seen[-1].next))

        assert [post for page in seen for post in page.posts] == expected
        assert page.posts == tuple(expected[:limit])

    @invariant()
    def finds_all(self) -> None:
        everything = frozenset({SHOWN, HELD, REJECTED})
        assert self.index.find("", statuses=everything, limit=500).posts == tuple(
            naive(self.posts, "", None, everything)
        )

    def teardown(self) -> None:
        self.index.close()
        self.folder.cleanup()


Finding.TestCase.settings = settings(max_examples=40, stateful_step_count=25)
TestFinding = Finding.TestCase


@given(query=st.text(st.characters()))
@settings(max_examples=300)
def test_any_string_is_a_query(everywhere: Index, query: str) -> None:
    everywhere.find(query, statuses=list(Status))


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index with some of everything."""
    with opened(tmp_path_factory.mktemp("index") / "search.db") as made:
        for seq, word in enumerate(WORDS):
            put(made, seq, f"{word} {word}", name=word, handle=word)
        yield made


# Erasing


def is_in_a_file(folder: Path, word: str) -> bool:
    """
    Whether a file beside the index, or itself, holds *word* or most of it.

    FTS5 leaves out the beginning that a word shares with the one before it.
    """
    return any(word[3:].encode() in path.read_bytes() for path in folder.iterdir() if path.is_file())


def marker(rng: random.Random) -> str:
    """A word that nobody else uses."""
    return "".join(rng.choices(string.ascii_lowercase, k=16))


@pytest.mark.parametrize("length", [1, 20, 400])
def test_what_was_dropped_is_in_no_file(tmp_path: Path, index: Index, length: int, rng: random.Random) -> None:
    words = [marker(rng) for _ in range(length)]
    kept = put(index, 1, "water")
    gone = put(index, 2, " ".join(words), name=words[0], handle=words[-1])
    index.reach(2)
    assert all(is_in_a_file(tmp_path, word) for word in words)

    index.drop([gone])

    assert not any(is_in_a_file(tmp_path, word) for word in words)
    assert index.find("").posts == (kept,)
    index.close()
    assert not any(is_in_a_file(tmp_path, word) for word in words)


def test_what_was_edited_away_is_in_no_file(tmp_path: Path, index: Index, rng: random.Random) -> None:
    before, after = marker(rng), marker(rng)
    put(index, 1, before)
    put(index, 2, "water")
    index.reach(2)

    put(index, 1, after)
    index.reach(3)

    assert is_in_a_file(tmp_path, after)
    assert not is_in_a_file(tmp_path, before)
    assert found(index, "") == [2, 1]
    assert found(index, after) == [1]


def changes(index: Index, rng: random.Random, posts: int) -> tuple[set[str], set[str]]:
    """A busy day in *index*: posts of all lengths come, are edited and go. What must be there, and what must not."""
    there: dict[int, str] = {}
    gone: set[str] = set()

    def say(seq: int) -> None:
        there[seq] = marker(rng)
        padding = " ".join(marker(rng)[:4] for _ in range(rng.choice((0, 3, 30, 300))))
        put(index, seq, f"{padding} {there[seq]}", name="Noor", handle=padding[:20])

    for seq in range(posts):
        say(seq)
        if rng.random() < 0.2:
            edited = rng.choice(list(there))
            gone.add(there[edited])
            say(edited)
        if rng.random() < 0.1:
            index.reach(seq)
        if rng.random() < 0.03:
            dropped = rng.sample(list(there), k=min(len(there), 5))
            gone.update(there.pop(each) for each in dropped)
            index.drop(PostId(f"post{each}") for each in dropped)
    index.reach(posts)
    return set(there.values()), gone


@pytest.mark.parametrize("span", [8, 1_000])
def test_after_a_busy_day_nothing_that_went_is_in_a_file(
    tmp_path: Path, span: int, rng: random.Random, scale: Scale
) -> None:
    with opened(tmp_path / "search.db", span=span) as index:
        there, gone = changes(index, rng, posts=scale(1_000, 80))

        everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert {word for word in gone if word[3:].encode() in everything} == set()
        assert {word for word in there if word[3:].encode() not in everything} == set()


def leave_tables_as_they_are(index: Index) -> None:
    index._make_again = lambda shard: None  # type: ignore[method-assign]


def leave_the_log_as_it_is(index: Index) -> None:
    index._empty_log = lambda: None  # type: ignore[method-assign]


def leave_free_pages_as_they_are(index: Index) -> None:
    index._db.execute("PRAGMA secure_delete=OFF")


@pytest.mark.parametrize("leave", [leave_tables_as_they_are, leave_the_log_as_it_is, leave_free_pages_as_they_are])
def test_without_one_of_the_three_steps_the_bytes_would_be_found(
    tmp_path: Path, leave: Callable[[Index], None]
) -> None:
    """The control: were one step left out, the tests above would fail."""
    rng = random.Random("a busy day")  # Always the same: not every day would show it.
    with opened(tmp_path / "search.db") as index:
        leave(index)
        _, gone = changes(index, rng, posts=100)

        assert any(is_in_a_file(tmp_path, word) for word in gone)


def copied(folder: Path) -> Path:
    """The files as a crash would leave them."""
    to = folder / "crashed"
    to.mkdir()
    for path in folder.glob("search.db*"):
        (to / path.name).write_bytes(path.read_bytes())
    return to


def test_a_log_that_a_crash_left_is_emptied_at_the_next_start(tmp_path: Path, rng: random.Random) -> None:
    word = marker(rng)
    with opened(tmp_path / "search.db") as index:
        leave_the_log_as_it_is(index)
        post = put(index, 1, word)
        index.reach(1)
        index.drop([post])
        crashed = copied(tmp_path)
    assert is_in_a_file(crashed, word)

    with opened(crashed / "search.db") as index:
        assert not is_in_a_file(crashed, word)
        assert (index.position, index.find("").posts) == (1, ())


def put_more_than_fits_in_memory(index: Index, word: str) -> None:
    index._db.execute("PRAGMA cache_size=10")
    for seq in range(1, 50):
        put(index, seq, f"{word} {seq} " * 100)


def test_what_a_crash_cut_short_is_in_no_file_at_the_next_start(tmp_path: Path, rng: random.Random) -> None:
    word = marker(rng)
    with opened(tmp_path / "search.db") as index:
        put_more_than_fits_in_memory(index, word)
        crashed = copied(tmp_path)
    assert is_in_a_file(crashed, word)

    with opened(crashed / "search.db"):
        assert not is_in_a_file(crashed, word)


def test_what_was_taken_back_is_in_no_file(tmp_path: Path, index: Index, rng: random.Random) -> None:
    word = marker(rng)
    put_more_than_fits_in_memory(index, word)
    with pytest.raises(UnicodeEncodeError):
        put(index, 50, "water", session="\ud800")
    assert is_in_a_file(tmp_path, word)

    index.drop([PostId("post1")])

    assert not is_in_a_file(tmp_path, word)


def test_a_log_that_could_not_be_emptied_is_emptied_next_time(
    tmp_path: Path, index: Index, rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise sqlite3.OperationalError("the write-ahead log could not be emptied")

    word = marker(rng)
    post = put(index, 1, word)
    index.reach(1)
    with monkeypatch.context() as patch:
        patch.setattr(index, "_empty_log", fail)
        with pytest.raises(Unavailable):
            index.drop([post])
    assert is_in_a_file(tmp_path, word)

    index.reach(2)

    assert not is_in_a_file(tmp_path, word)


def test_dropping_what_is_not_there_is_fine(index: Index) -> None:
    put(index, 1, "water")

    index.drop([PostId("elsewhere")])
    index.drop([])

    assert found(index, "water") == [1]


def test_a_post_that_is_gone_cannot_be_put(index: Index) -> None:
    with pytest.raises(AssertionError):
        put(index, 1, "water", status=WITHDRAWN)


# Keeping up


def test_what_was_not_reached_is_fed_again(tmp_path: Path) -> None:
    with opened(tmp_path / "search.db") as index:
        assert index.position == 0
        put(index, 1, "water")
        index.reach(7)
        put(index, 8, "vuur")
        assert found(index, "") == [8, 1]

    with opened(tmp_path / "search.db") as index:
        assert (index.position, found(index, "")) == (7, [1])


def test_the_same_again_changes_nothing(tmp_path: Path, index: Index) -> None:
    for _ in range(2):
        put(index, 1, "water", session="a", status=HELD)
        put(index, 1, "water", session="b", status=SHOWN)

    assert found(index, "water", session="b") == [1]
    assert found(index, "water", session="a", statuses=[HELD, SHOWN]) == []


def test_a_post_that_comes_from_elsewhere_takes_its_new_place(index: Index) -> None:
    post = PostId("post1")
    for seq in (1, 90):
        index.put(post, seq, "water", "", "", None, SHOWN)
    put(index, 40, "water")

    assert index.find("water").posts == (post, PostId("post40"))


def test_threads_may_take_turns(index: Index) -> None:
    def feed(first: int) -> None:
        for seq in range(first, 200, 4):
            put(index, seq, f"water {seq}")
            index.find("water")

    threads = [threading.Thread(target=feed, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found(index, "water", limit=500) == [*range(199, -1, -1)]


# A damaged file


def filled(folder: Path) -> Path:
    path = folder / "search.db"
    with opened(path) as index:
        for seq in range(200):
            put(index, seq, f"water {seq} " * 20)
        index.reach(200)
    return path


def test_an_index_of_another_journal_is_made_anew(tmp_path: Path) -> None:
    """After a restore, places in the journal are those of other posts."""
    path = filled(tmp_path)

    with opened(path, epoch="two") as index:
        assert (index.position, index.find("").posts) == (0, ())
        index.reach(9)
    with opened(path, epoch="two") as index:
        assert index.position == 9


def overwrite_all_but_the_first_page(path: Path) -> None:
    _overwrite(path, 4_096, path.stat().st_size)


def _overwrite(path: Path, start: int, end: int) -> None:
    with path.open("rb+") as file:
        file.seek(start)
        file.write(b"\xa5" * (end - start))


@contextlib.contextmanager
def by_hand(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        yield db


def write_text(path: Path) -> None:
    path.write_text("Dit is geen index. " * 1_000)


def write_other_format(path: Path) -> None:
    with by_hand(path) as db:
        db.execute(f"PRAGMA user_version={FORMAT - 1}")


def drop_position(path: Path) -> None:
    with by_hand(path) as db:
        db.execute("DELETE FROM meta")


def change_position(path: Path) -> None:
    with by_hand(path) as db:
        db.execute("UPDATE meta SET position = 'ver'")


def cut_off(path: Path) -> None:
    with path.open("rb+") as file:
        file.truncate(3_000)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    "harm",
    [write_text, write_other_format, drop_position, change_position, overwrite_all_but_the_first_page, cut_off, empty],
)
def test_an_index_that_cannot_be_used_is_made_anew(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    path = filled(tmp_path)
    harm(path)

    with opened(path) as index:
        assert (index.position, index.find("").posts) == (0, ())
        put(index, 1, "water")
        index.reach(1)
        assert found(index, "water") == [1]


def change_a_page(path: Path) -> None:
    with by_hand(path) as db:
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'words_12_data'").fetchone()[0]
    _overwrite(path, (page - 1) * 4_096, page * 4_096)


def change_a_block(path: Path) -> None:
    with by_hand(path) as db:
        db.execute("UPDATE words_12_data SET block = x'ffffffffffffffff'")


def drop_tables(path: Path) -> None:
    with by_hand(path) as db:
        for name in ("data", "idx", "config"):
            db.execute(f"DROP TABLE words_12_{name}")


def drop_posts(path: Path) -> None:
    with by_hand(path) as db:
        db.execute("DROP TABLE posts")


def write_other_bytes(path: Path) -> None:
    with by_hand(path) as db:
        db.execute("UPDATE posts SET post = CAST(x'ff' AS TEXT) || place")


@pytest.mark.parametrize("harm", [change_a_page, change_a_block, drop_tables, drop_posts, write_other_bytes])
def test_an_index_that_turns_out_to_be_damaged_says_so_and_is_made_anew(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    path = filled(tmp_path)
    harm(path)

    with opened(path) as index:
        with pytest.raises(IndexDamaged):
            index.find("water")
        assert (index.position, index.find("water").posts) == (0, ())


@pytest.mark.parametrize("harm", [change_a_page, change_a_block, drop_tables, drop_posts])
def test_who_feeds_a_damaged_index_hears_it_once_and_begins_anew(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    path = filled(tmp_path)
    harm(path)

    with opened(path) as index:
        with pytest.raises(IndexDamaged):
            put(index, 199, "vuur")
        assert index.position == 0
        put(index, 1, "water")
        index.reach(1)
        assert (index.position, found(index, "")) == (1, [1])


def test_who_feeds_an_index_hears_that_a_search_found_it_damaged(tmp_path: Path) -> None:
    """Else its position would say that all is in, and what was before would never be found again."""
    path = filled(tmp_path)
    write_other_bytes(path)

    with opened(path) as index:
        put(index, 201, "water")
        with pytest.raises(IndexDamaged):
            index.find("water")
        with pytest.raises(IndexDamaged):
            put(index, 202, "water")
        assert (index.position, index.find("").posts) == (0, ())
        put(index, 1, "water")
        index.reach(1)
        assert (index.position, found(index, "")) == (1, [1])


def test_another_program_s_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with by_hand(path) as db:
        db.execute("CREATE TABLE entries (seq INTEGER PRIMARY KEY)")
    before = path.read_bytes()

    with pytest.raises(FonteinError, match="not a search index of Fontein; move it away") as caught:
        opened(path)

    assert caught.value.code == "not-an-index"
    assert path.read_bytes() == before


def test_two_cannot_have_one_index(tmp_path: Path) -> None:
    with opened(tmp_path / "search.db") as index:
        put(index, 1, "water")
        with pytest.raises(Unavailable, match="locked"):
            opened(tmp_path / "search.db")
        assert found(index, "water") == [1]


def test_a_post_that_could_not_be_put_leaves_all_as_it_was(index: Index) -> None:
    put(index, 1, "water")
    index.reach(1)

    with pytest.raises(UnicodeEncodeError):
        put(index, 1, "vuur", session="\ud800")

    assert (found(index, "water"), found(index, "vuur")) == ([1], [])


def fill(index: Index, posts: int) -> None:
    for seq in range(2, posts):
        put(index, seq, "water " * 100)


def test_a_full_disk_takes_back_what_was_not_reached(index: Index) -> None:
    put(index, 1, "water")
    index.reach(1)
    pages = index._db.execute("PRAGMA page_count").fetchone()[0]
    index._db.execute(f"PRAGMA max_page_count={pages + 60}")

    with pytest.raises(StorageFull):
        fill(index, 10_000)
    assert (index.position, found(index, "")) == (1, [1])

    index._db.execute("PRAGMA max_page_count=1000000")
    fill(index, 200)
    index.reach(200)
    assert found(index, "water", limit=500) == [*range(199, 0, -1)]


def test_a_closed_index_is_not_there(index: Index) -> None:
    index.close()

    with pytest.raises(Unavailable):
        index.find("water")
    with pytest.raises(Unavailable):
        put(index, 1, "water")

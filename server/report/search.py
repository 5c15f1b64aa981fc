"""
Finding posts by their words: a full-text index beside the journal.

A store: all of it comes from the state, and it can be thrown away and made again. An index that is damaged, of another
format or of another journal is deleted when that is seen; `position` is 0 then, and whoever feeds it begins anew.

**Words.** `tokens` folds a text; posts and queries go through the same. SQLite's own tokenizer only takes the result
apart at its spaces, so that what is found does not hang on which Unicode this SQLite knows. Chinese, Japanese, Korean,
Thai, Lao, Khmer and Burmese are not cut into words by spaces: there each letter is a token, and what somebody looks for
is found anywhere in a sentence. An emoji is a token, whatever its skin colour.

**Shards.** Posts stand in tables of FTS5 by the place of their arrival in the journal, `SPAN` places to a table. The
newest are looked through first, so that a page of a common word costs as little in a million posts as in a thousand;
between two tables a search looks at the clock; and to erase a post only its own table is made again.

**Erasing.** To delete a row with SQLite's `secure_delete` is not enough: where a tree was balanced, copies of rows stay
behind in the unused part of pages (seen with 3.40; a thousandth of them), and the option `secure-delete` of FTS5, which
only 3.42 and later have, writes into the same trees. So the table that held the words is made again without them and
the old one dropped: `secure_delete` overwrites the whole of every page that comes free. Then the log is cut off.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, Self

import regex

from server.errors import BadInput, FonteinError, StorageFull, Unavailable
from server.symposium.values import FINAL, SHOWN, PostId, SessionId, Status

_log = logging.getLogger(__name__)

APPLICATION_ID: Final = 0x464E5458
"""`FNTX`: what `file` and SQLite's header call this kind of file."""

FORMAT: Final = 1
"""Of the tables and of `tokens`: when one of them changes, an index is made anew."""

SPAN: Final = 32_768
"""Places of the journal in one table: some 16,000 posts, as most are decided upon. To make one again takes 0.2 s."""

MAX_LIMIT: Final = 500
MAX_FIELD: Final = 20_000
"""Code points of a text that are indexed."""
MAX_WORD: Final = 64
"""Code points of a word that count."""
MAX_QUERY: Final = 400
"""Code points of a query that are looked at."""
MAX_QUERY_TOKENS: Final = 32
BUDGET_S: Final = 0.05
"""After this long a search ends with what it has, and says where to go on."""

_CACHE_KIB: Final = 32_768
_STATEMENTS: Final = 1_024

_SCHEMA: Final = """
CREATE TABLE meta (epoch TEXT NOT NULL, position INTEGER NOT NULL);
CREATE TABLE posts (place INTEGER PRIMARY KEY, post TEXT NOT NULL UNIQUE, session TEXT, status TEXT NOT NULL);
CREATE INDEX posts_by_session ON posts (session);
CREATE INDEX posts_by_status ON posts (status);
"""


class IndexDamaged(Unavailable):
    """The index was damaged and is empty now: feed it from the beginning."""

    code = "index-damaged"


# Words

_MANY_MARKS = regex.compile(r"(\p{M}{8})\p{M}++")
"""Sorting a long row of marks takes time by the square of its length."""

_DROPPED = regex.compile(
    r"[[\p{Mn}\p{Me}]&&[\p{Inherited}\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}\p{Hebrew}\p{Syriac}]--[\u3099\u309a]]"
    r"|[\p{Cf}--\u200b]|\p{Emoji_Modifier}",
    regex.VERSION1,
)
"""
Accents, vowel points, joiners, skin colours. Not the marks of India and South-East Asia, which are vowels there, nor
the two of Japanese, which make another letter. The zero-width space stays: it parts words.
"""

_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters with a stroke, and joined ones: Unicode does not take them apart."""

_UNSPACED = (
    r"[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
    r"&&[\p{L}\p{N}]]"
)
_TOKEN = regex.compile(
    rf"{_UNSPACED}\p{{M}}*+"
    rf"|[[\p{{L}}\p{{N}}]--{_UNSPACED}][[\p{{L}}\p{{N}}\p{{M}}]--{_UNSPACED}]*+"
    r"|[\U0001f1e6-\U0001f1ff]{2}"  # a flag
    r"|[\p{So}\p{Extended_Pictographic}]",
    regex.VERSION1,
)
_ASCII_TOKEN = regex.compile(r"[a-z0-9]+")
"""The same, ten times as fast, where there is nothing else."""

_TERM = regex.compile(r'(-*)(?:"([^"]*)("?)|([^\s"]+))')
_QUOTES = str.maketrans("“”„‟«»＂", '"' * 7)


def tokens(text: str) -> tuple[str, ...]:
    """
    The words of *text*, folded for finding: without capitals, accents, points, joiners and skin colours.

    Compatible forms are one (NFKC: wide and bold letters, ligatures). Punctuation parts words: "foto's" is two.
    """
    text = text[:MAX_FIELD]
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFKC", _MANY_MARKS.sub(r"\1", text)).casefold()
        text = _DROPPED.sub("", unicodedata.normalize("NFKD", text))
        text = unicodedata.normalize("NFC", text).translate(_LETTERS)
    words = (_ASCII_TOKEN if text.isascii() else _TOKEN).findall(text)
    return tuple([word[:MAX_WORD] for word in words])


class Term(NamedTuple):
    """Tokens that follow each other in one field. With `is_open` the last one may go on: `wat` finds water."""

    tokens: tuple[str, ...]
    is_open: bool = False


class Query(NamedTuple):
    """What a post must have, each somewhere in its text, name or handle; and what it must not have."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]


def parse(query: str) -> Query:
    """
    Read what somebody typed. Any string is a query; one without words finds every post.

    Words must all be there, in any order; the last one may be the beginning of a word. Words in quotes follow each
    other, and are whole when the quotes are closed. `-` before a word or a quote excludes it. A word that is several
    tokens (`e-mail`, `#foto's`, 東京) is a row of them. Nothing else means anything: `AND`, `*`, `(` and the like are
    looked for, or are punctuation.
    """
    query = query[:MAX_QUERY].translate(_QUOTES)
    wanted: list[Term] = []
    unwanted: list[Term] = []
    room = MAX_QUERY_TOKENS
    is_open = False
    for found in _TERM.finditer(query):
        minus, quoted, end, word = found.groups(default="")
        if row := tokens(quoted or word)[:room]:
            room -= len(row)
            is_excluded = bool(minus) and not query[: found.start()][-1:].strip()
            is_open = not end and not is_excluded
            (unwanted if is_excluded else wanted).append(Term(row))
    if is_open:
        wanted[-1] = Term(wanted[-1].tokens, is_open=True)
    return Query(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(unwanted)))


def _expression(query: Query) -> str:
    """*query* as FTS5 wants it. Tokens are letters, digits and pictures: nothing in them means anything to it."""
    wanted, unwanted = (
        [f'"{" ".join(term.tokens)}"{" *" if term.is_open else ""}' for term in terms] for terms in query
    )
    without = " OR ".join(unwanted)
    if not wanted:
        return without
    return " AND ".join(wanted) if not unwanted else f"({' AND '.join(wanted)}) NOT ({without})"


# The index


class Page(NamedTuple):
    """
    Posts that were found, newest first.

    Args:
        next: Where the next page begins, None at the end. A page that took too long has fewer posts than asked for,
            perhaps none, and yet a next one.
    """

    posts: tuple[PostId, ...]
    next: str | None


class Index:
    """
    The words of a symposium's posts, in one SQLite file. Every function blocks, and may be called from any thread: one
    at a time has the connection.

    One feeds it: `put` and `drop` what changed, then `reach` says up to where in the journal that was. What was not
    reached is gone after a crash, and is fed again: twice the same changes nothing.

    Args:
        path: Made when it is missing, its folder too.
        epoch: The journal's: after a restore the places of an older index mean other posts.
        span: See `SPAN`. Only tests make it smaller.
        budget_s: See `BUDGET_S`.
        clock: Seconds that only go forward.

    Raises:
        FonteinError: Another program's database stands there (`not-an-index`); it is left alone.
        Unavailable: Another program has it open, or the disk fails.
        StorageFull: There is no room to make it.
    """

    def __init__(
        self,
        path: Path,
        *,
        epoch: str,
        span: int = SPAN,
        budget_s: float = BUDGET_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path
        self._epoch = epoch
        self._span = span
        self._budget_s = budget_s
        self._clock = clock
        self._lock = threading.Lock()
        self._shards: set[int] = set()
        self._unclean: set[int] = set()
        self._is_log_unclean = False
        self._is_grown = False
        self._position = 0
        self._is_news = False
        """It was made anew, and who feeds it does not know yet: what they put before is gone."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._open()
        except sqlite3.Error as ex:
            raise self._error(ex) from ex

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def position(self) -> int:
        """Up to which entry of the journal it holds what there is to find; 0 when it must be filled."""
        return self._position

    def close(self) -> None:
        """Let go of the file. What was not reached is forgotten."""
        with self._lock, contextlib.suppress(sqlite3.Error):
            self._db.close()

    # Feeding

    def put(
        self,
        post: PostId,
        seq: int,
        text: str,
        name: str,
        handle: str,
        session: SessionId | None,
        status: Status,
    ) -> None:
        """
        Take a post in, or how it is now. What it said before is gone from the disk when `reach` or `drop` returns.

        Args:
            seq: Of the entry with which it arrived: newest first goes by it, so that an edit keeps its place.
            status: None of the final ones: those are for `drop`.

        Raises:
            IndexDamaged: It was deleted, now or by a search; `position` is 0.
            StorageFull, Unavailable: What came since the last `reach` may be gone; feed on from `position`.
        """
        assert status not in FINAL, "a post that is gone is dropped"
        words = tuple(" ".join(tokens(field)) for field in (text, name, handle))
        with self._changing() as db:
            place = self._place_of(post)
            if place == seq and self._words(seq) == words:
                db.execute("UPDATE posts SET session = ?, status = ? WHERE place = ?", (session, status.value, seq))
                return
            if place is not None:
                self._remove(place)
            shard = self._shard(seq)
            db.execute("INSERT INTO posts VALUES (?, ?, ?, ?)", (seq, post, session, status.value))
            db.execute(f"INSERT INTO {shard} (rowid, text, name, handle) VALUES (?, ?, ?, ?)", (seq, *words))  # noqa: S608 -- our name

    def drop(self, posts: Iterable[PostId]) -> None:
        """
        Take posts out. When this returns nothing that they said is in any file, and what was put before is kept.

        Posts that are not there are fine. Many at once cost little more than one: each table is made again once.

        Raises:
            IndexDamaged, StorageFull, Unavailable: See `put`.
        """
        with self._changing():
            for post in posts:
                if (place := self._place_of(post)) is not None:
                    self._remove(place)
            self._commit()

    def reach(self, seq: int) -> None:
        """
        Keep what was put since: from here on `position` is *seq*. After a power cut it may be an earlier one.

        Raises:
            IndexDamaged, StorageFull, Unavailable: See `put`.
        """
        with self._changing() as db:
            db.execute("UPDATE meta SET position = ?", (seq,))
            self._commit()
            self._position = seq

    def _shard(self, place: int) -> str:
        """The table for *place*, made where it is not there yet."""
        shard = place // self._span
        if shard not in self._shards:
            _make_table(self._db, f"words_{shard}")
            if self._shards:  # the newest until now is full, and quicker in one piece
                _join(self._db, f"words_{max(self._shards)}")
                self._is_grown = True
            self._shards.add(shard)
        return f"words_{shard}"

    def _place_of(self, post: PostId) -> int | None:
        row = self._db.execute("SELECT place FROM posts WHERE post = ?", (post,)).fetchone()
        return None if row is None else int(row[0])

    def _words(self, place: int) -> tuple[str, ...]:
        sql = f"SELECT text, name, handle FROM {self._shard(place)} WHERE rowid = ?"  # noqa: S608 -- our name
        return tuple(self._db.execute(sql, (place,)).fetchone() or ())

    def _remove(self, place: int) -> None:
        self._db.execute("DELETE FROM posts WHERE place = ?", (place,))
        self._db.execute(f"DELETE FROM {self._shard(place)} WHERE rowid = ?", (place,))  # noqa: S608 -- our name
        self._unclean.add(place // self._span)

    def _commit(self) -> None:
        """End the transaction, and leave nothing of what was removed in it on the disk."""
        for shard in sorted(self._unclean):
            self._make_again(shard)
        self._db.execute("COMMIT")
        if self._unclean:
            self._unclean.clear()
            self._is_log_unclean = True
        if self._is_log_unclean:
            self._empty_log()
            self._is_log_unclean = False
        if self._is_grown:
            # FTS5 never lets go of the buffer in which it gathered a table's words, and looks through all of it when
            # the beginning of a word is asked for: 4 times as long. To read the schema again makes it begin anew.
            self._db.execute("PRAGMA writable_schema=RESET")
            self._is_grown = False

    def _make_again(self, shard: int) -> None:
        name, columns = f"words_{shard}", "rowid, text, name, handle"
        _make_table(self._db, "words_new")
        self._db.execute(f"INSERT INTO words_new ({columns}) SELECT {columns} FROM {name}")  # noqa: S608 -- our names
        _join(self._db, "words_new")
        self._db.execute(f"DROP TABLE {name}")
        self._db.execute(f"ALTER TABLE words_new RENAME TO {name}")

    def _empty_log(self) -> None:
        if self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            raise sqlite3.OperationalError("the write-ahead log could not be emptied")
        log = self.path.with_name(self.path.name + "-wal")
        # SQLite leaves it to chance whether a log that was cut off stays so after a power cut.
        with contextlib.suppress(FileNotFoundError), log.open("rb+") as file:
            os.fsync(file.fileno())

    # Finding

    def find(
        self,
        query: str,
        *,
        after: str | None = None,
        limit: int = 50,
        session: SessionId | None = None,
        statuses: Collection[Status] = (SHOWN,),
    ) -> Page:
        """
        The posts that have what *query* asks for, newest first. See `parse` for what it may say.

        Args:
            after: `next` of the page before. What arrived or went meanwhile moves nothing.
            limit: At most so many, from 1 to `MAX_LIMIT`; what is outside is taken for the nearest of these.
            session: Only posts of this one; None or empty for all.
            statuses: Only posts that stand so. As it is left out, those that are shown: to find more is asked for.

        Raises:
            BadInput: *after* is not from here.
            IndexDamaged: It is empty now, and must be filled again.
            Unavailable: The disk fails.
        """
        before = _place(after)
        limit = max(1, min(limit, MAX_LIMIT))
        asked = parse(query)
        stand = sorted({status.value for status in statuses})
        values = [each for each in (_expression(asked), *stand, session) if each]
        select = functools.partial(
            _select,
            wants=bool(asked.wanted),
            excludes=bool(asked.unwanted),
            statuses=len(stand),
            in_session=bool(session),
        )
        found: list[tuple[int, PostId]] = []
        with self._using() as db:
            end = self._clock() + self._budget_s
            while True:
                newest = self._newest(before, session, stand)
                if newest is None:
                    before = 0
                    break
                shard = newest // self._span
                first = shard * self._span
                found += db.execute(select(shard), (*values, before, first, limit + 1 - len(found)))
                before = first
                if len(found) > limit or self._clock() >= end:
                    break
        posts = tuple(post for _, post in found[:limit])
        if len(found) > limit:
            before = found[limit - 1][0]
        return Page(posts, str(before) if before else None)

    def _newest(self, before: int, session: SessionId | None, stand: Iterable[str]) -> int | None:
        """No post from here up to *before* can be found; None where there is none below it either."""
        newest = max((self._last("status", status, before) for status in stand), default=-1)
        if session:
            newest = min(newest, self._last("session", session, before))
        return None if newest < 0 else newest

    def _last(self, column: str, value: str, before: int) -> int:
        """The newest post below *before* that has *value* there; -1 for none."""
        sql = f"SELECT max(place) FROM posts WHERE {column} = ? AND place < ?"  # noqa: S608 -- one of two names
        last = self._db.execute(sql, (value, before)).fetchone()[0]
        return -1 if last is None else int(last)

    # The file

    def _open(self) -> None:
        """Open what is there, or make it anew where that cannot be used."""
        self._connect()
        try:
            is_kept = self._prepare()
        except sqlite3.Error as ex:
            if not _is_damage(ex):
                self._db.close()
                raise
            _log.warning("%s is damaged (%s): made anew", self.path, _name(ex))
            is_kept = False
        except BaseException:
            self._db.close()
            raise
        if not is_kept:
            _log.info("%s is made anew", self.path)
            self._begin_anew()

    def _connect(self) -> None:
        self._db = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=1.0, cached_statements=_STATEMENTS
        )

    def _prepare(self) -> bool:
        """Make the connection ready. False when the file is an index of another format, or of another journal."""
        db = self._db
        db.execute("PRAGMA locking_mode=EXCLUSIVE")
        is_fresh = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        if not is_fresh and self._number("application_id") != APPLICATION_ID:
            raise FonteinError(f"{self.path} is not a search index of Fontein; move it away", code="not-an-index")
        if not is_fresh and self._number("user_version") != FORMAT:
            return False
        for setting in (
            "journal_mode=WAL",
            "synchronous=NORMAL",  # what a power cut takes is fed again
            "secure_delete=ON",
            "temp_store=MEMORY",  # no word in a temporary file
            f"cache_size=-{_CACHE_KIB}",
        ):
            db.execute(f"PRAGMA {setting}")
        if is_fresh:
            self._make()
        self._empty_log()  # a crash may have left in it what was dropped
        return self._look() == self._epoch

    def _make(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA.strip().split(";"):
            self._db.execute(statement)
        self._db.execute("INSERT INTO meta VALUES (?, 0)", (self._epoch,))
        self._db.execute(f"PRAGMA application_id={APPLICATION_ID}")
        self._db.execute(f"PRAGMA user_version={FORMAT}")
        self._db.execute("COMMIT")

    def _look(self) -> str:
        """Read from the file what is known beside it. Returns the journal's epoch."""
        names = self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        self._shards = {int(m[1]) for (name,) in names if (m := regex.fullmatch(r"words_([0-9]+)", name))}
        match self._db.execute("SELECT epoch, position FROM meta").fetchone():
            case (str(epoch), int(position)):
                self._position = position
                return epoch
            case _:
                raise _Damage("it is of no journal")

    def _number(self, pragma: str) -> int:
        return int(self._db.execute(f"PRAGMA {pragma}").fetchone()[0])

    def _give_up(self, ex: sqlite3.Error) -> None:
        _log.warning("%s is damaged (%s): made anew", self.path, _name(ex))  # its message may hold somebody's words
        self._position = 0
        try:
            self._begin_anew()
        except (sqlite3.Error, OSError) as failed:
            self._db.close()
            _log.warning("%s cannot be made anew: %s", self.path, failed)

    def _begin_anew(self) -> None:
        self._db.close()
        for tail in ("", "-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + tail).unlink(missing_ok=True)
        self._unclean.clear()
        self._is_log_unclean = self._is_grown = False
        self._connect()
        self._prepare()

    # Errors

    @contextlib.contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._db
            except sqlite3.Error as ex:
                if _is_damage(ex):
                    self._give_up(ex)
                    self._is_news = True
                raise self._error(ex) from ex

    @contextlib.contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._using() as db:
                if self._is_news:
                    raise _damaged()
                try:
                    if not db.in_transaction:
                        db.execute("BEGIN IMMEDIATE")
                    yield db
                except BaseException:
                    self._roll_back()
                    raise
        except IndexDamaged:
            self._is_news = False
            raise

    def _roll_back(self) -> None:
        self._unclean.clear()
        self._is_log_unclean = True  # pages that had no room in memory may stand there
        with contextlib.suppress(sqlite3.Error):
            if self._db.in_transaction:  # SQLite took it back by itself when the disk was full
                self._db.execute("ROLLBACK")
            self._look()

    def _error(self, ex: sqlite3.Error) -> FonteinError:
        if _is_damage(ex):
            return _damaged()
        if _name(ex) == "SQLITE_FULL":
            return StorageFull("the disk is full: the search index cannot grow", retry_after_s=60)
        return Unavailable(f"{self.path}: {ex}; look at the disk", retry_after_s=60)


def _damaged() -> IndexDamaged:
    return IndexDamaged("the search index was damaged and is made anew; come back soon", retry_after_s=30)


class _Damage(sqlite3.DatabaseError):
    """The file can be read, and is not what we wrote."""


_NOT_OURS = regex.compile(r"no such table|no such column|vtable constructor failed|Could not decode to UTF-8")
"""What SQLite says, without a code of its own, of tables that something else changed."""


def _is_damage(ex: sqlite3.Error) -> bool:
    if isinstance(ex, _Damage) or _NOT_OURS.search(str(ex)):
        return True
    return _name(ex).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def _name(ex: sqlite3.Error) -> str:
    """SQLite's name of an error, as SQLITE_FULL; the class's where it is not one of SQLite's."""
    return str(getattr(ex, "sqlite_errorname", type(ex).__name__))


# SQL


def _make_table(db: sqlite3.Connection, name: str) -> None:
    # `ascii` parts at the spaces that we put there, and leaves what is not ASCII alone.
    db.execute(f"CREATE VIRTUAL TABLE {name} USING fts5 (text, name, handle, columnsize=0, tokenize='ascii')")


def _join(db: sqlite3.Connection, name: str) -> None:
    """Make one piece of the pieces in which FTS5 keeps a table."""
    db.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")  # noqa: S608 -- our name


@functools.lru_cache(maxsize=_STATEMENTS)
def _select(shard: int, *, wants: bool, excludes: bool, statuses: int, in_session: bool) -> str:
    """
    What finds posts in a shard. It takes the expression (not without *wants* and *excludes*), *statuses* values, the
    session (with *in_session*), below and from which place, and how many.
    """
    narrowed = f"p.status IN ({','.join('?' * statuses)}){' AND p.session = ?' if in_session else ''}"
    place, posts = "p.place", "posts p"
    if wants:
        # In this order: the rarest thing about a post is its words.
        place, posts = "w.rowid", f"words_{shard}(?) w CROSS JOIN posts p ON p.place = w.rowid"
    elif excludes:
        narrowed = f"p.place NOT IN (SELECT rowid FROM words_{shard}(?)) AND {narrowed}"  # noqa: S608 -- a number
    return (
        f"SELECT p.place, p.post FROM {posts} WHERE {narrowed} AND {place} < ? AND {place} >= ?"  # noqa: S608 -- names and marks
        f" ORDER BY {place} DESC LIMIT ?"
    )


_NEWEST: Final = 2**62


def _place(after: str | None) -> int:
    if after is None:
        return _NEWEST
    if not regex.fullmatch(r"[0-9]{1,18}", after):
        raise BadInput("This is not the `next` of a page.", code="bad-cursor", field="after")
    return int(after)

"""
Hashtags on X, by searching again and again, and live where the organiser chose so.

Only a search moves the cursor; the stream is for speed, and what it misses is found by the next search, which costs
nothing for what was read that day. A search gives the newest page first: the pages after it are read one a look, and
the cursor remembers where, so that neither a restart nor an empty purse loses the rest.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from math import ceil
from typing import Final
from weakref import WeakSet

import msgspec

from server.errors import BadInput, NotFound
from server.sources.backoff import Backoff, Cause, SourceUnavailable
from server.sources.contract import (
    Condition,
    Delete,
    Event,
    Finding,
    Health,
    NetworkPost,
    Tools,
    Trial,
    Upsert,
)
from server.sources.costs import Estimate
from server.sources.cursors import read_cursor, write_cursor
from server.sources.health import note_flaw
from server.sources.loop import monotonic
from server.sources.polling import Look, polling
from server.sources.rounds import Round
from server.sources.x import parse
from server.sources.x.budget import MOST_MILLS, Budget, Read, Spent, posts_per_day
from server.sources.x.client import BULK, FEWEST, MOST, Client, Stale
from server.sources.x.options import Options, Way, parse_options
from server.symposium.values import SourceId

SAFETY_POLL_S = 120
"""Between two searches beside an open stream: what it dropped is found this soon."""

BEGIN_BEFORE_S = 60.0
"""Search sees a post some 30 s after it was written: a source that found nothing yet begins this much before."""

SEARCH_LAG_S = 40.0
"""What is younger is not found yet, and X refuses to search there."""

LOOKS_BACK_S = 7 * 86_400 - 600.0
RECHECK_BULKS = 3
"""Of one look at old posts: after each we know what it really cost."""

TELL_EACH_S = 60.0
MAX_KNOWN = 20_000
MAX_WAITING = 100
"""Events of the stream that nobody took yet. X cuts off who reads too slowly; the next search finds the rest."""

BUDGET_USED = "budget-used"
MONEY = frozenset({BUDGET_USED, "credits-used"})


_log = logging.getLogger(__name__)

Told = tuple[Event, str | None]

_running: Final = WeakSet["XSource"]()
"""On or off, as long as somebody listens to how they are."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """
    Where a search is; the cursor.

    Args:
        since_id: Everything up to this post is known.
        start_us: Where to begin while there was no post yet.
        newest, token: In the middle of a search: what `since_id` will be, and the page that comes next.
        most: How many posts a page has: all pages of a search have the same number.
    """

    since_id: str | None = None
    start_us: int | None = None
    newest: str | None = None
    token: str | None = None
    most: int = MOST
    spent: Spent = Spent()

    @property
    def is_new(self) -> bool:
        """Nobody said where to begin."""
        return self.since_id is None and self.start_us is None


def create(source: SourceId, options: Mapping[str, object], tools: Tools) -> XSource:
    """
    See `contract.Create`.

    Raises:
        BadInput: An option is wrong, or the agreement with X is not confirmed; `field` says which.
    """
    return XSource(source, parse_options(options), tools)


class XSource:
    """See `contract.Source`."""

    network = "x"

    def __init__(self, source: SourceId, options: Options, tools: Tools) -> None:
        self.id = source
        self._options = options
        self._tools = tools
        self._client = Client(options.token, tools)
        self._budget = Budget(dollars_per_day=options.dollars_per_day, dollars_per_month=options.dollars_per_month)
        self._known: OrderedDict[str, None] = OrderedDict()
        self._counts = {"posts": 0, "unreadable": 0}
        self._streaming = False
        self._attention = ""
        self._rounds = Round(MAX_KNOWN)
        self._newest: dict[str, None] = {}
        self._is_off = False
        self._short_of_money = False
        self._estimate: Estimate | None = None
        self._said: Health | None = None
        self._said_spent = Spent()

    async def events(self, cursor: str | None) -> AsyncGenerator[Told, None]:
        """With every word on how it is comes a cursor that knows what was spent by then, also on looking again."""
        self._budget.resume(_read_place(cursor).spent)
        self._known.clear()
        self._attention, self._said = "", None
        tellers = [polling(self._look, cursor, self._tools), self._spending()]
        if self._options.way is Way.STREAM:
            tellers.append(self._streamed())
        _running.add(self)
        try:
            async with aclosing(_side_by_side(*tellers)) as told:
                async for event, reached in told:
                    cursor = reached or cursor
                    if isinstance(event, Health):
                        yield self._saying(event), self._with_spent(cursor)
                    else:
                        yield event, reached
        finally:
            _running.discard(self)

    async def check(self) -> Trial:
        """What it costs counts at those that run with the same token. Where their budget is used up it is not done."""
        try:
            self._rest()
            if streams := self._options.way is Way.STREAM:
                await self._client.rules()
            answer = await self._client.search(self._options.query, most=FEWEST)
        except SourceUnavailable as trouble:
            return Trial(findings=(Finding(where="x.com", what=trouble.code),))
        self._pay(answer.read)
        posts = [post for each in answer.posts if isinstance(post := self._parsed(each, answer), NetworkPost)]
        self._estimate = self._estimated(answer, posts)
        return Trial(findings=(Finding(where="x.com", streams=streams, posts=tuple(posts[:5])),))

    def estimate(self) -> Estimate | None:
        """See `costs.Estimates`."""
        return self._estimate

    def _estimated(self, answer: parse.Answer, posts: Sequence[NetworkPost]) -> Estimate:
        read, written = answer.read, [post.created for post in posts if post.created is not None]
        per_day = posts_per_day(written, all_of_s=None if answer.next_token else LOOKS_BACK_S)
        mills_per_day = per_day * read.mills / max(len(read.posts), 1)
        return Estimate(
            posts_per_day=ceil(per_day),
            cents_per_day=ceil(mills_per_day / 10),
            most_cents_per_day=self._options.dollars_per_day * 100,
            trial_cents=-(-read.mills // 10),
        )

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        """
        Goes on when the budget is used up: what was deleted has to go within a day. Not while the source is off: then
        nobody looks at what it costs, for weeks. When X fails halfway, what it said before is told all the same.
        """
        left = self._rounds.first(native_ids, len(native_ids))
        looked_at = set[str]()
        events: list[Event] = []
        for _ in range(RECHECK_BULKS):
            asked = self._affordable(left)[:BULK]
            if not asked:
                break
            self._rounds.looked(asked)
            try:
                answer = await self._lookup(asked)
            except SourceUnavailable:
                if not looked_at:
                    raise
                break
            events += filter(None, (parse.end_of(problem, frozenset(asked)) for problem in answer.problems))
            for post in answer.posts:
                result = self._parsed(post, answer, any_tag=True)
                if isinstance(result, parse.Dropped):
                    events.append(self._forgotten(result.id))
                    if result.why is parse.Why.SUPERSEDED:
                        self._newest[result.newest] = None
            looked_at.update(asked)
            left = [id_ for id_ in left if id_ not in looked_at]
        self._short_of_money = len(self._affordable(left)) < len(left)
        if self._short_of_money and not looked_at:
            raise self._used_up()
        if self._is_off:  # A newer version is a post that comes in, and is paid for.
            return tuple(events)
        return tuple(events + await self._newer())

    def _affordable(self, ids: Sequence[str]) -> Sequence[str]:
        """As many as the budget can bear while the source is off, else all."""
        return self._budget.affordable(ids, self._tools.now()) if self._is_off else ids

    async def at_rest(self, cursor: str | None) -> AsyncGenerator[tuple[Health, str | None], None]:
        """See `resting.CountsAtRest`."""
        self._is_off = True
        self._budget.resume(_read_place(cursor).spent)
        _running.add(self)
        try:
            while True:
                cursor = self._with_spent(cursor)
                yield self._health_at_rest(self._tools.now()), cursor
                await asyncio.sleep(TELL_EACH_S)
        finally:
            _running.discard(self)

    def _health_at_rest(self, now: float) -> Health:
        if self._short_of_money:
            return Health(condition=Condition.NEEDS_ATTENTION, what=BUDGET_USED, counts=self._figures(now))
        return Health(condition=Condition.OK, counts=self._figures(now))

    async def find(self, address: str) -> NetworkPost | None:
        """
        The post at *address*, whichever hashtags it has; None where it is not X's, or not there. It is paid for.

        Raises:
            NotFound: It is there and not for everybody, or there is a newer version; `code` says why, as `protected`.
            SourceUnavailable: X could not be asked, or the budget is used up.
        """
        id_ = parse.id_in(address)
        if id_ is None:
            return None
        self._rest()
        answer = await self._lookup([id_])
        for post in answer.posts:
            result = self._parsed(post, answer, any_tag=True)
            if isinstance(result, parse.Dropped):
                raise NotFound(f"X: the post is {result.why}.", code=result.why.value)
            return result
        return None

    async def _newer(self) -> list[Event]:
        """
        The last version of posts that were edited, also when the hashtag is no longer in it. What X does not give now
        is asked for at the next look.
        """
        ids = [id_ for id_ in self._newest if id_ not in self._known]
        self._newest = dict.fromkeys(ids)
        if not ids:
            return []
        try:
            answer = await self._lookup(ids[:BULK])
        except SourceUnavailable:
            return []
        self._newest = dict.fromkeys(ids[BULK:])
        results = [self._parsed(post, answer, any_tag=True) for post in answer.posts]
        return [self._passed_on(result) for result in results if isinstance(result, NetworkPost)]

    async def _lookup(self, ids: Sequence[str]) -> parse.Answer:
        answer = await self._client.lookup(ids)
        self._pay(answer.read)
        return answer

    # Searching

    async def _look(self, cursor: str | None) -> Look:
        self._rest()
        now = self._tools.now()
        place = self._begun(_read_place(cursor))
        if place.start_us is not None and place.start_us > (now - SEARCH_LAG_S) * 1_000_000:
            return Look(cursor=cursor, wait_s=self._options.poll_interval_s, counts=self._figures(now))
        place, answer, most = await self._searched(place)
        self._pay(answer.read)
        events = [event for post in reversed(answer.posts) for event in self._news(post, answer)]
        place = self._after(place, answer, most)
        return Look(
            events=tuple(events),
            cursor=write_cursor(place),
            wait_s=0 if place.token else SAFETY_POLL_S if self._streaming else self._options.poll_interval_s,
            counts=self._figures(self._tools.now()),
        )

    def _begun(self, place: Place) -> Place:
        """No further back than X looks; and at the first look, from where the organiser wants to begin."""
        earliest_us = int((self._tools.now() - LOOKS_BACK_S) * 1_000_000)
        if place.since_id is not None:
            if parse.written_us(place.since_id) >= earliest_us:
                return place
            _log.warning("Source %s was away for longer than X looks back; beginning seven days ago", self.id)
            place = Place(start_us=earliest_us, spent=place.spent)
        begin_us = place.start_us if place.start_us is not None else self._options.since_us
        return place if begin_us is None else msgspec.structs.replace(place, start_us=max(begin_us, earliest_us))

    async def _searched(self, place: Place) -> tuple[Place, parse.Answer, int]:
        """A page from *place*, else from its beginning where X does not know that page any more; and which it was."""
        try:
            return place, *await self._page(place)
        except Stale:
            place = msgspec.structs.replace(place, newest=None, token=None)
        return place, *await self._page(place)

    async def _page(self, place: Place) -> tuple[parse.Answer, int]:
        """A page, and how many posts it might have had: no more than what is left of the budget."""
        affordable = self._budget.left_mills(self._tools.now()) // MOST_MILLS
        most = place.most if place.token else max(FEWEST, min(MOST, FEWEST if place.is_new else affordable))
        start = None if place.since_id else _as_moment(place.start_us)
        answer = await self._client.search(
            self._options.query, most=most, since_id=place.since_id, start=start, token=place.token
        )
        return answer, most

    def _after(self, place: Place, answer: parse.Answer, most: int) -> Place:
        """Where we are once *answer* is durable. The first look at all takes one page, however much there is."""
        now = self._tools.now()
        newest, spent = place.newest or answer.newest, self._budget.spent(now)
        if answer.next_token not in {None, place.token} and not place.is_new:
            return msgspec.structs.replace(place, newest=newest, token=answer.next_token, most=most, spent=spent)
        start_us = int((now - BEGIN_BEFORE_S) * 1_000_000) if place.is_new else place.start_us
        return Place(since_id=newest or place.since_id, start_us=start_us, spent=spent)

    # The stream

    async def _streamed(self) -> AsyncGenerator[Told, None]:
        """Ends only when somebody has to look at it; searching goes on."""
        backoff = Backoff(self._tools.rng)
        while True:
            try:
                async with aclosing(self._stream_once(backoff)) as events:
                    async for event in events:
                        yield event, None
            except SourceUnavailable as trouble:
                wait_s = backoff.failed(trouble, now=monotonic())
                _log.info("Source %s: no stream, %s: %s", self.id, "stopped" if wait_s is None else "waiting", trouble)
                if wait_s is None:
                    self._attention = trouble.code
                    yield Health(condition=Condition.NEEDS_ATTENTION, what=trouble.code), None
                    return
                await asyncio.sleep(wait_s)

    async def _stream_once(self, backoff: Backoff) -> AsyncGenerator[Event, None]:
        self._rest()
        await self._client.have_only(self._options.query)
        try:
            async with aclosing(self._client.stream()) as lines:
                async for line in lines:
                    backoff.worked(now=monotonic())
                    self._streaming = True
                    for event in self._heard(line):
                        yield event
                    self._rest()
        finally:
            self._streaming = False

    def _heard(self, line: parse.Answer | BadInput | None) -> list[Event]:
        match line:
            case BadInput():
                note_flaw(_log, self._counts, self.id, "X", line)
                return []
            case parse.Answer():
                self._pay(line.read)
                return [event for post in line.posts for event in self._news(post, line)]
            case None:
                return []

    # How it is

    async def _spending(self) -> AsyncGenerator[Told, None]:
        """The last word again when something was spent since, as on looking again while no search can be paid for."""
        while True:
            await asyncio.sleep(TELL_EACH_S)
            if self._said is not None and self._budget.spent(self._tools.now()) != self._said_spent:
                yield self._said, None

    def _saying(self, health: Health) -> Health:
        """With the figures of now."""
        now = self._tools.now()
        self._said, self._said_spent = health, self._budget.spent(now)
        return msgspec.structs.replace(self._with_attention(health), counts=self._figures(now))

    def _with_attention(self, health: Health) -> Health:
        """
        A stream that was refused is somebody's task, also while searching works. So is money: it goes on by itself in
        the end, but "nothing heard for a while" would not tell anybody why.
        """
        if self._attention and health.condition is Condition.OK:
            return msgspec.structs.replace(health, condition=Condition.NEEDS_ATTENTION, what=self._attention)
        if health.what in MONEY:
            return msgspec.structs.replace(health, condition=Condition.NEEDS_ATTENTION)
        return health

    def _with_spent(self, cursor: str | None) -> str | None:
        """*cursor*, and what was spent by now."""
        place, spent = _read_place(cursor), self._budget.spent(self._tools.now())
        if place.spent == spent:
            return cursor
        return write_cursor(msgspec.structs.replace(place, spent=spent))

    # Both

    def _budgets(self) -> list[Budget]:
        """Who pays: itself, or of a source that is only tried, those that run with the same token."""
        if self in _running:
            return [self._budget]
        return [each._budget for each in _running if each._options.token == self._options.token] or [self._budget]

    def _pay(self, read: Read) -> None:
        for budget in self._budgets():
            budget.read(read, self._tools.now())

    def _rest(self) -> None:
        """
        Raises:
            SourceUnavailable: The budget is used up.
        """
        if any(budget.rest_s(self._tools.now()) is not None for budget in self._budgets()):
            raise self._used_up()

    def _used_up(self) -> SourceUnavailable:
        rest_s = max((budget.rest_s(self._tools.now()) or 0.0 for budget in self._budgets()), default=0.0)
        return SourceUnavailable(
            f"The budget for {self.id} is used up", code=BUDGET_USED, cause=Cause.LIMITED, asked_s=rest_s or None
        )

    def _news(self, post: object, answer: parse.Answer) -> list[Event]:
        """
        A post that we did not have, after the end of what it replaces; or the end of one that may not be shown.

        An edit that takes the hashtag away is an edit all the same.
        """
        result = self._parsed(post, answer)
        if result is None:
            return []
        every = parse.versions(post)
        ours = [each for each in every if each in self._known]
        if isinstance(result, parse.Dropped) and result.why is parse.Why.OTHER_TAG and ours:
            result = self._parsed(post, answer, any_tag=True)
        match result:
            case NetworkPost() if result.native_id in ours or (result.created or 0) < (self._options.since_us or 0):
                return []
            case NetworkPost():
                return [*map(self._forgotten, every[:-1]), self._passed_on(result)]
            case parse.Dropped(why=parse.Why.PROTECTED | parse.Why.WITHHELD):
                return [*map(self._forgotten, ours)]
            case parse.Dropped(why=parse.Why.SUPERSEDED):
                return [self._forgotten(each) for each in ours if each != every[-1]]
            case _:
                return []

    def _passed_on(self, post: NetworkPost) -> Upsert:
        self._known[post.native_id] = None
        while len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)
        self._counts["posts"] += 1
        return Upsert(post=post)

    def _forgotten(self, id_: str) -> Delete:
        self._known.pop(id_, None)
        return parse.delete(id_)

    def _parsed(
        self, post: object, answer: parse.Answer, *, any_tag: bool = False
    ) -> NetworkPost | parse.Dropped | None:
        tags = frozenset[str]() if any_tag else self._options.tags
        try:
            return parse.parse_post(post, answer, tags=tags, now_us=int(self._tools.now() * 1_000_000))
        except BadInput as ex:
            note_flaw(_log, self._counts, self.id, "X", ex)
            return None

    def _figures(self, now: float) -> dict[str, int]:
        spent = self._budget.spent(now)
        return {
            **self._counts,
            "streams": int(self._streaming),
            "posts-read-today": spent.posts,
            "authors-read-today": spent.authors,
            "cents-today": -(-spent.today // 10),
            "cents-this-month": -(-spent.month // 10),
        }


async def _side_by_side(*tellers: AsyncGenerator[Told, None]) -> AsyncGenerator[Told, None]:
    """What several tell, each in its order; what one raises is raised here."""
    heard: asyncio.Queue[Told | Exception] = asyncio.Queue(MAX_WAITING)
    tasks = [asyncio.create_task(_tell(teller, heard)) for teller in tellers]
    try:
        while True:
            told = await heard.get()
            if isinstance(told, Exception):
                raise told
            yield told
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _tell(teller: AsyncGenerator[Told, None], heard: asyncio.Queue[Told | Exception]) -> None:
    try:
        async with aclosing(teller):
            async for told in teller:
                await heard.put(told)
    except Exception as ex:  # Whatever it is, it is raised where somebody waits for it.
        await heard.put(ex)


def _as_moment(us: int | None) -> str | None:
    if us is None:
        return None
    return datetime.fromtimestamp(us // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read_place(cursor: str | None) -> Place:
    """One that cannot be read means the beginning: posts may come again."""
    return read_cursor(cursor, Place, instead="beginning with the newest posts") or Place()

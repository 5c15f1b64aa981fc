"""Four networks that misbehave: each writes good posts all the time, and plays what it is told beside them."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from aiohttp import web

from server.symposium.values import SourceId
from tests.server.sources import virtual
from tests.server.sources.bluesky import upstream as sky
from tests.server.sources.feed_site import Site
from tests.server.sources.hostile_house import House
from tests.server.sources.hostile_manners import CUTS, beside, manners
from tests.server.sources.mastodon.upstream import TOKEN, Behaviour, Upstream, answers, stamp
from tests.server.sources.youtube_chat import KEY, VIDEO, Chat, message, refusal

Play = Callable[[], Awaitable[object]]


class Network:
    """
    One network.

    Args:
        id: Of its source; the first word of its good posts begins with it.
        waiting: What its next requests meet.
        honest: Answers as it should.
        lists: Where the list is in its answer; see `hostile_manners.beside`.
        elsewhere: A server within the network, which nobody may ask.
        flood: How many strangers write at once.
    """

    can_edit = can_delete = True

    def __init__(
        self,
        id_: str,
        waiting: list[Behaviour],
        honest: Behaviour,
        *,
        lists: str,
        kind: str = "application/json",
        rng: random.Random,
        elsewhere: str,
        flood: int,
    ) -> None:
        self.source = SourceId(id_)
        self.waiting = waiting
        self.rng = rng
        self.flood = flood
        self.truth: dict[str, str | None] = {}
        """The first word of each good post, and all its words as they are now; None: it was deleted."""
        self.cuts: list[float] = []
        self.cookies: list[str] = []
        self._made: dict[str, Any] = {}
        self.manners = manners(honest, kind=kind, elsewhere=elsewhere)
        if lists != "-":
            self.manners["beside"] = beside(honest, lists, rng)
        self.plays: Mapping[str, Play] = {}

    @property
    def repertoire(self) -> list[str]:
        """All that it can play."""
        return [*self.manners, *self.plays]

    async def play(self, name: str) -> None:
        """Do this: at once, or to the next request."""
        if name in self.plays:
            await self.plays[name]()
        else:
            self.waiting += [self._noted(name)] * (4 if name == "redirect-loop" else 1)

    def _noted(self, name: str) -> Behaviour:
        async def behave(request: web.Request) -> web.StreamResponse:
            self.cookies += request.headers.getall("Cookie", [])
            if name in CUTS:
                self.cuts.append(asyncio.get_running_loop().time())
            return await self.manners[name](request)

        return behave

    async def write(self) -> str:
        """A good post; what it is called."""
        name = f"{self.source}{len(self.truth)}"
        self.truth[name] = text = self.words(name)
        self._made[name] = await self.post(text)
        return name

    async def change(self, name: str) -> None:
        """An edit of a good post."""
        self.truth[name] = text = self.words(name)
        await self.edit(self._made[name], text)

    async def take_back(self, name: str) -> None:
        """The end of a good post."""
        self.truth[name] = None
        await self.delete(self._made[name])

    async def crowd(self) -> None:
        """Many strangers at once."""
        for _ in range(self.flood):
            await self.post(self.words("vreemd"))

    def words(self, first: str) -> str:
        return f"{first} {' '.join(f'{self.rng.randrange(16**6):06x}' for _ in range(6))}"

    # What each does in its own way

    @property
    def asked(self) -> list[float]:
        """When it was asked in turn."""
        raise NotImplementedError

    @property
    def options(self) -> dict[str, Any]:
        """Of its source."""
        raise NotImplementedError

    async def post(self, text: str) -> Any:
        raise NotImplementedError

    async def edit(self, made: Any, text: str) -> None:
        raise NotImplementedError

    async def delete(self, made: Any) -> None:
        raise NotImplementedError

    def refuse(self) -> str:
        """From now on somebody has to look at it: the code that says so."""
        raise NotImplementedError

    async def hang_up(self) -> None:
        """End what is open."""


def _uncounted(answer: Behaviour, requests: list[Any]) -> Behaviour:
    """The same, for a request that was counted when it came."""

    async def behave(request: web.Request) -> web.StreamResponse:
        found = await answer(request)
        requests.pop()
        return found

    return behave


class Fediverse(Network):
    """A Mastodon server, live and by looks. Of a delete it tells only who listens at that moment."""

    can_delete = False

    def __init__(self, server: Upstream, **more: Any) -> None:
        super().__init__("mastodon", server.misbehave, server._timeline, lists="", **more)
        self._server = server
        self.plays = {
            "flood": self._flood,
            "hung-up": self.hang_up,
            "deaf": self._deaf,
            "unknown-edit": lambda: self._frame("status.update", json.dumps(self._unknown())),
            "unknown-delete": lambda: self._frame("delete", "424242"),
            "again": lambda: self._frame("update", json.dumps([*server.posts.values()][-1])),
            "frame-of-nothing": lambda: self._frame("update", "null"),
            "frame-unknown": lambda: self._frame("filters_changed", None),
            "frame-nonsense": lambda: self._raw("{nonsense"),
            "frame-deep": lambda: self._raw("[" * 100_000),
            "frame-giant": lambda: self._raw("x" * 2_000_000),
            "pages-that-never-end": self._endless,
        }

    async def post(self, text: str) -> Any:
        return await self._server.post(text)

    async def edit(self, made: Any, text: str) -> None:
        await self._server.edit(made, f'{text} <a href="https://social.example/tags/DemoConf">#DemoConf</a>')

    async def delete(self, made: Any) -> None:
        await self._server.delete(made)

    async def _flood(self) -> None:
        self._server.deaf = True
        await self.crowd()
        self._server.deaf = False

    async def _deaf(self) -> None:
        self._server.deaf = True
        await self.write()
        self._server.deaf = False

    async def hang_up(self) -> None:
        for socket, _ in list(self._server.sockets):
            await socket.close()

    def _unknown(self) -> Any:
        status = dict([*self._server.posts.values()][-1])
        id_ = str(self.rng.randrange(10**15, 10**16))
        uri = f"https://vreemd.example/{id_}"
        return status | {"id": id_, "uri": uri, "content": "<p>vreemd</p>", "edited_at": stamp(virtual.now())}

    async def _frame(self, event: str, payload: str | None) -> None:
        await self._raw(json.dumps({"stream": ["hashtag", "democonf"], "event": event, "payload": payload}))

    async def _raw(self, frame: str) -> None:
        for socket, _ in list(self._server.sockets):
            if not socket.closed:
                await socket.send_str(frame)

    async def _endless(self) -> None:
        """Whatever page is asked for, the newest comes."""

        async def newest(request: web.Request) -> web.StreamResponse:
            return await self._server._timeline(request.clone(rel_url=request.rel_url.with_query(limit="40")))

        self.waiting += [newest] * 10

    @property
    def asked(self) -> list[float]:
        return [at for at, path in self._server.requests if "/streaming" not in path]

    @property
    def options(self) -> dict[str, Any]:
        return {"servers": [self._server.url], "tags": ["DemoConf"], "tokens": {self._server.url: TOKEN}}

    def refuse(self) -> str:
        self._server.tokens.clear()
        self._server.needs_token = True
        return "token-refused"


class Blog(Network):
    """A website's feed, now in one format and now in the other."""

    can_delete = False

    def __init__(self, site: Site, **more: Any) -> None:
        super().__init__("feed", site.misbehave, site._answer, lists="-", kind="application/rss+xml", **more)
        self._site = site
        self._items: list[dict[str, Any]] = []
        self.plays = {
            "json-feed": self._as_json,
            "flood": self._flood,
            "broken-items": self._broken_items,
            "doubles": self._doubles,
            "other-order": self._other_order,
            "control-characters": lambda: self._instead(self._rss(self._items).replace("<item>", "<item>\0\x0b")),
            "entities": lambda: self._instead("<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>"),
            "deep-markup": lambda: self._instead("<rss>" + "<a>" * 100_000),
            "no-items": lambda: self._instead(self._rss([])),
        }
        self._show()

    async def post(self, text: str) -> Any:
        item = {"id": f"https://blog.example/{text.split()[0]}-{len(self._items)}", "text": text, "at": virtual.now()}
        self._items.insert(0, item)
        self._show()
        return item

    async def edit(self, made: Any, text: str) -> None:
        made["text"] = text
        self._show()

    def _show(self) -> None:
        self._site.feed = self._rss(self._items)

    def _rss(self, items: list[dict[str, Any]]) -> str:
        told = "".join(
            f"<item><guid>{item['id']}</guid><title>{escape(item['text'])}</title>"
            f"<pubDate>{format_datetime(datetime.fromtimestamp(item['at'], UTC))}</pubDate></item>"
            for item in items
        )
        return f'<rss version="2.0"><channel><title>Blog</title>{told}</channel></rss>'

    async def _instead(self, feed: str) -> None:
        """Once."""
        self.waiting.append(answers(body=feed, kind="text/xml"))

    async def _as_json(self) -> None:
        items: list[Any] = [None, 7, {}, {"id": {}, "title": [], "tags": 7, "authors": "x"}]
        items += [{"id": item["id"], "title": item["text"]} for item in self._items]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Blog", "items": items}
        self.waiting.append(answers(body=json.dumps(feed), kind="application/feed+json"))

    async def _flood(self) -> None:
        strangers = [
            {"id": f"https://vreemd.example/{self.rng.random()}", "text": self.words("vreemd"), "at": virtual.now()}
            for _ in range(self.flood)
        ]
        await self._instead(self._rss([*strangers, *self._items]))

    async def _broken_items(self) -> None:
        broken = "<item/><item><guid/><title/></item><item><pubDate>straks</pubDate><title>vreemd</title></item>"
        broken += "<item><guid>x</guid><title>vreemd</title><pubDate>Fri, 21 Nov 2098 20:00:00 GMT</pubDate></item>"
        broken += "<item><guid>y</guid><title>vreemd</title><pubDate>Thu, 1 Jan 1970 00:00:00 GMT</pubDate></item>"
        broken += f"<item><guid>{'z' * 100_000}</guid><title>{'vreemd ' * 20_000}</title></item>"
        await self._instead(self._rss(self._items).replace("<item>", f"{broken}<item>", 1))

    async def _doubles(self) -> None:
        await self._instead(self._rss([item for item in self._items for _ in range(2)]))

    async def _other_order(self) -> None:
        await self._instead(self._rss(self.rng.sample(self._items, len(self._items))))

    @property
    def asked(self) -> list[float]:
        return [at for at, _ in self._site.requests]

    @property
    def options(self) -> dict[str, Any]:
        return {"addresses": [self._site.address], "poll_interval_s": 60}

    def refuse(self) -> str:
        self._site.at["/feed"] = answers(410)
        return "gone"


class Sky(sky.Upstream):
    """Notes when somebody opens a stream."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[float] = []

    async def _subscribe(self, request: web.Request) -> web.StreamResponse:
        self.opened.append(asyncio.get_running_loop().time())
        return await super()._subscribe(request)


class Bluesky(Network):
    """Jetstream, and the AppView beside it."""

    def __init__(self, server: Sky, **more: Any) -> None:
        honest = _uncounted(server._get_posts, server.asked)
        super().__init__("bluesky", server.appview_misbehave, honest, lists="posts", **more)
        self._server = server
        unknown = {"uri": f"at://{sky.BRAM}/{sky.COLLECTION}/3kunknown", "cid": "bafyunknown"}
        record = {"$type": sky.COLLECTION, "text": "vreemd", "createdAt": sky.stamp(0), **sky.tagged("x", "DemoConf")}
        event = {"did": sky.BRAM, "kind": "commit", "commit": None}
        made = {"operation": "create", "collection": sky.COLLECTION, "rkey": "3khalf", "cid": "bafyhalf", "rev": "3m"}
        half = event | {"commit": made | {"record": record | {"text": "half \ud83d #DemoConf"}}}
        self.plays = {
            "flood": self.crowd,
            "hung-up": server.hang_up,
            "unknown-edit": lambda: server.commit("update", {**unknown, "record": record}),
            "unknown-delete": lambda: server.commit("delete", {**unknown, "record": record}),
            "unknown-account": lambda: server.say(
                {"did": "did:plc:nobody", "kind": "account", "account": {"active": False, "status": "deleted"}}
            ),
            "again": self._again,
            "frame-of-nulls": lambda: server.say(dict.fromkeys(event)),
            "frame-of-numbers": lambda: server.say({"did": 7, "kind": 7, "commit": 7}),
            "clock-ahead": lambda: server.say(event, at_s=virtual.now() + 10**7),
            "clock-behind": lambda: server.say(event, at_s=1.0),
            "clock-nowhere": lambda: server.say(event, at_s=-1e15),
            "frame-nonsense": lambda: server.say_raw("{nonsense #democonf"),
            "frame-binary": lambda: server.say_raw(b"\xff\xfe\0"),
            "frame-deep": lambda: server.say_raw('{"commit":{"democonf":' + "[" * 100_000),
            "frame-giant": lambda: server.say_raw("x" * 2_000_000),
            "frame-surrogate": lambda: server.say_raw(json.dumps(half | {"time_us": int(virtual.now() * 1_000_000)})),
            **{f"stream-{name}": self._stream(how) for name, how in self.manners.items() if name.startswith("429")},
            **{
                f"stream-{name}": self._stream(self.manners[name]) for name in ("500", "login-page", "redirect-inwards")
            },
            "stream-silent": self._stream(sky.silent),
            "stream-cut": self._stream(sky.hangs_up),
            "stream-giant": self._stream(sky.giant),
        }

    async def hang_up(self) -> None:
        await self._server.hang_up()

    def _stream(self, how: Behaviour) -> Play:
        async def play() -> None:
            self._server.misbehave.append(how)
            await self._server.hang_up()

        return play

    async def _again(self) -> None:
        for event in self._server.events[-5:]:
            await self._server.say(event)

    async def post(self, text: str) -> Any:
        return await self._server.post(text)

    async def edit(self, made: Any, text: str) -> None:
        await self._server.edit(made, text)

    async def delete(self, made: Any) -> None:
        await self._server.delete(made)

    @property
    def asked(self) -> list[float]:
        return [at for at, _, _ in self._server.asked]

    @property
    def opened(self) -> list[float]:
        """When somebody opened its stream."""
        return self._server.opened

    @property
    def options(self) -> dict[str, Any]:
        return {"tags": ["DemoConf"], "hosts": [self._server.socket_url], "appview": self._server.url}

    def refuse(self) -> str:
        self._server.misbehave += [answers(403)] * 100
        return "refused"


class YouTube(Network):
    """A live chat."""

    can_edit = False

    def __init__(self, chat: Chat, **more: Any) -> None:
        honest = _uncounted(chat._messages, chat.requests)
        super().__init__("youtube", chat.misbehave, honest, lists="items", **more)
        self._chat = chat
        self.manners |= {
            f"refuses-{reason}": refusal(status, reason)
            for status, reason in ((403, "rateLimitExceeded"), (403, "liveChatDisabled"), (400, "pageTokenInvalid"))
        }
        self.plays = {
            "flood": self.crowd,
            "unknown-delete": lambda: self._tell("messageDeletedEvent", {"deletedMessageId": "nobody"}),
            "unknown-ban": lambda: self._tell("userBannedEvent", {"bannedUserDetails": {"channelId": "UCnobody"}}),
            "again": self._again,
        }

    async def _tell(self, kind: str, details: dict[str, Any]) -> None:
        self._chat.tell(kind, **{f"{kind.removesuffix('Event')}Details": details})

    async def _again(self) -> None:
        self._chat.messages += self._chat.messages[-5:]

    async def post(self, text: str) -> Any:
        told = message(f"LCC.{len(self._chat.messages)}.{self.rng.random()}", text, publishedAt=stamp(virtual.now()))
        self._chat.messages.append(told)
        return told

    async def delete(self, made: Any) -> None:
        await self._tell("messageDeletedEvent", {"deletedMessageId": made["id"]})

    @property
    def asked(self) -> list[float]:
        return [at for at, _ in self._chat.requests]

    @property
    def options(self) -> dict[str, Any]:
        return {"video": VIDEO, "key": KEY, "poll_interval_s": 60}

    def refuse(self) -> str:
        self._chat.for_ever = refusal(403, "keyInvalid")
        return "token-refused"


async def join(house: House, network: Network) -> None:
    """Have the house listen to it."""
    await house.add(network.source, str(network.source), **network.options)

"""
The door for systems that bring us their posts: signed webhooks, WhatsApp and text messages.

    whose hook? → is it on? → the body → who signed it? → not too many → what does it say? → durable → 202

Nothing is read before its signature is found good, and nothing is promised before it is durable: whoever got another
answer sends it again.
"""

from __future__ import annotations

import hmac
import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Annotated, Any, Final

import msgspec
from aiohttp import web

from server.blobs.gate import MediaGate
from server.blobs.images import Kind
from server.blobs.pictures import bring_in
from server.errors import BadInput, Conflict, FonteinError, Gone, NotAllowed, NotFound, Unavailable
from server.intake.arrival import Arrival, Departure
from server.sources.contract import AuthorGone, Delete, NetworkPost, Upsert
from server.sources.pictures import PictureKind, Pictures
from server.sources.webhook.heard import Heard, heard_of
from server.sources.webhook.messages import parse_messages
from server.sources.webhook.options import (
    GIVEN,
    GRACE_S,
    MAX_SECRET_CHARS,
    NUMBERED,
    Options,
    Profile,
    new_secret,
    parse_options,
    rotated,
)
from server.sources.webhook.parse import Event, Ping, parse_event
from server.sources.webhook.signatures import Sent, Unproved, message_id, prove
from server.symposium import views
from server.symposium.outcomes import Refused
from server.symposium.state import Post, is_taken_back
from server.symposium.state import Source as Known
from server.symposium.values import OPERATOR, BlobId, Picture, SourceId
from server.web.auth import ORGANISER_ROLES, need
from server.web.bodies import answer, read, read_json
from server.web.desk import carried_out
from server.web.guard import address_of, scheme_of
from server.web.limits import Rate, network_of
from server.web.problems import Problem, response_of
from server.web.site import Hall, Site, hall_of, site_of

_log = logging.getLogger(__name__)

NETWORK: Final = "webhook"

MAX_BODY_BYTES: Final = 20_000
"""As Standard Webhooks has it."""
MAX_BATCH_BYTES: Final = 3 * 2**20
"""Of WhatsApp, which sends many messages at once after it could not reach us: as much as Meta says that it may be."""

HOOK = Rate(200, 20)
"""Deliveries at one hook: two hundred at once, then twenty a second."""
REFUSALS = Rate(60, 1)
"""Deliveries of one address that nobody signed. They do not count for the hook: a stranger must not close it."""

PAUSED_S: Final = 300
"""After so long it is worth trying again at a hook that is off."""

MAX_GONE: Final = 20_000
MAX_LOOKED_BACK: Final = 20_000
"""Posts among which one of a hook that was removed is looked for."""

_HOOK_ID: Final = re.compile(rf"{NETWORK}-\d{{1,4}}")
_CHALLENGE: Final = re.compile(r"[\w-]{1,200}", re.ASCII)
_FORM: Final = "application/x-www-form-urlencoded"


class NewHookSecret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The next secret of a hook; left out: we make one, where the provider does not."""

    secret: Annotated[str, msgspec.Meta(max_length=MAX_SECRET_CHARS)] | None = None


@dataclass
class Doors:
    """
    What the hooks of all symposia share.

    Args:
        gate: Fetches pictures from public addresses; None before the server serves.
        gone: By symposium the posts that were deleted before they came. In memory: a sender that tells of a delete and
            only then brings the post does so within minutes.
    """

    gate: MediaGate | None = None
    gone: dict[str, OrderedDict[str, None]] = field(default_factory=dict)

    def forget(self, hall: Hall, native_id: str) -> None:
        """This post is gone, though it never came."""
        gone = self.gone.setdefault(hall.slug, OrderedDict())
        gone[native_id] = None
        if len(gone) > MAX_GONE:
            gone.popitem(last=False)

    def is_gone(self, hall: Hall, native_id: str) -> bool:
        """Whether `forget` was told of it."""
        return native_id in self.gone.get(hall.slug, ())


DOORS: web.AppKey[Doors] = web.AppKey("doors", Doors)


def set_up(app: web.Application) -> None:
    """Give *app* what its hooks share."""
    app[DOORS] = Doors()
    app.cleanup_ctx.append(_open_gate)


async def _open_gate(app: web.Application) -> AsyncIterator[None]:
    async with MediaGate() as gate:
        app[DOORS].gate = gate
        yield
        app[DOORS].gate = None


# At the door


async def look(request: web.Request) -> web.Response:
    """`GET …/hooks/{source}`: Meta asks whether this address belongs to whoever gave it."""
    hall = hall_of(request)
    options = _options(site_of(request), hall, _hook(request, hall))
    if options.profile is not Profile.WHATSAPP:
        raise web.HTTPMethodNotAllowed("GET", ["POST"])
    query = request.query
    given = query.get("hub.verify_token", "").encode("utf-8", "replace")
    if not options.verify_token or not hmac.compare_digest(given, options.verify_token.encode()):
        _count_refusal(request)
        raise NotAllowed("hub.verify_token is not the code of this hook: fill in the same one here and at Meta.")
    if query.get("hub.mode") != "subscribe" or not _CHALLENGE.fullmatch(query.get("hub.challenge", "")):
        raise BadInput("hub.mode must be subscribe, with a hub.challenge.", code="bad-request", field="hub.challenge")
    return web.Response(text=query["hub.challenge"])


async def receive(request: web.Request) -> web.Response:
    """`POST …/hooks/{source}`: what another system brings; 2xx when it is durable."""
    site, hall = site_of(request), hall_of(request)
    source = _hook(request, hall)
    options = _options(site, hall, source)
    heard = heard_of(source.id, options.secrets)
    if not source.on:
        raise Unavailable(
            "This hook is paused; nothing is lost if you send it again later.", retry_after_s=PAUSED_S, code="paused"
        )
    sent = await _sent(request, site, options)
    try:
        prove(sent, options, now_s=site.now_us() / 1e6)
    except (Unproved, BadInput) as ex:
        heard.proved = heard.proved or _brought_since_set(hall, source)
        heard.refuse("" if isinstance(ex, BadInput) else ex.code)
        _count_refusal(request)
        if isinstance(ex, BadInput):
            raise
        return response_of(Problem(title="Not signed", status=401, detail=ex.message, code=ex.code))
    heard.note()
    site.buckets.take(HOOK, f"{hall.slug}/{source.id}")
    delivery = _Delivery(site=site, hall=hall, source=source, options=options, heard=heard, doors=request.app[DOORS])
    if options.profile in NUMBERED:
        return await delivery.messages(sent)
    return await delivery.event(sent)


def _hook(request: web.Request, hall: Hall) -> Known:
    """
    Raises:
        NotFound: There is no such hook.
        Gone: There was.
    """
    id_ = SourceId(request.match_info["source"])
    source = hall.node.state.sources.get(id_)
    if source is not None and source.network == NETWORK:
        return source
    if source is None and _HOOK_ID.fullmatch(id_) and _was_here(hall, id_):
        raise Gone("This hook was removed; send nothing more to it.")
    raise NotFound("There is no such hook; look at the address on the page of the organiser.", code="no-hook")


def _was_here(hall: Hall, source: SourceId) -> bool:
    newest = islice(reversed(hall.node.state.posts.values()), MAX_LOOKED_BACK)
    return any(post.source == source for post in newest)


def _brought_since_set(hall: Hall, source: Known) -> bool:
    """Whether anything good came since it was set as it is: a restart forgets what was heard, the journal does not."""
    newest = islice(reversed(hall.node.state.posts.values()), MAX_LOOKED_BACK)
    return any(post.source == source.id and post.received >= source.turned for post in newest)


def _options(site: Site, hall: Hall, source: Known) -> Options:
    written = views.source_body(hall.node.state, source.body).options
    try:
        return parse_options({**written, **site.keyring.secrets(hall.slug, source.id)})
    except BadInput as ex:
        _log.warning("Hook %s of %s cannot be used: %s", source.id, hall.slug, ex)
        message = "This hook is not set up well; its organiser has to look at it."
        raise Unavailable(message, retry_after_s=PAUSED_S, code="bad-option") from ex


async def _sent(request: web.Request, site: Site, options: Options) -> Sent:
    wanted = _FORM if options.profile is Profile.TWILIO else "application/json"
    if request.content_type != wanted:
        raise BadInput(f"Send it with Content-Type: {wanted}.", code="media-type")
    most = MAX_BATCH_BYTES if options.profile is Profile.WHATSAPP else MAX_BODY_BYTES
    return Sent(
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await read(request, max_bytes=most),
        urls=(f"{site.base_url}{request.path_qs}", f"{scheme_of(request)}://{request.host}{request.path_qs}"),
        token=request.query.get("token", ""),
    )


def _count_refusal(request: web.Request) -> None:
    site_of(request).buckets.take(REFUSALS, f"hooks {network_of(address_of(request))}")


# What it says


@dataclass(frozen=True)
class _Sender:
    """See `Sender`: one hook may bring posts of several networks."""

    id: SourceId
    network: str


@dataclass(frozen=True, kw_only=True)
class _Delivery:
    """One delivery whose sender is known, on its way to the journal."""

    site: Site
    hall: Hall
    source: Known
    options: Options
    heard: Heard
    doors: Doors

    async def event(self, sent: Sent) -> web.Response:
        """One of our own events. Its answer is the same each time that it is sent."""
        if sent.headers.get("x-github-event") == "ping":
            return answer({}, status=202)
        message = message_id(sent)
        series = f"{self.source.id}@{self.source.made}"
        now_us = self.site.now_us()
        event = parse_event(sent.body, source=self.source.id, series=series, message=message, now_us=now_us)
        return answer(await self._carry_out(event, NETWORK), status=202)

    async def messages(self, sent: Sent) -> web.Response:
        """What people wrote, through a provider. One message that cannot be a post does not keep the others away."""
        keyring, slug = self.site.keyring, self.hall.slug
        taken = parse_messages(
            self.options.profile,
            sent.body,
            hashed=lambda identity: keyring.identity("sender", slug, identity),
            language=self.hall.node.state.languages[0],
            now_us=self.site.now_us(),
        )
        for each in taken:
            try:
                await self._carry_out(each.event, each.network)
            except BadInput as ex:
                self.heard.note(left_out=1)
                _log.info("Hook %s: a message was left out: %s", self.source.id, ex.code)
        if self.options.profile is Profile.TWILIO:
            return web.Response(text="<Response></Response>", content_type="text/xml")
        return answer({})

    async def _carry_out(self, event: Event, network: str) -> dict[str, Any]:
        match event:
            case Upsert(post=post):
                return await self._bring(post, network)
            case Delete(native_id=str(native_id)):
                await self._depart(native_id, network)
            case AuthorGone(author_id=author_id):
                await self._erase(author_id, network)
            case Ping():
                pass
        return {}

    async def _bring(self, post: NetworkPost, network: str) -> dict[str, Any]:
        """A post, new or edited; a delete or erasure that overtook it has the last word."""
        if self.doors.is_gone(self.hall, post.native_id) and not self._is_known(post.native_id, network):
            return self._left_out("deleted")
        arrival = await self._arrival(post, network)
        try:
            found, _ = await self.hall.node.receive(arrival)
        except (Conflict, NotFound) as ex:  # For good: to send it again would change nothing.
            return self._left_out(ex.code)
        self._check_message(found, arrival)
        if self.doors.is_gone(self.hall, post.native_id):
            await self._depart(post.native_id, network)
        if found.author in self.hall.node.state.suppressed:
            await self._erase(post.author_id, network)
        self.heard.note(posts=1)
        return {"post": found.id}

    def _left_out(self, code: str) -> dict[str, Any]:
        self.heard.note(left_out=1)
        return {"leftOut": code}

    def _check_message(self, found: Post, arrival: Arrival) -> None:
        """
        Raises:
            Conflict: The same message brought another post before.
        """
        body = views.post_body(self.hall.node.state, found)
        if body is not None and body.uri == arrival.uri and body.native_id != arrival.native_id:
            message = "This webhook-id brought another post before; give each message an id of its own."
            raise Conflict(message, code="webhook-id-reused")

    async def _depart(self, native_id: str, network: str) -> None:
        source = self.source.id
        outcome = await self.hall.node.depart(Departure(source=source, network=network, native_id=native_id))
        if isinstance(outcome, Refused) and not self._is_known(native_id, network):
            self.doors.forget(self.hall, native_id)

    def _is_known(self, native_id: str, network: str) -> bool:
        return self.site.keyring.identity("native", network, native_id) in self.hall.node.state.by_key

    async def _erase(self, author_id: str, network: str) -> None:
        """Everything of theirs is erased, and nothing of theirs comes in any more. Asked again, it costs no entry."""
        node = self.hall.node
        author = self.site.keyring.author(network, author_id)
        known = node.state.authors.get(author)
        posts = [] if known is None else [node.state.posts[each] for each in known.posts]
        if author in node.state.suppressed and all(map(is_taken_back, posts)):
            return
        before = node.named_blobs()
        of = next((post.id for post in posts), None)
        carried_out(node.state, await node.erase(OPERATOR, author_of=of, suppress=(author,)))
        await self.hall.forget_blobs(before)

    async def _arrival(self, post: NetworkPost, network: str) -> Arrival:
        pictures = Pictures(_Sender(self.source.id, network), self._bring_in)
        return msgspec.structs.replace(await pictures.arrival_of(post), waits=not self.options.signed)

    async def _bring_in(self, picture: str | bytes, /, *, kind: PictureKind) -> Picture | None:
        gate = self.doors.gate
        if gate is None or isinstance(picture, bytes):
            return None
        stored = await bring_in(picture, kind=Kind(kind), gate=gate, images=self.site.images, store=self.hall.store)
        return Picture(
            blob=BlobId(stored.id),
            type=stored.media_type,
            width=stored.width,
            height=stored.height,
            small=None if stored.small is None else BlobId(stored.small.id),
        )


# Its secrets


async def rotate(request: web.Request) -> web.Response:
    """
    `POST …/hooks/{source}/secrets`: another secret from now on; the one before it stays good for a day.

    A secret that we made is in the answer, and is never told again.
    """
    site, hall = site_of(request), hall_of(request)
    mine = need(request, hall, ORGANISER_ROLES)
    new = await read_json(request, NewHookSecret)
    source = _hook(request, hall)
    options = _options(site, hall, source)
    if new.secret is None and options.profile in GIVEN:
        raise BadInput("Paste the new secret that the provider shows you; we cannot make it.", field="$.secret")
    secret, now_s = new.secret or new_secret(), site.now_us() / 1e6
    before = site.keyring.secrets(hall.slug, source.id)
    kept = {**before, "secret": _rotated(str(before.get("secret", "")), secret, options, now_s)}
    site.keyring.set_secrets(hall.slug, source.id, kept)
    body = views.source_body(hall.node.state, source.body)
    try:
        outcome = await hall.node.set_source(mine.id, source.id, NETWORK, body, on=source.on)
        done = carried_out(hall.node.state, outcome)
    except FonteinError:
        site.keyring.set_secrets(hall.slug, source.id, before)
        raise
    told = {"secret": secret} if new.secret is None else {}
    return answer({"seq": done.seq, "told": told, "until": int(now_s + GRACE_S) * 1_000_000})


def _rotated(kept: str, new: str, options: Options, now_s: float) -> str:
    try:
        found = rotated(kept, new, now_s)
        parse_options({"profile": options.profile, "secret": found, "verify_token": options.verify_token})
    except BadInput as ex:
        raise BadInput(ex.message, code=ex.code, field="$.secret") from ex
    return found

"""What phones do: post, ask, answer in words, add a picture, see what became of it, withdraw."""

from __future__ import annotations

import asyncio
import hashlib
import time
from urllib.parse import parse_qsl

import msgspec
from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from server.blobs.images import Kind
from server.blobs.pictures import take_in
from server.errors import BadInput, Conflict, FonteinError, NotFound
from server.intake.arrival import Arrival
from server.symposium import views
from server.symposium.outcomes import Refused
from server.symposium.state import Post
from server.symposium.values import PHONE, BlobId, DeviceId, Picture, PollId, PostId, RoomId, VoterKey
from server.web.auth import device_of, mint_device, own_device
from server.web.bodies import (
    BODY_TIME_S,
    MAX_FORM_BYTES,
    MIN_BYTES_PER_S,
    answer,
    encode,
    read,
    read_json,
)
from server.web.guard import check_origin
from server.web.limits import POSTS, UPLOADS
from server.web.pages import MAX_PHOTOS, phone_page
from server.web.site import Hall, hall_of, site_of

MAX_PHOTO_BYTES = 10 * 2**20
MAX_KEY = 200
MAX_PARTS = 4
_FORM_TRIES = 20
_FORM_RETRY_S = 0.1


class NewMedia(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A picture of a new post: its id, as the upload answered, and what is to be seen on it."""

    id: str
    alt: str = ""


class NewPost(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What a phone sends. `consent` must be true: the sentence stands beside the button.

    `session` is the one chosen, `room` the one of the code that was scanned. A `question` is asked of the stage, of the
    person `to` where one is named. With `poll` it is an answer to that poll.
    """

    text: str
    consent: bool
    name: str = ""
    media: tuple[NewMedia, ...] = ()
    session: str | None = None
    room: str | None = None
    question: bool = False
    to: str = ""
    poll: str | None = None


async def post(request: web.Request) -> web.Response:
    """`POST …/posts`: 201 when the post is durable."""
    hall = hall_of(request)
    device = own_device(request, hall)
    new = await read_json(request, NewPost)
    response = web.Response(status=201, content_type="application/json")
    device = device or mint_device(request, hall, response)
    found, _ = await receive(request, hall, device, new, request.headers.get("Idempotency-Key"))
    own = views.own_post(hall.node.state, found)
    response.body = encode(
        {
            "id": found.id,
            "revision": found.revision,
            "status": own.status,
            "receipt": site_of(request).keyring.receipt(found.id),
        }
    )
    return response


async def receive(
    request: web.Request, hall: Hall, device: DeviceId, new: NewPost, key: str | None
) -> tuple[Post, bool]:
    """
    Take in what a phone sent.

    Raises:
        BadInput, Conflict, NotFound, TooMany, Unavailable: See `Node.receive`; also without consent, with over four
            pictures, with a picture that this device did not upload, or with a question where none are asked now.
    """
    if not new.consent:
        raise BadInput("A post needs consent to be shown.", code="consent", field="$.consent")
    if len(new.media) > MAX_PHOTOS:
        raise BadInput(f"A post has at most {MAX_PHOTOS} pictures.", code="too-many-photos", field="$.media")
    if new.question and new.poll is not None:
        raise BadInput("A post is a question or an answer to a poll, not both.", code="bad-question", field="$.poll")
    if key is not None and not 8 <= len(key) <= MAX_KEY:
        raise BadInput(f"An Idempotency-Key has 8 to {MAX_KEY} characters.", code="bad-key", field="Idempotency-Key")
    digest = None if key is None else hashlib.sha256(encode(new)).hexdigest()
    if key is not None and digest is not None:
        answered = hall.node.answered(device, key, digest)
        if answered is not None:
            return answered, False
    site_of(request).buckets.take(POSTS, device)
    arrival = _arrival(hall, device, new, key, digest)
    return await hall.node.receive(arrival)


def _arrival(hall: Hall, device: DeviceId, new: NewPost, key: str | None, digest: str | None) -> Arrival:
    if new.question and not hall.node.state.hall.questions:
        raise Conflict("No questions are asked now; send it as a post.", code="questions-off")
    poll = None if (id_ := _name(new.poll, "$.poll")) is None else PollId(id_)
    return Arrival(
        source=PHONE,
        network=PHONE,
        author_id=device,
        device=device,
        text=new.text,
        name=new.name,
        media=tuple(_picture(hall, device, media, at) for at, media in enumerate(new.media)),
        session=_name(new.session, "$.session"),
        room=None if (room := _name(new.room, "$.room")) is None else RoomId(room),
        request=key,
        request_digest=digest,
        question=new.question,
        to=new.to if new.question else "",
        poll=poll,
        voter=_voter(hall, device, new, poll),
    )


def _voter(hall: Hall, device: DeviceId, new: NewPost, poll: PollId | None) -> VoterKey | None:
    """Whom it counts for: who asks wants to know, and who answers has one answer."""
    if poll is not None:
        return hall.node.ask.voter(poll, device)
    return hall.node.ask.voter_of_questions(device) if new.question else None


def _name(name: str | None, field: str) -> str | None:
    if name is not None and (len(name) > 64 or not name.isprintable()):
        raise BadInput("An id has at most 64 characters.", field=field)
    return name


def _picture(hall: Hall, device: DeviceId, media: NewMedia, at: int) -> Picture:
    upload = hall.uploads.get((device, BlobId(media.id)))
    if upload is None:
        raise BadInput("This picture is not here; add it again.", code="unknown-picture", field=f"$.media[{at}].id")
    stored = upload.stored
    return Picture(
        blob=BlobId(stored.id),
        type=stored.media_type,
        width=stored.width,
        height=stored.height,
        alt=media.alt,
        small=None if stored.small is None else BlobId(stored.small.id),
    )


async def media(request: web.Request) -> web.Response:
    """`POST …/media`: a picture, encoded anew; 201 when it is durable."""
    site, hall = site_of(request), hall_of(request)
    device = own_device(request, hall)
    response = web.Response(status=201, content_type="application/json")
    device = device or mint_device(request, hall, response)
    site.buckets.take(UPLOADS, device)
    data = await file_of(request)
    stored = await take_in(data, kind=Kind.PHOTO, images=site.images, store=hall.store)
    hall.keep_upload(device, stored, time.monotonic())
    response.body = encode({"id": stored.id, "width": stored.width, "height": stored.height})
    return response


async def file_of(request: web.Request) -> bytes:
    """
    The bytes of the part `file` of a multipart body: at most 10 MiB, and not slower than anybody who wants to post.

    aiohttp's own bound does not hold for multipart bodies; this one counts what comes in.
    """
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise BadInput("Send the body without Content-Encoding.", code="encoding")
    if request.content_type != "multipart/form-data":
        raise BadInput("Send the picture as multipart/form-data, in the field file.", code="media-type")
    if (request.content_length or 0) > MAX_PHOTO_BYTES + 64 * 1024:
        raise _too_large()
    try:
        async with asyncio.timeout(BODY_TIME_S + MAX_PHOTO_BYTES / MIN_BYTES_PER_S / 16):
            return await _read_part(request)
    except TimeoutError as ex:
        raise BadInput("The picture came in too slowly.", code="slow") from ex
    except ConnectionError as ex:  # a phone that lost its network: there is nobody to answer, and nothing to log
        raise BadInput("The connection ended before the picture did.", code="cut-off") from ex
    except (ValueError, AssertionError, RuntimeError, HttpProcessingError) as ex:
        raise BadInput(f"This is not a multipart body: {ex}", code="bad-request") from ex


async def _read_part(request: web.Request) -> bytes:
    reader = await request.multipart()
    room = MAX_PHOTO_BYTES
    for _ in range(MAX_PARTS):
        part = await reader.next()
        if not isinstance(part, BodyPartReader):
            break
        data = await _read_bytes(part, room)
        if part.name == "file":
            return data
        room -= len(data)
    raise BadInput("The field file is missing.", code="bad-request", field="file")


async def _read_bytes(part: BodyPartReader, room: int) -> bytes:
    """One part, whole; all of them together must fit."""
    data = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        data += chunk
        if len(data) > room:
            raise _too_large()
    return bytes(data)


def _too_large() -> BadInput:
    return BadInput(f"A picture may have at most {MAX_PHOTO_BYTES // 2**20} MiB.", code="too-large")


async def own(request: web.Request) -> web.Response:
    """`GET …/own`: this device's posts, what it voted by poll, and the questions that it wants to know too."""
    hall = hall_of(request)
    device = device_of(request, hall)
    if device is None:
        return answer({"posts": (), "votes": {}, "wanted": ()})
    posts, ask = views.own_posts(hall.node.state, device), hall.node.ask
    return answer({"posts": posts, "votes": ask.votes_of(device), "wanted": ask.wanted_by(device)})


async def withdraw(request: web.Request) -> web.Response:
    """`DELETE …/posts/{id}`: by its device, or by whoever holds its receipt."""
    hall = hall_of(request)
    post_id = PostId(request.match_info["post"])
    receipt = request.headers.get("Fontein-Receipt")
    if receipt is not None:
        if not site_of(request).keyring.is_receipt(post_id, receipt[:100]):
            raise NotFound("This receipt does not fit that post.", code="not-yours")
        device = None
    else:
        device = own_device(request, hall)
        if device is None:
            raise NotFound("There is no such post of this device.", code="not-yours")
    outcome = await hall.node.withdraw(post_id, device=device)
    if isinstance(outcome, Refused) and outcome.code != "final":
        raise NotFound("There is no such post of this device.", code="not-yours")
    return answer({"id": post_id, "status": hall.node.state.posts[post_id].status})


async def form(request: web.Request) -> web.StreamResponse:
    """`POST /{slug}`: from a phone without JavaScript: a post (text only), or one that is withdrawn."""
    hall = hall_of(request)
    check_origin(request)
    device = device_of(request, hall)
    if request.content_type != "application/x-www-form-urlencoded":
        raise BadInput("Send the form as it stands on the page.", code="media-type")
    fields = _form_fields(await read(request, max_bytes=MAX_FORM_BYTES))
    if "withdraw" in fields:
        return await _withdraw_by_form(hall, device, PostId(fields["withdraw"]))
    answer_page = web.HTTPSeeOther(f"/{hall.slug}?sent=1#mine")
    device = device or mint_device(request, hall, answer_page)
    new = NewPost(
        text=fields.get("text", ""),
        name=fields.get("name", ""),
        consent=bool(fields.get("consent")),
        session=fields.get("session") or None,
        room=fields.get("room") or None,
        question=bool(fields.get("question")),
    )
    try:
        await _receive_once(request, hall, device, new, _form_key(fields.get("key", ""), new))
    except FonteinError as ex:
        return phone_page(request, hall, failed=ex, typed=(new.text, new.name), asked=new.question)
    raise answer_page


async def _receive_once(request: web.Request, hall: Hall, device: DeviceId, new: NewPost, key: str | None) -> None:
    """Take it in; after a double tap wait for the first, whose answer the browser has thrown away."""
    for _ in range(_FORM_TRIES):
        try:
            await receive(request, hall, device, new, key)
        except Conflict as ex:
            if ex.code != "request-in-progress":
                raise
            await asyncio.sleep(_FORM_RETRY_S)
        else:
            return
    await receive(request, hall, device, new, key)


def _form_key(page: str, new: NewPost) -> str | None:
    """
    The Idempotency-Key of a form: sent again from the same page (a double tap, a reload), the same text comes once.

    Args:
        page: What the page was given to tell it from others; empty without.
    """
    return hashlib.sha256(f"{page[:MAX_KEY]}\n".encode() + encode(new)).hexdigest() if page else None


async def _withdraw_by_form(hall: Hall, device: DeviceId | None, post_id: PostId) -> web.StreamResponse:
    """Somebody else's post, or one that is gone, changes nothing: the list says how it is."""
    if device is not None:
        await hall.node.withdraw(post_id, device=device)
    raise web.HTTPSeeOther(f"/{hall.slug}?own=1#mine")


def _form_fields(data: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(data.decode("utf-8"), keep_blank_values=True, max_num_fields=10)
    except (UnicodeDecodeError, ValueError) as ex:
        raise BadInput("This form cannot be read.", code="bad-request") from ex
    return dict(pairs)

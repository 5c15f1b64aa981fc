"""
What people say by WhatsApp and by text message: a provider's delivery becomes posts. Pure.

The number that somebody writes from ends here. What goes on is a keyed hash of it, and a name that is made of that
hash. The ids of messages are hashed too: those of WhatsApp have the number inside, in base64.

Source: developers.facebook.com WhatsApp Cloud API, "Webhooks" and "Business-scoped user IDs"; twilio.com "Twilio's
request to your incoming message webhook"; docs.bird.com "Receiving messages"; developers.cm.com "Incoming messages".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from server.errors import BadInput
from server.sources import fields
from server.sources.contract import AuthorGone, Delete, NetworkPost, Upsert
from server.sources.webhook.nicknames import nickname
from server.sources.webhook.options import Profile
from server.sources.webhook.parse import moment_us
from server.sources.webhook.signatures import fields_of

_STOP = frozenset({"stop", "stoppen", "stopall", "stop all", "afmelden", "unsubscribe"})
_NOT_DIGITS = re.compile(r"\D+")
_CAPTIONED = ("image", "video", "document")

Hashed = Callable[[str], str]
"""A keyed hash of an identity: nobody can find the number that belongs to it."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """
    What somebody sent, as the provider tells it.

    Args:
        network: `whatsapp` or `sms`.
        id: Of the message, also where this is an edit of it or its end.
        identities: Who it was, the one that stays first; numbers as digits only.
        text: Empty for what has no words.
        at: UTC microseconds since 1970.
        stops: The provider says that they want no more.
        edits: It is how the message reads now.
        revokes: The message is taken back.
    """

    network: str
    id: str
    identities: tuple[str, ...]
    text: str
    at: int | None
    stops: bool = False
    edits: bool = False
    revokes: bool = False

    def __repr__(self) -> str:
        return f"Said({self.network}, **********)"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """An event, and the network that its author is on."""

    network: str
    event: Upsert | Delete | AuthorGone


def parse_messages(profile: Profile, body: bytes, *, hashed: Hashed, language: str, now_us: int) -> tuple[Taken, ...]:
    """
    The posts in a delivery, what was taken back, and who wants no more. What is no message (receipts, reactions, voice)
    is left out.

    Args:
        language: Of the names that people get, as `nl`.

    Raises:
        BadInput: It is not JSON, or no form.
    """
    found = []
    for said in _READERS[profile](body):
        if said.revokes:
            native = _native_id(said, hashed)
            found.append(Taken(network=said.network, event=Delete(native_id=native, uri=native)))
        elif said.stops or said.text.strip(" \t\r\n.!,'\"").casefold() in _STOP:
            found += [_gone(said, each, hashed) for each in said.identities]
        elif said.text.strip():
            found.append(_post(said, hashed, language, now_us))
    return tuple(found)


def _gone(said: Said, identity: str, hashed: Hashed) -> Taken:
    return Taken(network=said.network, event=AuthorGone(author_id=hashed(identity)))


def _post(said: Said, hashed: Hashed, language: str, now_us: int) -> Taken:
    author = hashed(said.identities[0])
    native = _native_id(said, hashed)
    at = None if said.at is None else min(said.at, now_us)
    post = NetworkPost(
        native_id=native,
        uri=native,
        author_id=author,
        name=nickname(author, language),
        text=said.text,
        created=None if said.edits else at,
        edited=(now_us if at is None else at) if said.edits else None,
    )
    return Taken(network=said.network, event=Upsert(post=post))


def _native_id(said: Said, hashed: Hashed) -> str:
    return hashed(f"{said.network} {said.id}")


# Providers


def _whatsapp(body: bytes) -> Iterator[Said]:
    for entry in fields.list_if_any(_json(body).get("entry")):
        for change in fields.list_if_any(fields.record_if_any(entry).get("changes")):
            value = fields.within(change, "value")
            contacts = [fields.record_if_any(each) for each in fields.list_if_any(value.get("contacts"))]
            for each in fields.list_if_any(value.get("messages")):
                message = fields.record_if_any(each)
                identities = _whatsapp_identities(message, contacts)
                said = None if not identities else _whatsapp_said(message, identities)
                if said is not None:
                    yield said


def _whatsapp_said(message: dict[str, Any], identities: tuple[str, ...]) -> Said | None:
    """
    A message, an edit of one, or its end: the last two Meta tells only of a number of the WhatsApp Business app. None
    for what says nothing, and for somebody else's words.
    """
    revoked, edited = fields.within(message, "revoke"), fields.within(message, "edit")
    about = fields.text((revoked or edited or {"original_message_id": message.get("id")}).get("original_message_id"))
    now = fields.within(edited, "message") if edited else message
    context = fields.within(now, "context")
    if not about or context.get("forwarded") or context.get("frequently_forwarded"):
        return None
    return Said(
        network="whatsapp",
        id=about,
        identities=identities,
        text=_whatsapp_text(now),
        at=_seconds(message.get("timestamp")),
        edits=bool(edited),
        revokes=bool(revoked),
    )


def _whatsapp_text(message: dict[str, Any]) -> str:
    text = fields.text(fields.within(message, "text").get("body"))
    captions = (fields.text(fields.within(message, kind).get("caption")) for kind in _CAPTIONED)
    return text or next(filter(None, captions), "")


def _whatsapp_identities(message: dict[str, Any], contacts: list[dict[str, Any]]) -> tuple[str, ...]:
    """The id that Meta made for this business first: since 2026 there may be no number beside it."""
    number, own = _number(message.get("from")), fields.text(message.get("from_user_id"))
    theirs = [c for c in contacts if _number(c.get("wa_id")) == number] if number else []
    theirs = theirs or [c for c in contacts if own and c.get("user_id") == own]
    contact = next(iter(theirs), contacts[0] if len(contacts) == 1 else {})
    found = (own or fields.text(contact.get("user_id")), number or _number(contact.get("wa_id")))
    return tuple(each for each in found if each)


def _twilio(body: bytes) -> Iterator[Said]:
    form = dict(fields_of(body))
    id_ = form.get("MessageSid") or form.get("SmsMessageSid") or ""
    who = form.get("From", "")
    number = _number(who)
    if id_ and number:
        network = "whatsapp" if who.startswith("whatsapp:") else "sms"
        stops = form.get("OptOutType") == "STOP"
        yield Said(network=network, id=id_, identities=(number,), text=form.get("Body", ""), at=None, stops=stops)


def _bird(body: bytes) -> Iterator[Said]:
    found = _json(body)
    message = fields.within(found, "payload") or found
    contact = fields.within(message, "sender", "contact")
    identity = _identity(contact.get("identifierValue"))
    id_ = fields.text(message.get("id"))
    if id_ and identity and message.get("direction", "incoming") == "incoming":
        network = "whatsapp" if fields.text(found.get("event")).startswith("whatsapp") else "sms"
        text = fields.text(fields.within(message, "body", "text").get("text"))
        at = moment_us(fields.text(message.get("createdAt")))
        yield Said(network=network, id=id_, identities=(identity,), text=text, at=at)


def _cm(body: bytes) -> Iterator[Said]:
    """It gives messages no id of their own: who, when and what make one."""
    found = _json(body)
    identity = _identity(fields.within(found, "from").get("number"))
    text, when = fields.text(fields.within(found, "message").get("text")), fields.text(found.get("timeUtc"))
    if identity:
        network = "whatsapp" if fields.text(found.get("channel")).casefold() == "whatsapp" else "sms"
        id_ = json.dumps([identity, when, text])
        yield Said(network=network, id=id_, identities=(identity,), text=text, at=moment_us(when))


_READERS: dict[Profile, Callable[[bytes], Iterator[Said]]] = {
    Profile.WHATSAPP: _whatsapp,
    Profile.TWILIO: _twilio,
    Profile.BIRD: _bird,
    Profile.CM: _cm,
}


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as ex:
        raise BadInput("The body is not JSON.", code="not-json") from ex
    if not isinstance(found, dict):
        raise BadInput("The body must be a record.", field="$")
    return found


def _number(value: Any) -> str:
    """The digits of a phone number, however it is written: +31 6, 00316, whatsapp:+316."""
    return _NOT_DIGITS.sub("", fields.text(value)).removeprefix("00")


def _identity(value: Any) -> str:
    """A number as digits; anything else that somebody is known by, as it is."""
    return _number(value) if re.fullmatch(r"[+\d\s().-]+", fields.text(value)) else fields.text(value)


def _seconds(value: Any) -> int | None:
    text = fields.text(value)
    return int(text) * 1_000_000 if re.fullmatch(r"[0-9]{1,12}", text) else None

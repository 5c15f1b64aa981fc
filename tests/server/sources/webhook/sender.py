"""Those who send: each signs as its own documentation says, with the samples of that documentation."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
OTHER = "whsec_" + base64.b64encode(b"another secret of 32 bytes, fine").decode()
AT_S = 1_795_290_000
VECTOR_ID = "msg_wall_0001"
VECTOR = (
    b'{"type":"post.created","timestamp":"2026-11-21T19:40:00Z",'
    b'"data":{"id":"kiosk-17","author":{"name":"Fatima"},"text":"Mooie sessie! #DemoConf"}}'
)
VECTOR_SIGNATURE = "v1,iDpMNHwxHNIrLGhg4fhTAN96ifHiQWBfF0JOzkIlWOQ="
JSON = {"Content-Type": "application/json"}
NUMBER = "31600000001"


def encoded(event: Any) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()


def created(id_: str = "kiosk-1", text: str = "Mooie sessie!", **data: Any) -> dict[str, Any]:
    return {"type": "post.created", "timestamp": "2026-11-21T19:40:00Z", "data": {"id": id_, "text": text, **data}}


def standard(
    body: bytes, *, id_: str = "msg_1", at_s: int = AT_S, secrets: tuple[str, ...] = (SECRET,)
) -> dict[str, str]:
    """The headers of Standard Webhooks 1.0.0."""
    content = f"{id_}.{at_s}.".encode() + body
    keys = [base64.b64decode(each.removeprefix("whsec_")) for each in secrets]
    made = ["v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode() for key in keys]
    return {"webhook-id": id_, "webhook-timestamp": str(at_s), "webhook-signature": " ".join(made), **JSON}


def ed25519(body: bytes, key: Ed25519PrivateKey, *, id_: str = "msg_1", at_s: int = AT_S) -> dict[str, str]:
    content = f"{id_}.{at_s}.".encode() + body
    signature = "v1a," + base64.b64encode(key.sign(content)).decode()
    return {"webhook-id": id_, "webhook-timestamp": str(at_s), "webhook-signature": signature, **JSON}


def public_of(key: Ed25519PrivateKey) -> str:
    return "whpk_" + base64.b64encode(key.public_key().public_bytes_raw()).decode()


def hub(body: bytes, *, secret: str) -> dict[str, str]:
    """The header of GitHub and of Meta."""
    return {"X-Hub-Signature-256": "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex(), **JSON}


def twilio(fields: Mapping[str, str], *, url: str, token: str) -> tuple[bytes, dict[str, str]]:
    """A form, and the header of Twilio."""
    content = url + "".join(name + fields[name] for name in sorted(fields))
    signature = base64.b64encode(hmac.digest(token.encode(), content.encode(), "sha1")).decode()
    return urlencode(fields).encode(), {
        "X-Twilio-Signature": signature,
        "Content-Type": "application/x-www-form-urlencoded",
    }


def bird(body: bytes, *, url: str, key: str, at_s: int = AT_S) -> dict[str, str]:
    """The headers of Bird."""
    content = f"{at_s}\n{url}\n".encode() + hashlib.sha256(body).digest()
    signature = base64.b64encode(hmac.digest(key.encode(), content, "sha256")).decode()
    return {"messagebird-signature": signature, "messagebird-request-timestamp": str(at_s), **JSON}


def whatsapp(*texts: str, number: str | None = NUMBER, user: str | None = "NL.13491208655302741918") -> dict[str, Any]:
    """As Meta documents it; since 2026 the number may be left out."""
    contact: dict[str, Any] = {"profile": {"name": "Samira"}}
    contact |= {"user_id": user} if user else {}
    contact |= {"wa_id": number} if number else {}
    messages = [
        {"id": wamid(number, text), "timestamp": str(AT_S), "type": "text", "text": {"body": text}}
        | ({"from": number} if number else {})
        for text in texts
    ]
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "3197000000001", "phone_number_id": "106540352242922"},
        "contacts": [contact],
        "messages": messages,
    }
    changes = [{"field": "messages", "value": value}]
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": changes}]}


def wamid(number: str | None, text: str) -> str:
    """The id of a message, which has the number of its sender in it."""
    inside = b"\x1c\x18\x0b" + (number or "").encode() + hashlib.sha256(text.encode()).digest()[:8]
    return "wamid." + base64.b64encode(inside).decode()


def sms(text: str, *, number: str = NUMBER, sid: str = "SM0123456789abcdef0123456789abcdef") -> dict[str, str]:
    """As Twilio documents it."""
    return {"Body": text, "From": f"+{number}", "MessageSid": sid, "NumMedia": "0", "To": "+3197000000001"}


def of_bird(text: str, *, number: str = NUMBER, id_: str = "96a0b5fa-a986-453d-be5c-3117f989f025") -> dict[str, Any]:
    """As Bird documents it."""
    contact = {"id": "32cf5eee", "identifierKey": "phonenumber", "identifierValue": f"+{number}"}
    message = {
        "id": id_,
        "sender": {"contact": contact},
        "body": {"type": "text", "text": {"text": text}},
        "direction": "incoming",
        "createdAt": "2026-11-21T19:40:00.736Z",
    }
    return {"service": "channels", "event": "sms.inbound", "payload": message}


def of_cm(text: str, *, number: str = NUMBER, when: str = "2026-11-21T19:40:00") -> dict[str, Any]:
    """As CM.com documents it."""
    return {
        "reference": "",
        "messageContext": "",
        "from": {"number": f"00{number}", "name": ""},
        "to": {"number": "003197000000001"},
        "message": {"text": text, "media": {"mediaUri": "", "contentType": "", "title": ""}},
        "groupings": ["", "", ""],
        "timeUtc": when,
        "channel": "SMS",
    }

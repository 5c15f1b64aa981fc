"""
Who sent this? Pure: over the bytes as they came, before anybody reads them, and compared in constant time.

Source: standard-webhooks spec/standard-webhooks.md (1.0.0); GitHub "Validating webhook deliveries"; Meta "Webhooks,
getting started"; Twilio "Validate webhook requests"; docs.bird.com "Verifying a webhook".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import parse_qsl

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.errors import BadInput, FonteinError
from server.sources.webhook.options import Options, Profile, Secret, keys_of

TOLERANCE_S = 300
"""A signature is worth something for so long, before and after its time."""

MAX_ID_CHARS = 256
MAX_SIGNATURES = 20
MAX_FIELDS = 200

_ID = re.compile(r"[!-\-/-~]{1,256}")
_TIMESTAMP = re.compile(r"\d{1,12}")


class Unproved(FonteinError):
    """Nobody knows who sent this."""

    code = "bad-signature"


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """
    A request as it came in.

    Args:
        headers: Names in lower case.
        body: Its bytes, unread.
        urls: What its sender may have called our address: they sign it too.
        token: From the address, for senders that can set no header; empty for none.
    """

    headers: Mapping[str, str]
    body: bytes
    urls: tuple[str, ...]
    token: str = ""

    def header(self, name: str) -> str:
        """
        Raises:
            BadInput: There is no such header, or it has other than plain letters, digits and signs.
        """
        value = self.headers.get(name, "").strip()
        if not value:
            raise BadInput(f"The header {name} is missing.", code="bad-request", field=name)
        if not value.isascii():
            raise BadInput(
                f"The header {name} may have plain letters, digits and signs only.", code="bad-request", field=name
            )
        return value


def message_id(sent: Sent) -> str | None:
    """
    What stays the same when its sender tries again; None where it does not say.

    Raises:
        BadInput: It has a space, a full stop or other than ASCII, or is over 256 characters.
    """
    for name in ("webhook-id", "x-github-delivery", "idempotency-key"):
        if value := sent.headers.get(name, "").strip():
            if not _ID.fullmatch(value):
                message = f"{name} must be 1 to {MAX_ID_CHARS} plain characters, without spaces and full stops."
                raise BadInput(message, code="bad-request", field=name)
            return value
    return None


def prove(sent: Sent, options: Options, *, now_s: float) -> None:
    """
    Returns when *sent* comes from whoever has one of the secrets.

    Raises:
        BadInput: A header is missing, or is nothing that can be checked.
        Unproved: The signature or token fits no secret, or `stale-signature`: its time is over.
    """
    _CHECKS[options.profile](sent, options.live(now_s), now_s)


def fields_of(body: bytes) -> list[tuple[str, str]]:
    """
    The fields of a form, in their order.

    Raises:
        BadInput: It is no form.
    """
    try:
        return parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except (UnicodeDecodeError, ValueError) as ex:
        raise BadInput("This form cannot be read.", code="bad-request") from ex


def _standard(sent: Sent, secrets: Sequence[Secret], now_s: float) -> None:
    sent.header("webhook-id")
    id_, timestamp, given = message_id(sent), sent.header("webhook-timestamp"), sent.header("webhook-signature")
    if not _TIMESTAMP.fullmatch(timestamp):
        message = "webhook-timestamp must be whole seconds since 1970."
        raise BadInput(message, code="bad-request", field="webhook-timestamp")
    content = f"{id_}.{timestamp}.".encode() + sent.body
    signatures = [each.partition(",") for each in given.split()[:MAX_SIGNATURES]]
    shared = [_bytes_of(value) for version, _, value in signatures if version == "v1"]
    own = [_bytes_of(value) for version, _, value in signatures if version == "v1a"]
    wanted = (hmac.digest(key, content, "sha256") for key in keys_of(secrets))
    if not _any_equal(shared, wanted) and not _any_verifies(own, content, secrets):
        raise Unproved("The signature in webhook-signature fits none of the secrets of this hook.")
    if abs(now_s - int(timestamp)) > TOLERANCE_S:
        raise Unproved(
            f"webhook-timestamp is more than {TOLERANCE_S} s away from our clock, which says {int(now_s)}: "
            "set the clock of the sender, and sign each attempt anew.",
            code="stale-signature",
        )


def _hub(sent: Sent, secrets: Sequence[Secret], _: float) -> None:
    """As GitHub and Meta do it; there is no time in it, so what comes again is known by its own id."""
    kind, _equals, value = sent.header("x-hub-signature-256").partition("=")
    given = _hex(value) if kind == "sha256" else b""
    if not _any_equal([given], (hmac.digest(key, sent.body, "sha256") for key in _plain_keys(secrets))):
        raise Unproved("X-Hub-Signature-256 fits none of the secrets of this hook.")


def _bearer(sent: Sent, secrets: Sequence[Secret], _: float) -> None:
    scheme, _space, token = sent.header("authorization").partition(" ")
    if scheme.lower() != "bearer" or not _any_equal([token.strip().encode()], _plain_keys(secrets)):
        raise Unproved("The token in Authorization is not the one of this hook.")


def _cm(sent: Sent, secrets: Sequence[Secret], now_s: float) -> None:
    """CM.com signs nothing; its page takes an address only, so the token may stand in that."""
    if sent.token and _any_equal([sent.token.encode("utf-8", "replace")], _plain_keys(secrets)):
        return
    if sent.token:
        raise Unproved("The token in the address is not the one of this hook.")
    _bearer(sent, secrets, now_s)


def _twilio(sent: Sent, secrets: Sequence[Secret], _: float) -> None:
    given = _bytes_of(sent.header("x-twilio-signature"))
    fields = "".join(name + value for name, value in sorted(set(fields_of(sent.body))))
    contents = [f"{url}{fields}".encode("utf-8", "replace") for url in sent.urls]
    if not _any_equal([given], (hmac.digest(key, each, "sha1") for key in _plain_keys(secrets) for each in contents)):
        raise Unproved(_url_too("X-Twilio-Signature", sent))


def _bird(sent: Sent, secrets: Sequence[Secret], _: float) -> None:
    """Its time is not looked at: nobody says whether a retry is signed anew. What comes again is known by its id."""
    given, timestamp = _bytes_of(sent.header("messagebird-signature")), sent.header("messagebird-request-timestamp")
    digest = hashlib.sha256(sent.body).digest()
    contents = [f"{timestamp}\n{url}\n".encode("utf-8", "replace") + digest for url in sent.urls]
    if not _any_equal([given], (hmac.digest(key, each, "sha256") for key in _plain_keys(secrets) for each in contents)):
        raise Unproved(_url_too("messagebird-signature", sent))


_CHECKS: dict[Profile, Callable[[Sent, Sequence[Secret], float], None]] = {
    Profile.STANDARD: _standard,
    Profile.GITHUB: _hub,
    Profile.WHATSAPP: _hub,
    Profile.BEARER: _bearer,
    Profile.CM: _cm,
    Profile.TWILIO: _twilio,
    Profile.BIRD: _bird,
}


def _url_too(name: str, sent: Sent) -> str:
    known = sent.urls[0].partition("?")[0]
    return f"{name} fits none of the secrets of this hook. The address is signed too: give the sender {known}."


def _plain_keys(secrets: Sequence[Secret]) -> tuple[bytes, ...]:
    """The secret as it is written, whatever it looks like."""
    return tuple(secret.written.encode() for secret in secrets)


def _any_equal(given: Sequence[bytes], wanted: Iterable[bytes]) -> bool:
    """Whether one of them is one of the others; takes as long when the first fits as when none does."""
    return any([hmac.compare_digest(one, each) for each in wanted for one in given])  # noqa: C419 -- none is skipped


def _any_verifies(given: Sequence[bytes], content: bytes, secrets: Sequence[Secret]) -> bool:
    keys = [Ed25519PublicKey.from_public_bytes(each.public) for each in secrets if each.public is not None]
    return any(_verifies(key, one, content) for key in keys for one in given)


def _verifies(key: Ed25519PublicKey, signature: bytes, content: bytes) -> bool:
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _bytes_of(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""

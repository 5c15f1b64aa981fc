"""What an organiser configured for a hook, and the secrets that its sender signs with. As in `manifest.toml`."""

from __future__ import annotations

import base64
import binascii
import re
import secrets as randomness
from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from server.sources.options import fill_in, refuse

GRACE_S = 24 * 3_600
"""So long an old secret is worth something beside the new one: its sender can be changed without a gap."""

MIN_SECRET_CHARS = 8
MAX_SECRET_CHARS = 230
"""Two of them, with the end of the older one, stay within what is kept of one secret."""

_HMAC, _PUBLIC = "whsec_", "whpk_"
_PUBLIC_BYTES = 32
_KEPT = re.compile(r"(?P<secret>[^\s;]+)(?:;until=(?P<until>\d{1,12}))?")


class Profile(StrEnum):
    """How its sender proves itself, and what it sends."""

    STANDARD = "standard"
    GITHUB = "github-sha256"
    BEARER = "bearer"
    WHATSAPP = "whatsapp"
    TWILIO = "twilio"
    BIRD = "bird"
    CM = "cm"


UNSIGNED = frozenset({Profile.BEARER, Profile.CM})
"""Whoever knows the token can send anything, and it stands in settings and addresses: a person looks at it first."""

GIVEN = frozenset({Profile.WHATSAPP, Profile.TWILIO, Profile.BIRD})
"""The provider makes the secret."""

NUMBERED = frozenset({Profile.WHATSAPP, Profile.TWILIO, Profile.BIRD, Profile.CM})
"""Who writes is known by a phone number, which never goes further than `messages.py`."""


class Secret(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a signature is checked with.

    Args:
        written: As the sender has it.
        until_s: Seconds since 1970; from then on it is worth nothing. None: no end.
    """

    written: str
    until_s: int | None = None

    def __repr__(self) -> str:
        return f"Secret(**********, until_s={self.until_s})"

    @property
    def public(self) -> bytes | None:
        """The ed25519 public key, of a sender that signs with a key of its own."""
        return _decoded(self.written.removeprefix(_PUBLIC)) if self.written.startswith(_PUBLIC) else None

    @property
    def keys(self) -> tuple[bytes, ...]:
        """
        The keys of HMAC that it may stand for.

        `whsec_` says that base64 follows. Without it libraries differ: some decode what looks like base64 all the same.
        """
        if self.public is not None:
            return ()
        bare = self.written.removeprefix(_HMAC)
        decoded = _decoded(bare)
        if self.written != bare:
            return () if decoded is None else (decoded,)
        return (self.written.encode(), *(() if decoded is None else (decoded,)))


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        secrets: The newest first; none before the server made one.
        verify_token: What Meta shows when a hook is added there; empty for none.
    """

    profile: Profile
    secrets: tuple[Secret, ...] = ()
    verify_token: str = ""

    def __repr__(self) -> str:
        return f"Options({self.profile}, {len(self.secrets)} secrets)"

    @property
    def signed(self) -> bool:
        """Whether a signature proves who sent something."""
        return self.profile not in UNSIGNED

    def live(self, now_s: float) -> tuple[Secret, ...]:
        """The secrets that are worth something now."""
        return tuple(each for each in self.secrets if each.until_s is None or now_s < each.until_s)


class _Given(msgspec.Struct, forbid_unknown_fields=True):
    profile: Profile
    secret: str = ""
    verify_token: str = ""


def parse_options(options: Mapping[str, object]) -> Options:
    """
    Raises:
        BadInput: `field` says which option, the message what to write instead.
    """
    given = fill_in(options, _Given, keep_empty=True)
    found = tuple(_secret(each) for each in given.secret.split())
    if given.profile in GIVEN and (not found or any(each.written.startswith(_HMAC) for each in found)):
        refuse("secret", "paste the secret that the provider shows you; we cannot make it")
    if given.profile is not Profile.STANDARD and any(each.public is not None for each in found):
        refuse("secret", "a public key (whpk_) goes with Standard Webhooks only")
    if given.profile is Profile.WHATSAPP and len(given.verify_token) < MIN_SECRET_CHARS:
        refuse("verify_token", f"make up a code of at least {MIN_SECRET_CHARS} characters, and give it to Meta too")
    return Options(profile=given.profile, secrets=found, verify_token=given.verify_token)


def new_secret() -> str:
    """A random secret of 32 bytes, as Standard Webhooks writes it."""
    return _HMAC + base64.b64encode(randomness.token_bytes(32)).decode()


def rotated(kept: str, new: str, now_s: float) -> str:
    """
    What to keep as the option `secret` when *new* takes over: the one before it stays good for `GRACE_S`.

    Args:
        kept: The option as it is, `whsec_new` or `whsec_new whsec_old;until=1795290000`.
        now_s: Seconds since 1970.

    Raises:
        BadInput: *new* cannot be a secret.
    """
    secret = _secret(new)
    if secret.until_s is not None or len(new.split()) != 1:
        refuse("secret", "give one secret, without spaces or a semicolon")
    before = kept.split()[:1]
    older = [f"{_secret(each).written};until={int(now_s) + GRACE_S}" for each in before if each != new]
    return " ".join([new, *older])


def _secret(kept: str) -> Secret:
    match = _KEPT.fullmatch(kept)
    written = match["secret"] if match else ""
    if not match or not MIN_SECRET_CHARS <= len(written) <= MAX_SECRET_CHARS:
        refuse(
            "secret", f"a secret has {MIN_SECRET_CHARS} to {MAX_SECRET_CHARS} characters, and no spaces or semicolons"
        )
    secret = Secret(written=written, until_s=None if match["until"] is None else int(match["until"]))
    is_public = written.startswith(_PUBLIC)
    if is_public and len(secret.public or b"") != _PUBLIC_BYTES:
        refuse("secret", "whpk_ is followed by the base64 of a public key of 32 bytes")
    if not is_public and not secret.keys:
        refuse("secret", "whsec_ is followed by base64")
    return secret


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) or None
    except (ValueError, binascii.Error):
        return None


def keys_of(secrets: Sequence[Secret]) -> tuple[bytes, ...]:
    """Every key of HMAC among *secrets*."""
    return tuple(key for secret in secrets for key in secret.keys)

"""The secrets of a data folder: one file that only its owner may read, and what is made with it."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
import threading
import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from server.errors import FonteinError
from server.hush import hush
from server.symposium.values import AuthorKey, DeviceId, PostId

_FILE = "secrets.toml"
_KEY_BYTES = 32
_ID_BYTES = 10
_TOKEN_BYTES = 20
_SIGNATURE_CHARS = 26
_NONCE_BYTES = 12


class SecretsDamaged(FonteinError):
    """The secrets file cannot be read; the message says what is wrong with it."""

    code = "secrets-damaged"


def new_id() -> str:
    """A random id: 16 base32 characters (80 bits)."""
    return _base32(secrets.token_bytes(_ID_BYTES))


def new_token() -> str:
    """A badge's token: 32 base32 characters (160 bits)."""
    return _base32(secrets.token_bytes(_TOKEN_BYTES))


def token_hash(token: str) -> str:
    """What is kept of a token: SHA-256 in hex. A random token of 160 bits needs no salt and no slow hash."""
    return hashlib.sha256(_bytes(token)).hexdigest()


class Keyring:
    """
    Keys for signing devices and receipts and for hashing identities, and the secrets of networks.

    The file is made at first use with mode 0600, and replaced as a whole at each change. The secrets of networks stand
    in it sealed, with a key of their own that no archive has: a line of the file that gets about gives nothing away.
    Tokens that an earlier release wrote as they are, are read and sealed.

    Args:
        folder: The data folder.

    Raises:
        SecretsDamaged: The file is there but cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        values = _read(self._path)
        try:
            self._sign = _key(values.get("sign_key"))
            self._hash = _key(values.get("hash_key"))
            self._seal = ChaCha20Poly1305(seal_key := _key(values.get("seal_key")))
        except ValueError as ex:
            raise _damaged(self._path, ex) from ex
        self._seal_key = seal_key
        plain = _table(values, "tokens")
        self._tokens = plain | {name: self._opened(name, kept) for name, kept in _table(values, "sealed").items()}
        for secret in self._tokens.values():
            hush(secret, kept=True)
        if plain or not {"sign_key", "hash_key", "seal_key"} <= values.keys():
            self._save()

    @property
    def keys(self) -> bytes:
        """Both keys as a file, for an archive; without the tokens of networks, which can be made anew."""
        return self._key_lines().encode()

    # Identities, hashed with a key: whoever reads the journal cannot guess them

    def author(self, network: str, author_id: str) -> AuthorKey:
        """An author's key. The same for the same author in every symposium of this data folder."""
        return AuthorKey(self._digest("author", network, author_id))

    def handle(self, network: str, handle: str) -> AuthorKey:
        """A key of what an author is called on a network, as `@ada@zwaan.example`; with capitals it is the same."""
        folded = unicodedata.normalize("NFKC", handle).strip().lstrip("@").casefold()
        return AuthorKey(self._digest("handle", network, folded))

    def identity(self, kind: str, *parts: str) -> str:
        """A key of any other identity, as of a post's `uri`."""
        return self._digest(kind, *parts)

    def _digest(self, *parts: str) -> str:
        data = b"".join(len(raw).to_bytes(4) + raw for raw in map(_bytes, parts))
        return _base32(hashlib.blake2b(data, key=self._hash, digest_size=15).digest())

    # Devices and receipts, signed

    def new_device(self) -> tuple[DeviceId, str]:
        """A new device id, and the cookie's value that proves it."""
        device = DeviceId(new_id())
        return device, self.device_cookie(device)

    def device_cookie(self, device: DeviceId) -> str:
        """The cookie's value that proves *device*."""
        return f"{device}.{self._signature('device', device)}"

    def device_of(self, cookie: str) -> DeviceId | None:
        """The device that *cookie* proves, or None for a value that we did not sign."""
        device, _, signature = cookie.partition(".")
        good = hmac.compare_digest(_bytes(signature), self._signature("device", device).encode())
        return DeviceId(device) if good else None

    def receipt(self, post: PostId) -> str:
        """What lets its holder withdraw *post* without a cookie."""
        return self._signature("receipt", post)

    def is_receipt(self, post: PostId, receipt: str) -> bool:
        """Whether *receipt* is the one of *post*."""
        return hmac.compare_digest(_bytes(receipt), self._signature("receipt", post).encode())

    def _signature(self, kind: str, text: str) -> str:
        mac = hmac.digest(self._sign, _bytes(f"{kind}|{text}"), "sha256")
        return _base32(mac)[:_SIGNATURE_CHARS]

    # Secrets of networks

    def secrets(self, slug: str, source: str) -> dict[str, str | dict[str, str]]:
        """
        What a source may show its network, by option: one secret, or one for each word, as
        `{"tokens": {"social.example": …}}`.
        """
        found: dict[str, str | dict[str, str]] = {}
        start = f"{slug}/{source}/"
        for key, secret in self._tokens.items():
            if not key.startswith(start):
                continue
            option, is_of_word, word = key.removeprefix(start).partition("/")
            if not is_of_word:
                found[option] = secret
            elif isinstance(words := found.setdefault(option, {}), dict):
                words[word] = secret
        return found

    def hush(self, secrets: Mapping[str, str | Mapping[str, str]]) -> None:
        """Let no log repeat these, which are only tried; what is kept is hushed by itself."""
        for secret in words_of(secrets):
            hush(secret, kept=False)

    def set_secrets(self, slug: str, source: str, secrets: Mapping[str, str | Mapping[str, str]]) -> None:
        """Keep these of a source and no others; none forgets all. Writes the file."""
        start = f"{slug}/{source}/"
        self._tokens = {key: secret for key, secret in self._tokens.items() if not key.startswith(start)}
        for secret in words_of(secrets):
            hush(secret, kept=True)
        for option, given in secrets.items():
            if isinstance(given, str):
                self._tokens[f"{start}{option}"] = given
            else:
                self._tokens |= {f"{start}{option}/{word}": secret for word, secret in given.items()}
        self._save()

    def _sealed(self, name: str, secret: str) -> str:
        """Sealed for its name: under another name it does not open."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.b64encode(nonce + self._seal.encrypt(nonce, secret.encode(), name.encode())).decode()

    def _opened(self, name: str, sealed: str) -> str:
        try:
            data = base64.b64decode(sealed, validate=True)
            return self._seal.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], name.encode()).decode()
        except (ValueError, InvalidTag) as ex:
            problem = ValueError(f"the secret {name!r} does not open; take its line away to do without it")
            raise _damaged(self._path, problem) from ex

    def _save(self) -> None:
        lines = [self._key_lines() + f'seal_key = "{self._seal_key.hex()}"\n', "[sealed]"]
        for name, secret in sorted(self._tokens.items()):
            lines.append(f"{_toml_string(name)} = {_toml_string(self._sealed(name, secret))}")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_private(self._path, "\n".join(lines) + "\n")

    def _key_lines(self) -> str:
        return f'sign_key = "{self._sign.hex()}"\nhash_key = "{self._hash.hex()}"\n'


def words_of(secrets: Mapping[str, str | Mapping[str, str]]) -> tuple[str, ...]:
    """The secrets themselves, of options that hold one and of options that hold one for each word."""
    return tuple(
        secret for given in secrets.values() for secret in ((given,) if isinstance(given, str) else given.values())
    )


def has_keys(folder: Path, keys: bytes) -> bool:
    """Whether the data folder has these keys, as `Keyring.keys` wrote them."""
    mine, given = _read(folder / _FILE), _parsed(keys)
    return bool(given) and all(mine.get(name) == value for name, value in given.items())


def adopt_keys(folder: Path, keys: bytes) -> bool:
    """Take these keys for a data folder that has none. False when it has some, or these are none."""
    given = _parsed(keys)
    if (folder / _FILE).exists() or not given:
        return False
    write_private(folder / _FILE, "".join(f'{name} = "{value}"\n' for name, value in given.items()))
    return True


def _parsed(keys: bytes) -> dict[str, str]:
    """Both keys in hex; empty for anything else."""
    try:
        values = tomllib.loads(keys.decode())
        found = {name: bytes.fromhex(str(values[name])) for name in ("sign_key", "hash_key")}
        return {name: key.hex() for name, key in found.items()} if all(map(_is_whole, found.values())) else {}
    except (ValueError, KeyError):  # UnicodeDecodeError and TOMLDecodeError are ValueErrors
        return {}


def _is_whole(key: bytes) -> bool:
    return len(key) == _KEY_BYTES


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, all of it or nothing; durable when this returns."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):  # the error that brought us here is the one to report
            temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the names in *folder* durable, where the system knows how."""
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _read(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as ex:
        raise _damaged(path, ex) from ex


def _table(values: Mapping[str, object], name: str) -> dict[str, str]:
    table = values.get(name, {})
    return {str(key): str(value) for key, value in table.items()} if isinstance(table, dict) else {}


def _damaged(path: Path, error: Exception) -> SecretsDamaged:
    return SecretsDamaged(f"{path}: {error}; put back a copy, or move it away to start with new secrets")


def _key(kept: object) -> bytes:
    """A key as it is kept, in hex, or a new one where there is none."""
    return secrets.token_bytes(_KEY_BYTES) if kept is None else bytes.fromhex(str(kept))


def _toml_string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'


def _bytes(text: str) -> bytes:
    """UTF-8 of *text*. A header may hold lone surrogates, for bytes that are no UTF-8: they prove nothing."""
    return text.encode("utf-8", "replace")


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()

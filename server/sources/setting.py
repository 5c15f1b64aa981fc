"""What an organiser filled in for a source: read as the manifest of its network says, secrets apart. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn

import msgspec

from server.errors import BadInput
from server.sources.manifest import Manifest, Option

MAX_WORDS = 50
MAX_WORD_CHARS = 200
MAX_TEXT_CHARS = 500
MAX_SECRET_CHARS = 500

Value = str | int | bool | tuple[str, ...]
Secrets = dict[str, str | dict[str, str]]
"""By option: one secret, or one for each word of the option that it belongs to."""


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What a source is set to. Options may be journalled, secrets may not: they are not printed."""

    options: dict[str, Value] = {}
    secrets: Secrets = {}

    def __repr__(self) -> str:
        return f"Setting(options={self.options!r}, secrets='**********')"


def read_options(manifest: Manifest, given: Mapping[str, object], before: Setting | None = None) -> Setting:
    """
    What the organiser filled in. What was left empty is not in it, but for a switch.

    Words lose the spaces around them and come once; tags lose their # too.

    Args:
        before: What it is changed from: a secret that is not *given* stays, one that is given empty is thrown away.
            A secret stays with what it was given for: nobody sends it to another server without knowing it.

    Raises:
        BadInput: An option is missing, unknown or of another type, or beyond its limits; `field` is `$.options.<name>`.
            `secret-again`: a secret has to be given anew, since a server is another.
    """
    known = {option.name: option for option in manifest.options}
    if unknown := [name for name in given if name not in known]:
        raise BadInput(f"There is no option {unknown[0][:40]!r}.", code="bad-option", field="$.options")
    options: dict[str, Value] = {}
    for option in manifest.options:
        is_secret = option.type in ("secret", "secrets")
        if not is_secret and (value := _value(option, given.get(option.name))) is not None:
            options[option.name] = value
    secrets: Secrets = {}
    for option in manifest.options:
        found: str | dict[str, str] = ""
        if option.type == "secret":
            moved = before is not None and _goes_elsewhere(manifest, before.options, options)
            found = _secret_of(option, given, before, moved=moved)
        elif option.type == "secrets":
            found = _secrets(option, given.get(option.name), options, before)
        if found:
            secrets[option.name] = found
    return Setting(options=options, secrets=secrets)


def _value(option: Option, value: object) -> Value | None:
    if option.type == "agreement" and value is not True:
        _bad(option, "must be agreed to")
    if value is None or value in ("", [], ()):
        if option.required:
            _bad(option, "must be filled in")
        return None
    match option.type:
        case "words":
            return _words(option, value)
        case "text":
            return _text(option, value)
        case "seconds":
            return _seconds(option, value)
        case "moment":
            return _moment(option, value)
        case "choice":
            return _choice(option, value)
        case "switch" | "agreement":
            return _switch(option, value)
        case _:
            _bad(option, "cannot be given like this")


def _words(option: Option, value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        _bad(option, "must be a list of words")
    around = " \t#＃" if option.name == "tags" else " \t"
    words = tuple(dict.fromkeys(bare for word in value if (bare := word.strip(around))))
    least, most = max(option.least or 0, int(option.required)), min(option.most or MAX_WORDS, MAX_WORDS)
    if not least <= len(words) <= most:
        _bad(option, f"must be {least} to {most} words")
    if any(len(word) > MAX_WORD_CHARS or not word.isprintable() for word in words):
        _bad(option, f"has a word of more than {MAX_WORD_CHARS} characters, or with invisible ones")
    return words or None


def _text(option: Option, value: object) -> str | None:
    if not isinstance(value, str):
        _bad(option, "must be text")
    text = value.strip()
    if len(text) > MAX_TEXT_CHARS or not text.isprintable():
        _bad(option, f"must be one line of at most {MAX_TEXT_CHARS} characters, without invisible ones")
    if not text and option.required:
        _bad(option, "must be filled in")
    return text or None


def _seconds(option: Option, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        _bad(option, "must be a whole number of seconds")
    if value < (option.least or 0) or (option.most is not None and value > option.most):
        _bad(option, f"must be {option.least or 0} or more" + ("" if option.most is None else f", up to {option.most}"))
    return value


def _moment(option: Option, value: object) -> str:
    try:
        return datetime.fromisoformat(str(value)[:40]).isoformat()
    except ValueError:
        _bad(option, "must be a moment, as 2026-11-21T09:00+01:00")


def _choice(option: Option, value: object) -> str:
    values = [choice.value for choice in option.choices]
    if not isinstance(value, str) or value not in values:
        _bad(option, f"must be one of {', '.join(values)}")
    return value


def _switch(option: Option, value: object) -> bool:
    if not isinstance(value, bool):
        _bad(option, "must be true or false")
    return value


# Secrets


def _goes_elsewhere(manifest: Manifest, before: Mapping[str, Value], now: Mapping[str, Value]) -> bool:
    """
    Whether something that may name a server is another than before, or whether who is on the way can read along.

    A secret that they show us goes nowhere.
    """
    if manifest.facts.push:
        return False
    texts = [option.name for option in manifest.options if option.type == "text" and option.place]
    places = [*texts, "servers", "tls"]
    return any(before.get(name) != now.get(name) for name in places)


def _secret_of(option: Option, given: Mapping[str, object], before: Setting | None, *, moved: bool) -> str:
    kept = before.secrets.get(option.name) if before is not None and given.get(option.name) is None else None
    if kept and moved:
        message = f"{option.name}: must be filled in again, since it would go to another server than it was given for"
        raise BadInput(message, code="secret-again", field=f"$.options.{option.name}")
    secret = kept if isinstance(kept, str) else _secret(option, given.get(option.name) or "")
    if not secret and option.required:
        _bad(option, "must be filled in")
    return secret


def _secrets(option: Option, value: object, options: Mapping[str, Value], before: Setting | None) -> dict[str, str]:
    if value is None or value == "":
        value = {}
    if not isinstance(value, Mapping):
        _bad(option, f"must be a secret for each of {option.of}")
    words = options.get(option.of, ())
    words = words if isinstance(words, tuple) else ()
    if any(word not in words for word in value):
        _bad(option, f"is for what is not among {option.of}")
    kept = before.secrets.get(option.name, {}) if before is not None else {}
    found = {word: secret for word, secret in kept.items() if word in words} if isinstance(kept, dict) else {}
    found |= {word: _secret(option, secret) for word, secret in value.items()}
    return {word: secret for word, secret in found.items() if secret}


def _secret(option: Option, secret: object) -> str:
    if not isinstance(secret, str) or len(secret) > MAX_SECRET_CHARS:
        _bad(option, f"has a secret of more than {MAX_SECRET_CHARS} characters")
    bare = secret.strip()
    if not (bare.isascii() and bare.isprintable()):
        _bad(option, "has a secret with other than plain letters, digits and signs")
    return bare


def _bad(option: Option, what: str) -> NoReturn:
    raise BadInput(f"{option.name}: {what}", code="bad-option", field=f"$.options.{option.name}")

"""What an organiser filled in for a source: read as the manifest of its network says, secrets apart. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn

from server.errors import BadInput
from server.sources.manifest import Manifest, Option

MAX_WORDS = 50
MAX_WORD_CHARS = 200
MAX_SECRET_CHARS = 500

Value = str | int | tuple[str, ...]
Secrets = dict[str, dict[str, str]]
"""By option, and then by word of the option that it belongs to."""


def read_options(manifest: Manifest, given: Mapping[str, object]) -> tuple[dict[str, Value], Secrets]:
    """
    The options that may be journalled, and the secrets, which may not. What was left empty is in neither.

    Words lose the spaces and the # around them, and come once.

    Raises:
        BadInput: An option is missing, unknown or of another type, or beyond its limits; `field` is `$.options.<name>`.
    """
    known = {option.name: option for option in manifest.options}
    if unknown := [name for name in given if name not in known]:
        raise BadInput(f"There is no option {unknown[0][:40]!r}.", code="bad-option", field="$.options")
    options: dict[str, Value] = {}
    for option in manifest.options:
        value = given.get(option.name)
        if option.type != "secrets" and (value := _value(option, value)) is not None:
            options[option.name] = value
    secrets = {
        option.name: found
        for option in manifest.options
        if option.type == "secrets" and (found := _secrets(option, given.get(option.name), options))
    }
    return options, secrets


def _value(option: Option, value: object) -> Value | None:
    if value is None or value in ("", [], ()):
        if option.required:
            _bad(option, "must be filled in")
        return None
    match option.type:
        case "words":
            return _words(option, value)
        case "seconds":
            return _seconds(option, value)
        case "moment":
            return _moment(option, value)
        case _:
            _bad(option, "cannot be given like this")


def _words(option: Option, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        _bad(option, "must be a list of words")
    words = tuple(dict.fromkeys(bare for word in value if (bare := word.strip().strip("#").strip())))
    least, most = max(option.least or 0, int(option.required)), min(option.most or MAX_WORDS, MAX_WORDS)
    if not least <= len(words) <= most:
        _bad(option, f"must be {least} to {most} words")
    if any(len(word) > MAX_WORD_CHARS or not word.isprintable() for word in words):
        _bad(option, f"has a word of more than {MAX_WORD_CHARS} characters, or with invisible ones")
    return words


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


def _secrets(option: Option, value: object, options: Mapping[str, Value]) -> dict[str, str]:
    if value is None or value == "":
        return {}
    if not isinstance(value, Mapping):
        _bad(option, f"must be a secret for each of {option.of}")
    words = options.get(option.of, ())
    found = {}
    for word, secret in value.items():
        if not isinstance(words, tuple) or word not in words:
            _bad(option, f"is for what is not among {option.of}")
        if not isinstance(secret, str) or len(secret) > MAX_SECRET_CHARS:
            _bad(option, f"has a secret of more than {MAX_SECRET_CHARS} characters")
        if bare := secret.strip():
            if not (bare.isascii() and bare.isprintable()):
                _bad(option, "has a secret with other than plain letters, digits and signs")
            found[word] = bare
    return found


def _bad(option: Option, what: str) -> NoReturn:
    raise BadInput(f"{option.name}: {what}", code="bad-option", field=f"$.options.{option.name}")

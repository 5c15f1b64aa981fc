"""What an organiser configured for this source. The same as in `manifest.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from server.sources.options import fill_in, folded, refuse

MAX_CHATS = 20
MAX_TAGS = 16

_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
_ID = re.compile(r"-[0-9]{1,15}")
_OF_A_MESSAGE = re.compile(r"(?:https?://)?t(?:elegram)?\.me/c/([0-9]{1,15})(?:/.*)?")
_OF_A_NAME = re.compile(r"(?:https?://)?t(?:elegram)?\.me/(?:s/)?(\w+)(?:[/?].*)?")
_IN_THE_BROWSER = re.compile(r"https://web\.telegram\.org/.*#(-[0-9]{1,15})(?:[/_].*)?")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        chats: Ids, as `-1001234567890`, and user names without @, in small letters.
        tags: Folded, without doubles; empty: all messages.
    """

    token: str
    chats: tuple[str, ...]
    tags: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Options({', '.join(self.chats)}, token='**********')"


class _Given(msgspec.Struct, forbid_unknown_fields=True):
    token: str
    chats: list[str]
    told: bool = False
    which: Literal["tagged", "all"] = "tagged"
    tags: list[str] = []


def parse_options(options: Mapping[str, object]) -> Options:
    """
    Raises:
        BadInput: `field` says which option, the message what to write instead. The token is in no message.
    """
    given = fill_in(options, _Given)
    token = given.token.strip()
    chats = tuple(dict.fromkeys(_chat(written) for written in given.chats))
    tags = folded(given.tags)
    if not _TOKEN.fullmatch(token):
        refuse("token", "a token looks like 123456789:AAE…, with nothing before or after it")
    if not 1 <= len(chats) <= MAX_CHATS:
        refuse("chats", f"name 1 to {MAX_CHATS} groups or channels, as @democonf")
    if given.which == "tagged" and not 1 <= len(tags) <= MAX_TAGS:
        refuse("tags", f"name 1 to {MAX_TAGS} hashtags, of letters and digits, or choose all messages")
    if not given.told:
        refuse("told", "tell the group first that its messages can come on the screen")
    return Options(token=token, chats=chats, tags=tags if given.which == "tagged" else ())


def _chat(written: str) -> str:
    """A name, an id, or any link of Telegram that says which chat it is."""
    text = written.strip()
    if link := _OF_A_MESSAGE.fullmatch(text):
        return f"-100{link[1]}"
    if link := _IN_THE_BROWSER.fullmatch(text):
        return link[1]
    link = _OF_A_NAME.fullmatch(text)
    name = link[1] if link else text.removeprefix("@")
    if link is None and _ID.fullmatch(text):
        return text
    if _NAME.fullmatch(name) and name.lower() != "joinchat":
        return name.lower()
    what = "write @name, or the link of a message in it as https://t.me/c/1234567890/12"
    refuse("chats", f"{written[:100]!r} does not say which group or channel it is; {what}")

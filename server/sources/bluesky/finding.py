"""One post by its address, as a person pasted it: asked of the AppView."""

from __future__ import annotations

import re
from typing import Final

from server.errors import BadInput, NotFound
from server.intake.addresses import address_of
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.bluesky import parse
from server.sources.bluesky.client import AppView
from server.sources.bluesky.frames import COLLECTION, PostKey, key_of
from server.sources.contract import NetworkPost

_NAMED: Final = re.compile(rf"(?:at://([a-z0-9.-]+)/{re.escape(COLLECTION)}|bsky\.app/profile/([a-z0-9.-]+)/post)/(.+)")


async def find(address: str, appview: AppView, *, now_us: int) -> NetworkPost | None:
    """
    The public post at *address*, whichever hashtags it has; None where there is none, or it is of another network.

    Args:
        address: A page of bsky.app, by handle or DID, an `at://` address, or that of a bridged copy.
        now_us: UTC microseconds since 1970.

    Raises:
        NotFound: It is there and not for a hall; `code` says why, as `sign-in-only`.
        SourceUnavailable: The AppView could not be asked.
    """
    key = await _key_at(address, appview)
    if key is None:
        return None
    answers = await appview.posts([key.uri])
    if key.uri in answers.doubtful:
        raise SourceUnavailable(f"{appview.host} stumbles over {key.uri}", code="server-error", cause=Cause.SERVER)
    view = answers.views.get(key.uri)
    try:
        post = parse.parse_view(view, tags=frozenset(), now_us=now_us) if isinstance(view, parse.View) else None
    except BadInput:  # what cannot be read is nothing that could be shown
        return None
    if isinstance(post, parse.Dropped):
        raise NotFound(f"{key.uri} is {post.why}.", code=post.why.value)
    return post


async def _key_at(address: str, appview: AppView) -> PostKey | None:
    spelled = address_of(address) or ""
    if (key := key_of(spelled)) or not (named := _NAMED.fullmatch(spelled)):
        return key
    did = await appview.did_of(named[1] or named[2])
    return key_of(f"at://{did}/{COLLECTION}/{named[3]}")

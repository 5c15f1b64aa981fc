"""What an edge hands in: a post on its way, or the news that one is gone."""

from __future__ import annotations

import msgspec

from server.symposium.values import BlobId, DeviceId, Emoji, Picture, PollId, RoomId, SourceId, VoterKey


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """
    A post on its way in, new or edited: the node finds out which.

    Times are UTC microseconds since 1970. Pictures were fetched, encoded and stored before.

    Args:
        source: The configured source, or `phone`.
        network: Its kind, as `mastodon` or `phone`: what a reader of the wall is told.
        native_id: The post's id at its source, unique within the network (an instance's name is part of it).
        uri: The post's global identity, the same from whichever instance it came.
        author_id: The author's global identity; for phones the device.
        text: Plain text as written, entities decoded, not yet cleaned.
        created: As the source claims it; None for phones.
        request: The phone's Idempotency-Key as sent, with `request_digest`, a hash of what was sent with it.
        session: As its author chose it on the phone; the node decides.
        room: Of the screen whose code the phone scanned.
        sensitive: The source marks the pictures as sensitive.
        reply: It answers another post; `reply_to` is that one's native id, where the source tells.
        bot: The source says that the author is an automaton.
        author_since: When the author's account was made, as the source claims it; None where it does not tell.
        question: A phone asks the stage something; `to` is whom.
        poll: A phone answers this poll in words of its own.
        voter: Whom that counts for; see `Asking.voter`.
        waits: Nothing proves who brings it, so that a person looks at it, whatever the rules say.
    """

    source: SourceId
    network: str
    author_id: str
    text: str
    native_id: str | None = None
    uri: str | None = None
    permalink: str | None = None
    name: str = ""
    handle: str = ""
    avatar: BlobId | None = None
    media: tuple[Picture, ...] = ()
    emojis: tuple[Emoji, ...] = ()
    lang: str | None = None
    warning: str = ""
    sensitive: bool = False
    reply: bool = False
    reply_to: str | None = None
    bot: bool = False
    author_since: int | None = None
    created: int | None = None
    edited: int | None = None
    device: DeviceId | None = None
    session: str | None = None
    room: RoomId | None = None
    request: str | None = None
    request_digest: str | None = None
    question: bool = False
    to: str = ""
    poll: PollId | None = None
    voter: VoterKey | None = None
    waits: bool = False


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """The source says that a post is gone. Either id will do."""

    source: SourceId
    network: str
    native_id: str | None = None
    uri: str | None = None


class AuthorDeparture(msgspec.Struct, frozen=True, kw_only=True):
    """The source says that an author is gone, with everything they wrote."""

    source: SourceId
    network: str
    author_id: str

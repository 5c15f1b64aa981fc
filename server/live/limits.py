"""The bounds of the live layer, in one place."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Every bound of a hub and its channels. The defaults are for an event; tests shorten them."""

    snapshot_bytes: int = 256 * 1024
    """A larger snapshot is sent, and logged: the view is not as bounded as it was meant to be."""
    history_frames: int = 256
    history_bytes: int = 1024 * 1024
    """Of the frames kept for readers that come back: whichever bound is met first."""
    pulses: int = 512
    """Pulses kept for newcomers."""

    ping_interval_s: float = 10.0
    """Between two PING and tick frames."""
    silence_s: float = 25.0
    """A reader that sent nothing for so long, no pong either, is gone: two pings and some air."""
    user_timeout_ms: int = 30_000
    """TCP_USER_TIMEOUT: the kernel gives up on unacknowledged bytes."""

    sweep_interval_s: float = 1.0
    """Between two looks at the write buffers."""
    behind_bytes: int = 256 * 1024
    """A write buffer above this is a reader that has fallen behind; it gets no more until the buffer is empty."""
    behind_s: float = 10.0
    """How long a reader may take to empty it."""
    total_bytes: int = 256 * 1024 * 1024
    """Of all write buffers of a hub; above it the largest are cut off."""
    send_buffer_bytes: int = 128 * 1024
    """SO_SNDBUF. The kernel would let a socket that nobody reads grow to 4 MB before we notice anything."""

    message_bytes: int = 4 * 1024
    """Of one message from a reader; it has nothing to say that is longer."""
    data_frames_per_min: int = 20
    """A reader's messages are ignored; one that sends more than this is closed with 1008."""
    control_frames_per_min: int = 120
    """The same for its pings and pongs."""

    close_grace_s: float = 1.0
    """Between our Close and cutting the connection, answered or not. A revoked badge is off within 2 s."""

    arrivals_per_s: float = 2000.0
    """Handshakes; one costs 0.25 ms of CPU, so that at most half a core is theirs in a storm."""
    arrivals_at_once: int = 200
    """Handshakes that need not wait for each other."""
    arrival_wait_s: float = 15.0
    """Who would wait longer for a handshake is asked to come back."""

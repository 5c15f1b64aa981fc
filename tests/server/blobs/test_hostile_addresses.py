"""
Ten thousand addresses from strangers that lead inside: not one packet leaves for them.

Each is an address of a network that is not public, in one of the spellings with which people got around such guards,
or a name that a hostile name server points there, at the first look or at a later one. The tripwire (`connected`)
counts what would have been sent. With the guard off, the same addresses do reach it. Redirects are in `test_gate.py`.
"""

from __future__ import annotations

import asyncio
import ipaddress
import random
import socket
from collections.abc import Iterator

from aiohttp.abc import AbstractResolver, ResolveResult

from server.blobs.gate import FetchFailed, FetchRefused, MediaGate, is_public_address
from tests.conftest import Scale

V4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
        ),
    )
)  # fmt: skip
V6 = tuple(
    map(
        ipaddress.IPv6Network,
        ("::/127", "fc00::/7", "fe80::/10", "ff00::/8", "2001:db8::/32", "2001::/32", "2002:7f00::/24", "100::/64"),
    )
)
AT_ONCE = 50
"""Addresses that are tried side by side."""


class HostileNames(AbstractResolver):
    """Answers with what it was told to say next for that name; numbers as the system reads them."""

    def __init__(self) -> None:
        self.answers: dict[str, list[str]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        told = self.answers.get(host)
        numbers = [told.pop(0) if len(told) > 1 else told[0]] if told else [host]
        found = []
        for number in numbers:
            for kind, _, proto, _, where in socket.getaddrinfo(
                number, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            ):
                found.append(
                    ResolveResult(hostname=host, host=str(where[0]), port=port, family=kind, proto=proto, flags=0)
                )
        return found

    async def close(self) -> None:
        pass


def inside(rng: random.Random) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An address that no stranger may have us ask."""
    if rng.random() < 0.7:
        v4 = rng.choice(V4)
        return v4[rng.randrange(v4.num_addresses)]
    v6 = rng.choice(V6)
    return v6[rng.randrange(v6.num_addresses)]


def spellings(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Iterator[str]:
    """A host as it stands in an address of a page, in each way that somebody might read as *address*."""
    if isinstance(address, ipaddress.IPv6Address):
        yield f"[{address.compressed}]"
        yield f"[{address.exploded}]"
        yield f"[{address.compressed}%25lo]"
        yield f"[{address.compressed.upper()}]"
        return
    number = int(address)
    a, b, c, d = address.packed
    yield str(address)
    yield f"{address}."
    yield str(number)
    yield hex(number)
    yield f"0{number:o}"
    yield f"{a:#x}.{b:#x}.{c:#x}.{d:#x}"
    yield f"0{a:o}.0{b:o}.0{c:o}.0{d:o}"
    yield f"{a}.{(b << 16) + (c << 8) + d}"
    yield f"{a}.{b}.{(c << 8) + d}"
    yield "".join(chr(0xFF10 + int(each)) if each.isdigit() else "。" for each in str(address))
    yield f"[::ffff:{address}]"
    yield f"[::{address}]"
    yield f"[64:ff9b::{address}]"
    yield f"[2002:{a:02x}{b:02x}:{c:02x}{d:02x}::]"


def hostile(rng: random.Random, names: HostileNames, number: int) -> str:
    """One address of a page."""
    address = inside(rng)
    host = rng.choice(list(spellings(address)))
    if rng.random() < 0.4:
        host = f"n{number}.example.org"
        # It may look honest when it is checked, and turn when it is used.
        names.answers[host] = [str(address)] if rng.random() < 0.7 else ["8.8.8.8", str(address)]
    scheme = rng.choice(("http", "https", "HTTP"))
    port = rng.choice(("", "", ":80", ":443", ":22"))
    user = rng.choice(("", "", "", "example.org@", "a:b@"))
    return f"{scheme}://{user}{host}{port}/{rng.choice(('', 'a.jpg', 'latest/meta-data/'))}"


async def tried(count: int, rng: random.Random, gate: MediaGate, names: HostileNames) -> int:
    """Fetch *count* hostile addresses. Returns how many gave something."""

    async def fetched(url: str) -> bool:
        try:
            await gate.fetch(url)
        except (FetchRefused, FetchFailed):
            return False
        return True

    given = 0
    for start in range(0, count, AT_ONCE):
        urls = [hostile(rng, names, number) for number in range(start, min(count, start + AT_ONCE))]
        given += sum(await asyncio.gather(*map(fetched, urls)))
        names.answers.clear()
    return given


async def test_no_packet_leaves_for_an_address_that_is_not_public(
    connected: list[str], scale: Scale, rng: random.Random
) -> None:
    names = HostileNames()
    async with MediaGate(resolver=names) as gate:
        given = await tried(scale(10_000, 1_000), rng, gate, names)

    assert given == 0
    assert [address for address in connected if not is_public_address(address)] == []


async def test_with_the_guard_off_they_do(connected: list[str], rng: random.Random) -> None:
    """The negative control."""
    names = HostileNames()
    async with MediaGate(resolver=names, may_connect=lambda _: True) as gate:
        await tried(1_000, rng, gate, names)

    reached = [address for address in connected if not is_public_address(address)]
    assert len(reached) > 200, len(reached)
    assert {ipaddress.ip_address(each.partition("%")[0]).version for each in reached} == {4, 6}

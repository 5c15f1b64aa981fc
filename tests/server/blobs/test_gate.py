"""
Strangers choose addresses; the gate connects to public ones only, and takes little, quickly.

Nothing here leaves this machine: 127.0.0.2 plays the public internet and 127.0.0.1 the venue's own network, and a
tripwire (`connected`) stands behind the gate.
"""

from __future__ import annotations

import asyncio
import functools
import gzip
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from server.blobs import gate as gate_module
from server.blobs.gate import Failure, FetchFailed, FetchRefused, MediaGate, Refusal, is_public_address

PICTURE = b"\xff\xd8\xff" + b"a picture" * 100
PUBLIC, PRIVATE = "127.0.0.2", "127.0.0.1"

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Site:
    """A web server on one loopback address, with what it was asked."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.port = 0
        self.requests: list[web.BaseRequest] = []
        self.handlers: dict[str, Handler] = {}

    def url(self, path: str = "/a.jpg") -> str:
        return f"http://{self.host}:{self.port}{path}"

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request)
        handler = self.handlers.get(request.path)
        return await handler(request) if handler else web.Response(body=PICTURE, content_type="image/jpeg")


async def serving(host: str) -> AsyncIterator[Site]:
    site = Site(host)
    runner = web.ServerRunner(web.Server(site.answer), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, host, 0).start()
    site.port = runner.addresses[0][1]
    yield site
    await runner.cleanup()


@pytest.fixture
async def public(connected: list[str]) -> AsyncIterator[Site]:
    """A stranger's server at what the gate is told to be a public address."""
    async for site in serving(PUBLIC):
        yield site


@pytest.fixture
async def canary(connected: list[str]) -> AsyncIterator[Site]:
    """A server on the venue's network: a single request here is a failure."""
    async for site in serving(PRIVATE):
        yield site


class Names(AbstractResolver):
    """A name server in a dict; each look-up takes the next answer. Numbers are read as the system reads them."""

    def __init__(self, **names: list[str]) -> None:
        self._names: dict[str, Iterator[str]] = {name: iter(answers) for name, answers in names.items()}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host in self._names:
            host = next(self._names[host])
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return [
            ResolveResult(hostname=host, host=str(sockaddr[0]), port=port, family=kind, proto=proto, flags=0)
            for kind, _, proto, _, sockaddr in found
        ]

    async def close(self) -> None:
        pass


def gate_to(*sites: Site, **options: object) -> MediaGate:
    """A gate for which only PUBLIC is public, on the ports of *sites*."""
    ports = frozenset(site.port for site in sites)
    settings = {"ports": ports, "may_connect": PUBLIC.__eq__, **options}
    return MediaGate(**settings)  # type: ignore[arg-type]


async def refusal(gate: MediaGate, url: str) -> Refusal:
    with pytest.raises(FetchRefused) as caught:
        await gate.fetch(url)
    return caught.value.why


async def failure(gate: MediaGate, url: str) -> Failure:
    with pytest.raises(FetchFailed) as caught:
        await gate.fetch(url)
    return caught.value.why


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.1.2.3",
        "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.9", "192.0.0.170",
        "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "192.175.48.1",
        "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
        "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:2::1", "2001:10::1",
        "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "2620:4f:8000::1", "3fff::1", "4000::1",
        "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
        "", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "8.8.8.8 ", "8.8.8", "[::1]",
    ],
)  # fmt: skip
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
        "198.17.255.255", "198.20.0.0", "223.255.255.255",
        "2001:4860:4860::8888", "2003::1", "2606:4700:4700::1111", "2a00:1450:4001::1",
    ],
)  # fmt: skip
def test_the_neighbours_of_special_addresses_are_public(address: str) -> None:
    assert is_public_address(address)


PRIVATE_URLS = [
    "http://127.0.0.1/", "https://127.0.0.1/", "http://127.1.2.3/a.png", "http://0.0.0.0/", "http://10.0.0.1/",
    "http://100.64.0.1/", "http://169.254.169.254/latest/meta-data/", "http://172.16.0.1/", "http://192.168.1.1/",
    "http://198.18.0.1/", "http://224.0.0.1/", "http://255.255.255.255/", "http://[::]/", "http://[::1]/",
    "https://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::ffff:169.254.169.254]/",
    "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2001:0:7f00:1::]/", "http://[2002:7f00:1::]/",
    "http://[fc00::1]/", "http://[fd00:ec2::254]/", "http://[fe80::1]/", "http://[fe80::1%25lo]/", "http://[ff02::1]/",
    "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0x7f.1/", "http://0xa9fea9fe/",
    "http://localhost/", "http://LOCALHOST/", "http://metadata.internal/",
]  # fmt: skip
# aiohttp itself refuses these spellings of an IPv4 address, before it asks a resolver.
MISSPELT_URLS = [
    "http://2130706433/", "http://017700000001/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.1/", "http://0/",
    "http://00000177.1/", "http://3232235777/", "http://127.0.0.01/", "http://127.0.0.1.1/", "http://999.1.1.1/",
]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "why"),
    [(url, Refusal.PRIVATE_ADDRESS) for url in PRIVATE_URLS] + [(url, Refusal.BAD_URL) for url in MISSPELT_URLS],
)
async def test_fetch_makes_no_connection_to_a_special_address(connected: list[str], url: str, why: Refusal) -> None:
    names = Names(localhost=["127.0.0.1"], **{"metadata.internal": ["169.254.169.254"]})
    async with MediaGate(resolver=names) as gate:
        assert await refusal(gate, url) is why

    assert connected == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", Refusal.BAD_URL),
        ("/a.jpg", Refusal.SCHEME),
        ("//example.org/a.jpg", Refusal.SCHEME),
        ("file:///etc/passwd", Refusal.SCHEME),
        ("ftp://example.org/a.jpg", Refusal.SCHEME),
        ("gopher://127.0.0.1:6379/_SET", Refusal.SCHEME),
        ("data:image/png;base64,AAAA", Refusal.SCHEME),
        ("javascript:alert(1)", Refusal.SCHEME),
        ("unix:///run/docker.sock", Refusal.SCHEME),
        ("http://", Refusal.BAD_URL),
        ("http:///a.jpg", Refusal.BAD_URL),
        ("http://[::1", Refusal.BAD_URL),
        ("http://example.org:99999/", Refusal.BAD_URL),
        ("http://user@example.org/", Refusal.CREDENTIALS),
        ("http://user:secret@example.org/", Refusal.CREDENTIALS),
        ("http://example.org@127.0.0.1/", Refusal.CREDENTIALS),
        ("http://example.org:22/", Refusal.PORT),
        ("http://example.org:6379/", Refusal.PORT),
        ("https://example.org:8443/", Refusal.PORT),
        ("http://example.org/" + "a" * 2048, Refusal.BAD_URL),
    ],
)
async def test_fetch_refuses_an_address_by_its_form(connected: list[str], url: str, why: Refusal) -> None:
    async with MediaGate(resolver=Names()) as gate:
        assert await refusal(gate, url) is why

    assert connected == []


async def test_fetch_connects_to_a_public_address(connected: list[str]) -> None:
    """The control for the refusals above: a public address does reach the tripwire."""
    async with MediaGate(resolver=Names(**{"example.org": ["8.8.8.8"]})) as gate:
        assert await failure(gate, "http://example.org/a.jpg") is Failure.UNREACHABLE

    assert connected == ["8.8.8.8"]


async def test_fetch_gives_the_bytes_of_a_stranger_s_picture(public: Site) -> None:
    async with gate_to(public) as gate:
        assert await gate.fetch(public.url()) == PICTURE


async def test_the_default_guard_keeps_a_local_server_from_strangers(canary: Site) -> None:
    async with MediaGate(ports=frozenset({canary.port})) as gate:
        assert await refusal(gate, canary.url()) is Refusal.PRIVATE_ADDRESS
    assert canary.requests == []

    async with MediaGate(ports=frozenset({canary.port}), may_connect=lambda _: True) as unguarded:
        assert await unguarded.fetch(canary.url()) == PICTURE
    assert len(canary.requests) == 1


async def test_a_name_that_turns_private_is_refused(public: Site, canary: Site) -> None:
    """DNS rebinding: the first answer is public, the second is not. Control: unguarded, the second is fetched."""
    url = f"http://rebind.example:{public.port}/a.jpg"
    public.handlers["/a.jpg"] = closing
    names = {"rebind.example": [PUBLIC, PRIVATE]}

    async with gate_to(public, resolver=Names(**names)) as gate:
        assert await gate.fetch(url) == PICTURE
        assert await refusal(gate, url) is Refusal.PRIVATE_ADDRESS

    canary_url = f"http://rebind.example:{canary.port}/a.jpg"
    async with gate_to(canary, resolver=Names(**{"rebind.example": [PRIVATE]}), may_connect=bool) as unguarded:
        assert await unguarded.fetch(canary_url) == PICTURE


async def closing(request: web.BaseRequest) -> web.Response:
    return web.Response(body=PICTURE, content_type="image/jpeg", headers={"Connection": "close"})


def redirect(location: str, status: int = 302) -> Handler:
    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(status=status, headers={"Location": location})

    return answer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_a_private_address_is_refused(public: Site, canary: Site, status: int) -> None:
    public.handlers["/a.jpg"] = redirect(canary.url(), status)

    async with gate_to(public, canary) as gate:
        assert await refusal(gate, public.url()) is Refusal.PRIVATE_ADDRESS
    assert canary.requests == []

    async with gate_to(public, canary, may_connect=bool) as unguarded:
        assert await unguarded.fetch(public.url()) == PICTURE
    assert len(canary.requests) == 1


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("ftp://example.org/a.jpg", Refusal.SCHEME),
        ("file:///etc/passwd", Refusal.SCHEME),
        ("http://user:secret@example.org/", Refusal.CREDENTIALS),
        ("http://example.org:22/", Refusal.PORT),
        ("http://[::1", Refusal.BAD_URL),
        ("", Refusal.BAD_URL),
    ],
)
async def test_a_redirect_passes_the_same_checks_as_the_first_address(
    public: Site, location: str, why: Refusal
) -> None:
    public.handlers["/a.jpg"] = redirect(location)

    async with gate_to(public) as gate:
        assert await refusal(gate, public.url()) is why


async def test_three_redirects_are_followed_and_a_fourth_is_not(public: Site) -> None:
    for hop in range(4):
        public.handlers[f"/{hop}"] = redirect(f"/{hop + 1}")

    async with gate_to(public) as gate:
        assert await gate.fetch(public.url("/1")) == PICTURE
        assert await refusal(gate, public.url("/0")) is Refusal.TOO_MANY_REDIRECTS


async def test_a_configured_host_may_be_private_on_its_own_port_only(canary: Site) -> None:
    async with MediaGate(allow_hosts=frozenset({f"{PRIVATE}:{canary.port}"})) as gate:
        assert await gate.fetch(canary.url()) == PICTURE

    async with MediaGate(allow_hosts=frozenset({f"{PRIVATE}:{canary.port + 1}"})) as gate:
        assert await refusal(gate, canary.url()) is Refusal.PORT


async def test_a_stranger_cannot_redirect_to_a_configured_host(public: Site, canary: Site) -> None:
    public.handlers["/a.jpg"] = redirect(canary.url("/admin/reboot"))

    async with gate_to(public, canary, allow_hosts=frozenset({f"{PRIVATE}:{canary.port}"})) as gate:
        assert await refusal(gate, public.url()) is Refusal.PRIVATE_ADDRESS
        assert canary.requests == []
        assert await gate.fetch(canary.url()) == PICTURE  # the control: asked directly, it is allowed


async def test_a_configured_host_may_redirect_to_a_public_one_but_not_to_another_private_one(
    public: Site, canary: Site
) -> None:
    canary.handlers["/out"] = redirect(public.url())
    canary.handlers["/in"] = redirect(f"http://127.0.0.3:{canary.port}/")

    async with gate_to(public, canary, allow_hosts=frozenset({f"{PRIVATE}:{canary.port}"})) as gate:
        assert await gate.fetch(canary.url("/out")) == PICTURE
        assert await refusal(gate, canary.url("/in")) is Refusal.PRIVATE_ADDRESS


# --- what is sent -----------------------------------------------------------------------------------------------------


async def test_fetch_sends_no_cookie_referrer_or_credentials(public: Site) -> None:
    async def set_cookie(request: web.BaseRequest) -> web.Response:
        return web.Response(status=302, headers={"Location": "/a.jpg", "Set-Cookie": "who=me"})

    public.handlers["/first"] = set_cookie
    names = Names(**{"stranger.example": [PUBLIC, PUBLIC]})  # clients keep no cookies of hosts without a name
    async with gate_to(public, resolver=names) as gate:
        await gate.fetch(f"http://stranger.example:{public.port}/first")

    assert [set(request.headers) for request in public.requests] == [
        {"Host", "User-Agent", "Accept", "Accept-Encoding"},
        {"Host", "User-Agent", "Accept", "Accept-Encoding"},
    ]
    assert public.requests[0].headers["User-Agent"].startswith("Fontein")


async def test_fetch_takes_no_proxy_from_the_environment(
    public: Site, canary: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", canary.url("/"))

    async with gate_to(public) as gate:
        assert await gate.fetch(public.url()) == PICTURE
    assert canary.requests == []

    async with aiohttp.ClientSession(trust_env=True) as trusting, trusting.get(public.url()) as response:
        await response.read()
    assert len(canary.requests) == 1  # the control


# --- what is taken ----------------------------------------------------------------------------------------------------


def body(data: bytes, **headers: str) -> Handler:
    async def answer(request: web.BaseRequest) -> web.Response:
        given = {"Content-Type": "image/jpeg"} | {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(body=data, headers=given)

    return answer


@pytest.mark.parametrize("content_type", ["text/html", "application/json", "application/octet-stream", "", "imagery/x"])
async def test_fetch_refuses_what_is_not_called_a_picture(public: Site, content_type: str) -> None:
    public.handlers["/a.jpg"] = body(PICTURE, Content_Type=content_type)

    async with gate_to(public) as gate:
        assert await refusal(gate, public.url()) is Refusal.NOT_A_PICTURE


@pytest.mark.parametrize("status", [204, 206, 304, 401, 404, 429, 500])
async def test_fetch_fails_on_any_status_but_200(public: Site, status: int) -> None:
    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(status=status)

    public.handlers["/a.jpg"] = answer
    async with gate_to(public) as gate:
        assert await failure(gate, public.url()) is Failure.STATUS


async def test_fetch_takes_a_body_of_the_limit_and_refuses_one_byte_more(public: Site) -> None:
    public.handlers["/limit"] = body(bytes(100_000))
    public.handlers["/more"] = body(bytes(100_001))

    async with gate_to(public, max_bytes=100_000) as gate:
        assert len(await gate.fetch(public.url("/limit"))) == 100_000
        assert await refusal(gate, public.url("/more")) is Refusal.TOO_MANY_BYTES


async def test_fetch_stops_reading_an_endless_body(public: Site) -> None:
    sent = 0

    async def endless(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
        await response.prepare(request)
        try:
            while True:
                await response.write(bytes(65_536))
                sent += 65_536
        except ConnectionError:
            return response

    public.handlers["/a.jpg"] = endless
    async with gate_to(public) as gate:
        assert await refusal(gate, public.url()) is Refusal.TOO_MANY_BYTES

    assert sent < 40 * 1024 * 1024  # what the kernel's buffers took, not more


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_fetch_unpacks_a_picture_but_not_a_bomb(
    public: Site, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    bomb = pack(bytes(100 * 1024 * 1024))
    assert len(bomb) < 200_000
    public.handlers["/good"] = body(pack(PICTURE), Content_Encoding=encoding)
    public.handlers["/bomb"] = body(bomb, Content_Encoding=encoding)

    async with gate_to(public) as gate:
        assert await gate.fetch(public.url("/good")) == PICTURE
        assert await refusal(gate, public.url("/bomb")) is Refusal.TOO_MANY_BYTES


async def test_fetch_counts_what_is_sent_also_when_it_unpacks_to_nothing(public: Site) -> None:
    packer = zlib.compressobj(wbits=31)
    empty = packer.compress(b"") + b"".join(packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)) + b"\0\0\0\xff\xff" * 999
    public.handlers["/a.jpg"] = body(empty, Content_Encoding="gzip")

    async with gate_to(public, max_bytes=4000) as gate:
        assert await refusal(gate, public.url()) is Refusal.TOO_MANY_BYTES
    async with gate_to(public, max_bytes=6000) as gate:
        assert await gate.fetch(public.url()) == b""


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress"])
async def test_fetch_refuses_encodings_it_did_not_ask_for(public: Site, encoding: str) -> None:
    public.handlers["/a.jpg"] = body(PICTURE, Content_Encoding=encoding)

    async with gate_to(public) as gate:
        assert await refusal(gate, public.url()) is Refusal.ENCODING


async def test_fetch_fails_on_a_body_that_is_not_what_its_encoding_says(public: Site) -> None:
    public.handlers["/a.jpg"] = body(PICTURE, Content_Encoding="gzip")

    async with gate_to(public) as gate:
        assert await failure(gate, public.url()) is Failure.BROKEN_ANSWER


# --- how long it takes ------------------------------------------------------------------------------------------------


async def drip(request: web.BaseRequest, *, gap_s: float) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "image/jpeg", "Content-Length": "1000"})
    await response.prepare(request)
    for _ in range(20):
        await response.write(b"x" * 50)
        await asyncio.sleep(gap_s)
    return response


async def test_fetch_gives_up_on_a_slow_body(public: Site) -> None:
    public.handlers["/slow"] = functools.partial(drip, gap_s=0.1)
    public.handlers["/quick"] = functools.partial(drip, gap_s=0)

    async with gate_to(public, total_time_s=0.4) as gate:
        assert await failure(gate, public.url("/slow")) is Failure.TOO_SLOW
    async with gate_to(public) as gate:
        assert len(await gate.fetch(public.url("/quick"))) == 1000


async def test_fetch_has_one_clock_for_all_hops(public: Site) -> None:
    async def slow_hop(request: web.BaseRequest) -> web.Response:
        await asyncio.sleep(0.2)
        return web.Response(status=302, headers={"Location": f"{request.path}x"})

    public.handlers |= {"/" + "x" * hops: slow_hop for hops in range(4)}
    async with gate_to(public, total_time_s=0.4) as gate:
        assert await failure(gate, public.url("/")) is Failure.TOO_SLOW


async def test_fetch_asks_one_host_for_two_pictures_at_a_time(public: Site) -> None:
    at_once = most = 0

    async def counting(request: web.BaseRequest) -> web.Response:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.02)
        at_once -= 1
        return web.Response(body=PICTURE, content_type="image/jpeg")

    public.handlers["/a.jpg"] = counting
    async with gate_to(public) as gate:
        await asyncio.gather(*(gate.fetch(public.url()) for _ in range(8)))

    assert most == 2


async def test_fetch_is_busy_when_too_many_wait(public: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_module, "MAX_WAITING", 3)
    async with gate_to(public) as gate:
        results = await asyncio.gather(*(gate.fetch(public.url()) for _ in range(5)), return_exceptions=True)

        assert [type(result) for result in results] == [bytes, bytes, bytes, FetchFailed, FetchFailed]
        assert await gate.fetch(public.url()) == PICTURE


async def test_fetch_can_be_cancelled_and_the_gate_used_again(public: Site) -> None:
    public.handlers["/slow"] = functools.partial(drip, gap_s=1)
    async with gate_to(public) as gate:
        fetching = [asyncio.create_task(gate.fetch(public.url("/slow"))) for _ in range(4)]
        await asyncio.sleep(0.05)
        for task in fetching:
            task.cancel()
        await asyncio.wait(fetching)

        assert await gate.fetch(public.url()) == PICTURE


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "nobody.invalid"])
async def test_fetch_fails_on_a_name_that_nobody_has(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the gate's own resolver; its question to the system is answered here."""
    real = socket.getaddrinfo

    def getaddrinfo(host: str, *args: object, **options: object) -> object:
        if host == "nobody.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    async with MediaGate() as gate:
        with pytest.raises((FetchFailed, FetchRefused)):
            await gate.fetch(f"http://{host}/a.jpg")

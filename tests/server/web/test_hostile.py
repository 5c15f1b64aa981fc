"""
Bytes that nobody honest sends. Whatever comes: no 5xx but 503 and 507 with `Retry-After`, and the house goes on.

Trust A5 and A6. The raw parts speak to a socket, since no client library would send such a thing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from server.web.deadlines import Deadlines
from tests.house import PATIENCE_S, SLUG, Answer, Place, open_place

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

JSON = {"Content-Type": "application/json"}


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def still_standing(place: Place) -> AsyncIterator[None]:
    """After each of these somebody honest posts."""
    yield
    assert (await place.visitor().post("Ik ben eerlijk")).status == 201


def is_sound(answer: Answer) -> bool:
    """Whether a refusal is one that the API promises."""
    if answer.status < 400:
        return True
    problem = answer.json
    wanted = {"title", "status", "detail", "code"} <= set(problem) <= {
        "title", "status", "detail", "code", "field", "retryAfter", "post", "by", "at", "type",
    }  # fmt: skip
    says_when = answer.status not in (429, 503, 507) or int(answer.headers["Retry-After"]) == problem["retryAfter"]
    is_ours = answer.headers["Content-Type"] == "application/problem+json"
    return wanted and says_when and is_ours and problem["status"] == answer.status < 500


# JSON

POST = b'{"text": %s, "consent": true}'

BODIES = [
    pytest.param(b"", 400, "not-json", id="nothing"),
    pytest.param(b"{", 400, "not-json", id="half"),
    pytest.param(b'{"text": "Ja", "consent": true}}', 400, "not-json", id="too-much"),
    pytest.param(b"{'text': 'Ja'}", 400, "not-json", id="single-quotes"),
    pytest.param(b"\xff\xfe{}", 400, "not-json", id="no-utf-8"),
    pytest.param(b'\xef\xbb\xbf{"text":"Ja","consent":true}', 400, "not-json", id="byte-order-mark"),
    pytest.param(b"[]", 422, "bad-input", id="array"),
    pytest.param(b"null", 422, "bad-input", id="null"),
    pytest.param(b'"text"', 422, "bad-input", id="string"),
    pytest.param(POST % b"NaN", 400, "not-json", id="nan"),
    pytest.param(POST % b"Infinity", 400, "not-json", id="infinity"),
    pytest.param(POST % b"1e400", 422, "bad-input", id="1e400"),
    pytest.param(POST % (b"1" + b"0" * 23), 422, "bad-input", id="ten-to-the-23rd"),
    pytest.param(POST % (b"9" * 60_000), 422, "bad-input", id="60,000-digits"),
    pytest.param(POST % rb'"\ud800"', 400, "not-json", id="lone-high-surrogate"),
    pytest.param(POST % rb'"\udc00"', 400, "not-json", id="lone-low-surrogate"),
    pytest.param(POST % rb'"\ud800\ud800"', 400, "not-json", id="two-high-surrogates"),
    pytest.param(POST % b'"\xed\xa0\x80"', 400, "not-json", id="surrogate-in-utf-8"),
    pytest.param(POST % b'"\xc0\xaf"', 400, "not-json", id="overlong-utf-8"),
    pytest.param(POST % b'"\n"', 400, "not-json", id="raw-line-feed"),
    pytest.param(POST % b"[]", 422, "bad-input", id="text-as-array"),
    pytest.param(b"[" * 60_000, 422, "bad-input", id="60,000-brackets"),
    pytest.param(b"[" * 100_000, 413, "too-large", id="100,000-brackets"),
    pytest.param(b'{"a":' * 12_000, 422, "bad-input", id="12,000-objects"),
    pytest.param(b'{"text": "Ja", "consent": true, "x": ' + b"[" * 60_000, 422, "bad-input", id="brackets-inside"),
    pytest.param(POST % (b'"' + b"a" * 70_000 + b'"'), 413, "too-large", id="70-kB"),
]


@pytest.mark.parametrize(("body", "status", "code"), BODIES)
async def test_body_that_is_no_post_is_refused(place: Place, body: bytes, status: int, code: str) -> None:
    answer = await place.visitor().ask("POST", "posts", data=body, headers=JSON)

    assert (answer.status, answer.code) == (status, code)
    assert is_sound(answer)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "posts/nosuchpostnosuch/decisions"),
        ("POST", "decisions"),
        ("POST", "undos"),
        ("POST", "bans"),
        ("POST", "erasures"),
        ("PUT", "stop"),
        ("PUT", "policy"),
        ("POST", "scene"),
        ("POST", "pulses"),
        ("PUT", "me"),
        ("POST", "badges"),
        ("POST", "sources"),
        ("POST", "sources/trials"),
        ("PATCH", "sources/none"),
        ("PUT", "theme"),
        ("POST", "theme/previews"),
        ("POST", "qr"),
    ],
)
async def test_no_operation_falls_over_a_strange_body(place: Place, method: str, path: str) -> None:
    organiser = place.holder("organiser")

    answers = [await organiser.ask(method, path, data=each.values[0], headers=JSON) for each in BODIES]

    assert all(400 <= a.status < 500 and is_sound(a) for a in answers), answers


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_body_of_another_type_is_refused(place: Place, content_type: str) -> None:
    """A plain form of another site can send these without asking; JSON it cannot."""
    body = json.dumps({"text": "Ja", "consent": True}).encode()

    answer = await place.visitor().ask("POST", "posts", data=body, headers={"Content-Type": content_type})

    assert (answer.status, answer.code) == (415, "media-type")


@pytest.mark.parametrize("encoding", ["deflate", "gzip", "br", "zstd", "DEFLATE", "identity, deflate", "x"])
@pytest.mark.parametrize("path", ["posts", "media", f"/{SLUG}"])
async def test_compressed_body_is_refused_unread(place: Place, encoding: str, path: str) -> None:
    """Measured: 510 kB of deflate inflates to 500 MB, and aiohttp would inflate it."""
    bomb = zlib.compress(b"a" * 2_000_000)
    kinds = {"posts": "application/json", "media": "multipart/form-data; boundary=x"}
    headers = {
        "Content-Encoding": encoding,
        "Content-Type": kinds.get(path, "application/x-www-form-urlencoded"),
    }

    answer = await place.visitor().ask("POST", path, data=bomb, headers=headers)

    assert (answer.status, answer.code) == (415, "encoding")


# Headers and addresses


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer \udcff\udcfe"},
        {"Authorization": "Bearer " + "a" * 7_000},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic Zm9vOmJhcg=="},
        {"Cookie": "fontein-device-{epoch}=\udcff.\udcff"},
        {"Cookie": "fontein-badge-{epoch}=\udcff"},
        {"Cookie": "fontein-operator-{run}=\udcff"},
        {"Cookie": "=;;;=\x01; a"},
        {"Idempotency-Key": "\udcff" * 10},
        {"Fontein-Receipt": "\udcff"},
        {"Accept-Language": "nl;q=nan,en;q=inf,\udcff;q=1e999,;;;q=,*"},
        {"Accept": "text/html;q=\udcff"},
        {"If-None-Match": "\udcff"},
        {"X-Forwarded-For": "\udcff", "X-Forwarded-Proto": "\udcff"},
        {"Content-Type": "\udcff/\udcff; charset=\udcff"},
        {"Expect": "a miracle"},
        {"Range": "bytes=-1"},
        {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "short", "Sec-WebSocket-Version": "99"},
    ],
    ids=lambda headers: next(iter(headers)),
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/{SLUG}"),
        ("GET", f"/v1/symposia/{SLUG}/own"),
        ("GET", f"/v1/symposia/{SLUG}/me"),
        ("GET", f"/v1/symposia/{SLUG}/live"),
        ("GET", "/v1/operator"),
        ("POST", f"/v1/symposia/{SLUG}/posts"),
        ("DELETE", f"/v1/symposia/{SLUG}/posts/nosuchpostnosuch"),
    ],
)
async def test_strange_header_is_never_our_fault(place: Place, headers: dict[str, str], method: str, path: str) -> None:
    filled = {k: v.format(epoch=place.hall.node.epoch, run=place.house.site.run) for k, v in headers.items()}
    lines = {"Host": f"127.0.0.1:{place.house.port}", "Origin": place.url, **filled}
    body = b'{"text": "Ja", "consent": true}' if method == "POST" else b""
    lines = {"Content-Type": "application/json", **lines, "Content-Length": str(len(body)), "Connection": "close"}

    status, _, _ = await raw(place, _request(method, path, lines, body))

    assert 200 <= status < 500


@pytest.mark.parametrize(
    "target",
    [
        "/%00",
        "/%ff",
        "/\xff",
        "//evil.example/x",
        "/../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/assets/%2e%2e/%2e%2e/run.py",
        "/assets/x/../../run.py",
        f"/{SLUG}/media/" + "0" * 64,
        f"/{SLUG}/media/../../secrets.toml",
        f"/{SLUG}/media/" + "0" * 63 + "/",
        "/v1/symposia/%F0%9F%98%80",
        "/v1/symposia/" + "a" * 4_000,
        f"/v1/symposia/{SLUG}/posts?after=%00&limit=1",
        f"/{SLUG}?lang=%ff&lang=<script>",
        f"/{SLUG}?" + "a=1&" * 1_500,
        "/%E2%80%AE",
        "http://evil.example/",
        "*",
        "/wall",
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
async def test_strange_address_is_never_our_fault(place: Place, target: str, accept: str) -> None:
    lines = {"Host": f"127.0.0.1:{place.house.port}", "Accept": accept, "Connection": "close"}

    status, headers, body = await raw(place, _request("GET", target, lines))

    assert 200 <= status < 500
    assert b"sign_key" not in body
    assert b"evil.example" not in headers
    assert b'href="//' not in body, "no page leads to another host"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/", 405),
        ("DELETE", f"/{SLUG}", 405),
        ("POST", f"/v1/symposia/{SLUG}/stop", 405),
        ("PATCH", "/v1/symposia", 405),
        ("PROPFIND", f"/v1/symposia/{SLUG}", 405),
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/symposia/nothing-here", 404),
        ("GET", f"/v1/symposia/{SLUG}/", 404),
        ("POST", "/v1/symposia/nothing-here/posts", 404),
        ("GET", "/Geen-Dag", 404),
    ],
)
async def test_wrong_method_or_address_is_a_problem_document(place: Place, method: str, path: str, status: int) -> None:
    answer = await place.visitor().ask(method, path)

    assert answer.status == status
    assert is_sound(answer)
    assert ("Allow" in answer.headers) == (status == 405)


# Whose house is this


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "[", "[::1", "a]b", "",
     " ", "evil@", "127.0.0.1@evil.example", "\xff", "xn--a", "../..", "127.0.0.1/evil", "evil.example#@127.0.0.1"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", f"/{SLUG}", f"/v1/symposia/{SLUG}/posts", f"/v1/symposia/{SLUG}/live"])
async def test_host_that_is_not_ours_is_refused(place: Place, host: str, path: str) -> None:
    """DNS rebinding: a stranger's name that points at this computer gets nothing."""
    status, _, body = await raw(place, _request("GET", path, {"Host": host, "Connection": "close"}))

    assert status == 400
    assert SLUG.encode() not in body


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "127.0.0.1:1", "[::1]:8000", "192.0.2.7"])
async def test_host_that_is_ours_is_served(place: Place, host: str) -> None:
    status, _, _ = await raw(place, _request("GET", f"/{SLUG}", {"Host": host, "Connection": "close"}))

    assert status == 200


@pytest.mark.parametrize(
    "head",
    [
        b"Host: 127.0.0.1\r\nHost: evil.example\r\n",
        b"Host: 127.0.0.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        b"Host: 127.0.0.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n",
        b"Host: 127.0.0.1\r\nContent-Length: -1\r\n",
        b"Host: 127.0.0.1\r\nContent-Length: +3\r\n",
        b"Host: 127.0.0.1\r\nTransfer-Encoding: chunked, identity\r\n",
        b"Host: 127.0.0.1\r\nTransfer-Encoding: xchunked\r\n",
        b"Host: 127.0.0.1\r\nX: a\r\n folded\r\nContent-Length : 3\r\n",
        b"Host: 127.0.0.1\r\nX\x00: a\r\n",
        b"Host: 127.0.0.1\nContent-Length: 3\r\n",
        b"Host: 127.0.0.1\r\nX: " + b"a" * 20_000 + b"\r\n",
        b"Host: 127.0.0.1\r\n" + b"X: a\r\n" * 500,
    ],
    ids=["two-hosts", "length-and-chunked", "two-lengths", "negative", "plus", "chunked-identity", "xchunked", "fold",
         "nul", "bare-line-feed", "long-line", "500-headers"],
)  # fmt: skip
async def test_request_that_two_servers_could_read_differently_is_refused(place: Place, head: bytes) -> None:
    """Trust A6: a proxy and we must never disagree about where a request ends."""
    smuggled = b"GET /%s/smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % SLUG.encode()
    request = b"POST /v1/symposia/%s/posts HTTP/1.1\r\n%s\r\nabc%s" % (SLUG.encode(), head, smuggled)

    status, _, body = await raw(place, request)

    assert status == 400
    assert b"HTTP/1.1 " not in body, "one answer, and the connection is closed"


# Multipart


def _part(name: str, data: bytes, *, filename: str | None = "a.jpg") -> bytes:
    file = "" if filename is None else f'; filename="{filename}"'
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\nContent-Type: image/jpeg\r\n\r\n'
    return head.encode() + data + b"\r\n"


END = b"--b--\r\n"


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        pytest.param(b"", {400}, id="nothing"),
        pytest.param(END, {400}, id="no-part"),
        pytest.param(_part("other", b"x") + END, {400}, id="no-file"),
        pytest.param(_part("x", b"x") * 1_000 + END, {400}, id="1,000-parts"),
        pytest.param(_part("x", b"x") * 1_000 + _part("file", b"x") + END, {400}, id="file-after-1,000-parts"),
        pytest.param(_part("file", b"not a picture") + END, {415}, id="no-picture"),
        pytest.param(_part("file", b"") + END, {415}, id="empty"),
        pytest.param(_part("file", b"abc"), {400, 415}, id="no-end"),
        pytest.param(b"--b", {400}, id="half-a-boundary"),
        pytest.param(b"garbage" * 1_000, {400}, id="garbage"),
        pytest.param(b"--b\r\n" + b"X: a\r\n" * 1_000 + b"\r\nabc\r\n" + END, {400}, id="1,000-part-headers"),
        pytest.param(b"--b\r\nX: " + b"a" * 50_000 + b"\r\n\r\nabc\r\n" + END, {400}, id="long-part-header"),
        pytest.param(
            b'--b\r\nContent-Disposition: form-data; name="file"\r\nContent-Encoding: deflate\r\n\r\n'
            + zlib.compress(b"a" * 2_000_000)
            + b"\r\n"
            + END,
            {415},
            id="deflated-part",
        ),
        pytest.param(
            b'--b\r\nContent-Disposition: form-data; name="file"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
            + b"!" * 5_000
            + b"\r\n"
            + END,
            {400, 415},
            id="broken-base64",
        ),
        pytest.param(b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n" + END,
                     {400}, id="nested"),
    ],
)  # fmt: skip
async def test_multipart_that_holds_no_picture_is_refused(place: Place, body: bytes, statuses: set[int]) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}

    answer = await place.visitor().ask("POST", "media", data=body, headers=headers)

    assert answer.status in statuses
    assert is_sound(answer)


@pytest.mark.parametrize("boundary", ["", "; boundary=", "; boundary=" + "b" * 200, '; boundary="\udcff"'])
async def test_multipart_with_a_broken_boundary_is_refused(place: Place, boundary: str) -> None:
    body = _part("file", b"abc") + END
    lines = {
        "Host": "127.0.0.1",
        "Content-Type": f"multipart/form-data{boundary}",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }

    status, _, _ = await raw(place, _request("POST", f"/v1/symposia/{SLUG}/media", lines, body))

    assert status in (400, 415, 422)


async def test_file_of_40_mib_is_refused_by_its_length(place: Place) -> None:
    """The head says enough: not a byte of the body is waited for."""
    lines = {
        "Host": "127.0.0.1",
        "Content-Type": "multipart/form-data; boundary=b",
        "Content-Length": str(40 * 2**20),
        "Connection": "close",
    }

    status, _, body = await raw(place, _request("POST", f"/v1/symposia/{SLUG}/media", lines))

    assert (status, json.loads(body)["code"]) == (413, "too-large")


@pytest.mark.parametrize("name", ["file", "other"])
async def test_file_of_40_mib_in_chunks_is_refused_while_it_comes(place: Place, name: str) -> None:
    """No length says so beforehand. The bound holds for all parts together, not only for the file."""
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        yield _part(name, b"")[:-2]
        for _ in range(640):
            sent += 2**16
            yield bytes(2**16)
        yield b"\r\n" + END

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    try:
        answer = await place.visitor().ask("POST", "media", data=body(), headers=headers)
    except ConnectionError:
        answer = None

    assert answer is None or (answer.status, answer.code) == (413, "too-large")
    assert sent < 40 * 2**20


# Pictures


async def test_picture_of_more_than_40_megapixels_is_refused(place: Place) -> None:
    answer = await place.visitor().upload(png(20_000, 20_000))

    assert answer.status == 415
    assert is_sound(answer)


async def test_picture_that_lies_about_its_size_is_refused(place: Place) -> None:
    answer = await place.visitor().upload(png(4_000, 3_000))

    assert answer.status == 415
    assert is_sound(answer)


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\0" * 100,
        b"%PDF-1.7",
        b"%!PS-Adobe",
        b"\xff\xd8\xff\xe0" + b"\0" * 1_000,
        b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 100,
        b"MZ" + b"\0" * 100,
    ],
    ids=["svg", "gif", "pdf", "postscript", "jpeg-head", "webp-head", "program"],
)
async def test_file_that_is_no_picture_of_ours_is_refused(place: Place, data: bytes) -> None:
    answer = await place.visitor().upload(data)

    assert answer.status == 415
    assert is_sound(answer)


async def test_picture_keeps_nothing_that_was_hidden_in_it(place: Place, drawn: Callable[..., bytes]) -> None:
    canary = b"<script>CANARY-IN-A-COMMENT</script>"
    original = drawn()
    polyglot = original[:2] + b"\xff\xfe" + (len(canary) + 2).to_bytes(2) + canary + original[2:] + canary

    answer = await place.visitor().upload(polyglot)

    assert answer.status == 201
    assert canary not in place.hall.store.read(answer.json["id"])


def png(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds nothing of it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)

    header = width.to_bytes(4) + height.to_bytes(4) + bytes((8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")
    )


# Those who send nothing, or slowly


async def test_connection_that_sends_no_request_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """aiohttp itself would wait for ever: measured. Trust N4."""
    monkeypatch.setattr("server.app.Deadlines", lambda: Deadlines(headers_s=0.2))
    async with open_place(tmp_path) as place:
        silent = await asyncio.open_connection("127.0.0.1", place.house.port)
        half = await asyncio.open_connection("127.0.0.1", place.house.port)
        half[1].write(b"GET / HTTP/1.1\r\nHost: 127.0")
        honest = await asyncio.open_connection("127.0.0.1", place.house.port)
        honest[1].write(_request("GET", "/health", {"Host": "127.0.0.1"}))
        await honest[0].readuntil(b"}")

        for reader, writer in (silent, half):
            with contextlib.suppress(ConnectionResetError):
                assert await asyncio.wait_for(reader.read(), PATIENCE_S) == b""
            writer.close()

        honest[1].write(_request("GET", "/health", {"Host": "127.0.0.1", "Connection": "close"}))
        assert b"200 OK" in await asyncio.wait_for(honest[0].read(), PATIENCE_S)
        honest[1].close()


async def test_body_that_comes_too_slowly_is_given_up(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.web.bodies.BODY_TIME_S", 0.1)
    monkeypatch.setattr("server.web.bodies.MIN_BYTES_PER_S", 2**20)
    lines = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": "100", "Connection": "close"}

    status, _, body = await raw(place, _request("POST", f"/v1/symposia/{SLUG}/posts", lines, b'{"te'))

    assert (status, json.loads(body)["code"]) == (408, "slow")


async def test_picture_that_comes_too_slowly_is_given_up(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.web.phone.BODY_TIME_S", 0.1)
    monkeypatch.setattr("server.web.phone.MIN_BYTES_PER_S", 2**30)
    lines = {
        "Host": "127.0.0.1",
        "Content-Type": "multipart/form-data; boundary=b",
        "Content-Length": "10000",
        "Connection": "close",
    }
    start = _part("file", b"abc")

    status, _, body = await raw(place, _request("POST", f"/v1/symposia/{SLUG}/media", lines, start))

    assert (status, json.loads(body)["code"]) == (408, "slow")


async def test_sender_that_leaves_half_way_leaves_nothing_behind(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    lines = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": "100"}
    before = place.seq
    for _ in range(20):
        _, writer = await asyncio.open_connection("127.0.0.1", place.house.port)
        writer.write(_request("POST", f"/v1/symposia/{SLUG}/posts", lines, b'{"te'))
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    await asyncio.sleep(0.3)  # what is to be shown is that nothing comes of it, which has no event to wait for

    assert place.seq == before
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert (await place.visitor().post("Een heel bericht.")).status == 201
    assert place.seq > before


# By hand


def _request(method: str, target: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


async def raw(place: Place, request: bytes) -> tuple[int, bytes, bytes]:
    """
    Send bytes. Returns the status, head and body of the answer, and whatever comes after it.

    After an early answer aiohttp reads on for up to 10 s, so that the sender can hear it; we do not wait for that.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", place.house.port)
    try:
        writer.write(request)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        length = re.search(rb"Content-Length: (\d+)", head)
        body = await asyncio.wait_for(reader.readexactly(int(length[1]) if length else 0), 5)
        with contextlib.suppress(TimeoutError):
            body += await asyncio.wait_for(reader.read(), 0.02)
    finally:
        writer.close()
    return int(head.split(b" ", 2)[1]), head, body

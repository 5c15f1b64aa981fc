"""
Whose page sends this: the Origin, with a cookie or a badge's token, over HTTP and WebSocket.

Trust A1 and A2; OWASP ASVS 5.0, 3.5.1 and 4.4.2: an exact match, no suffix, no pattern.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import WSServerHandshakeError

from tests.house import PATIENCE_S, SLUG, Place, Visitor, open_place

pytestmark = pytest.mark.asyncio(loop_scope="module")


def foreign_origins(host: str, port: int) -> list[str]:
    """Origins that are not the one of `http://host:port`, each by another trick."""
    own = f"http://{host}:{port}"
    return [
        "",
        "null",
        "NULL",
        "undefined",
        "*",
        "http://",
        "https://",
        "://",
        host,
        f"{host}:{port}",
        f"//{host}:{port}",
        f"https://{host}:{port}",
        f"ws://{host}:{port}",
        f"wss://{host}:{port}",
        f"ftp://{host}:{port}",
        f"file://{host}:{port}",
        f"http://{host}",
        f"http://{host}:80",
        f"http://{host}:{port + 1}",
        f"http://{host}:{port - 1}",
        f"http://{host}:{port}0",
        f"http://{host}:0{port}",
        f"http://{host}:",
        f"{own}/",
        f"{own}/{SLUG}",
        f"{own}?",
        f"{own}#",
        f"{own}.",
        f"{own}.evil.example",
        f"{own}@evil.example",
        f"http://{host}.:{port}",
        f"http://.{host}:{port}",
        f"http://evil{host}:{port}",
        f"http://{host}evil:{port}",
        f"http://{host}.evil.example:{port}",
        f"http://evil.example/{own}",
        f"http://evil.example?{own}",
        f"http://evil.example#{own}",
        f"http://user@{host}:{port}",
        f"http://user:pass@{host}:{port}",
        f"http://{host}:{port}@evil.example",
        f"http://evil.example:{port}",
        "http://evil.example",
        "https://evil.example",
        f"{own} http://evil.example",
        f"http://evil.example {own}",
        f"{own},http://evil.example",
        f"http://evil.example, {own}",
        f"{own};",
        f"{own}\\",
        f"{own}%00",
        f"{own}%2eevil.example",
        f"http://{host}%2e:{port}",
        f"http:/{host}:{port}",
        f"http:///{host}:{port}",
        f"http:\\\\{host}:{port}",
        f"http://localhost:{port}",
        f"http://[::1]:{port}",
        f"http://[::ffff:{host}]:{port}",
        f"http://2130706433:{port}",
        f"http://0x7f000001:{port}",
        f"http://127.1:{port}",
        f"http://0.0.0.0:{port}",
        f"http://127.0.0.2:{port}",
        "http://xn--127-0-0-1.example",
        f"http://①②⑦.0.0.1:{port}",
        f"http://127。0。0。1:{port}",
        "chrome-extension://abcdefghijklmnop",
        "moz-extension://1234",
        "data:text/html,x",
        "blob:null",
        "about:blank",
        "capacitor://localhost",
    ]


def _tricks(place: Place) -> list[str | None]:
    return [None, *foreign_origins("127.0.0.1", place.house.port)]


async def _opens(visitor: Visitor, audience: str) -> bool:
    try:
        async with visitor.live(audience) as ws:
            await ws.receive(timeout=PATIENCE_S)
    except WSServerHandshakeError as ex:
        return not 400 <= ex.status < 500
    return True


async def test_no_foreign_origin_acts_with_a_badges_cookie(place: Place) -> None:
    browser = await place.with_cookie("organiser")
    before, accepted = place.seq, []

    for origin in _tricks(place):
        browser.origin = origin
        answer = await browser.ask("PUT", "pause", {"on": True})
        accepted += [origin] if answer.status != 403 or answer.code != "origin" else []

    assert (accepted, place.seq) == ([], before)
    browser.origin = "own"
    assert (await browser.ask("PUT", "pause", {"on": False})).status == 200, "the same cookie from our own page"


async def test_no_foreign_origin_acts_with_a_phones_cookie(place: Place) -> None:
    phone = place.visitor()
    post = (await phone.post("Van mijn telefoon")).json["id"]
    before, accepted = place.seq, []

    for origin in _tricks(place):
        phone.origin = origin
        answers = [
            await phone.post("CSRF"),
            await phone.ask("DELETE", f"posts/{post}"),
            await phone.ask("POST", f"/{SLUG}", data={"text": "CSRF", "consent": "true"}),
        ]
        accepted += [origin] if {a.status for a in answers} != {403} else []

    assert (accepted, place.seq) == ([], before)


async def test_no_foreign_origin_acts_with_the_operators_cookie(place: Place) -> None:
    browser = place.visitor()
    await browser.ask("PUT", "/v1/operator", {"token": place.house.site.operator_token})
    accepted = []

    for origin in _tricks(place):
        browser.origin = origin
        answer = await browser.ask("POST", "/v1/symposia", {"title": "Van een ander"})
        accepted += [origin] if answer.status != 403 else []

    assert accepted == []
    assert list(place.house.site.halls) == [SLUG]


async def test_no_foreign_origin_hands_a_link_in(place: Place) -> None:
    """Else a stranger's page could log a moderator in under another badge (login CSRF)."""
    accepted = []

    for origin in _tricks(place):
        browser = place.visitor(origin=origin)
        answers = [
            await browser.ask("PUT", "me", {"token": place.tokens["moderator"]}),
            await browser.ask("PUT", "/v1/operator", {"token": place.house.site.operator_token}),
            await browser.ask("DELETE", "me"),
        ]
        accepted += [origin] if any(a.set_cookies or a.status != 403 for a in answers) else []

    assert accepted == []


@pytest.mark.parametrize("audience", ["desk", "stage", "phone", "wall"])
async def test_no_foreign_origin_opens_a_socket_with_a_cookie(place: Place, audience: str) -> None:
    browser = await place.with_cookie("organiser")
    await browser.get(f"/{SLUG}")
    accepted = []

    for origin in _tricks(place):
        browser.origin = origin
        accepted += [origin] if await _opens(browser, audience) else []

    assert accepted == []
    browser.origin = "own"
    assert await _opens(browser, audience)


async def test_no_foreign_origin_opens_a_socket_with_a_token(place: Place) -> None:
    """A program without a browser sends no Origin: that is fine. A page that does must be ours."""
    program = place.holder("organiser")
    accepted = []

    for origin in _tricks(place):
        program.origin = origin
        accepted += [origin] if await _opens(program, "desk") else []

    assert accepted == [None]


async def test_no_foreign_origin_opens_the_public_wall(place: Place) -> None:
    accepted = []

    for origin in _tricks(place):
        accepted += [origin] if await _opens(place.visitor(origin=origin), "wall") else []

    assert accepted == [None]


async def test_there_are_enough_tricks() -> None:
    tricks = foreign_origins("127.0.0.1", 8000)

    assert len(set(tricks)) >= 60
    assert "http://127.0.0.1:8000" not in tricks


async def test_public_url_is_one_of_ours(tmp_path: Path) -> None:
    async with open_place(tmp_path, public_url="https://fontein.example") as place:
        browser = await place.with_cookie("organiser")
        statuses = {}
        for origin in ("https://fontein.example", "http://fontein.example", "https://fontein.example.evil.example"):
            browser.origin = origin
            statuses[origin] = (await browser.ask("PUT", "pause", {"on": False})).status

    assert list(statuses.values()) == [200, 403, 403]

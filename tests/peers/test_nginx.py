"""The house behind a real nginx, with the very lines that `docs/how-to/at-a-venue.md` gives people to copy."""

from __future__ import annotations

import asyncio
import io
import os
import re
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from tests.browser.visits import free_port
from tests.house import ROOT, SLUG, Place, Visitor, open_place
from tools import needs

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.usefixtures("peers")]

PATIENCE_S = 20.0
_AROUND = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


def documented_lines() -> str:
    """The configuration of nginx in the how-to."""
    text = (ROOT / "docs/how-to/at-a-venue.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"```nginx\n(.*?)```", text, re.DOTALL)
    return str(lines)


def put(lines: str, was: str, now: str) -> str:
    """These lines with *now* where *was* stood, once."""
    assert lines.count(was) == 1, f"{was!r} stands {lines.count(was)} times in the how-to"
    return lines.replace(was, now)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that lasts a day, and its key."""
    cert, key = folder / "fullchain.pem", folder / "privkey.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
         "-subj", "/CN=fontein.example", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return cert, key


@asynccontextmanager
async def behind_nginx(folder: Path, *, without: tuple[str, ...] = ()) -> AsyncIterator[tuple[Place, str]]:
    """
    A house, and its address at nginx.

    Args:
        without: Beginnings of directives that are left out of the documented lines.
    """
    nginx = shutil.which("nginx")
    assert nginx is not None, needs.apt_line([needs.NGINX])
    port = free_port()
    public = f"https://127.0.0.1:{port}"
    async with open_place(folder / "data", trust_proxy="127.0.0.1", public_url=public) as place:
        site = documented_lines()
        for directive in without:
            site = put(site, next(line for line in site.splitlines() if line.strip().startswith(directive)), "")
        cert, key = certificate(folder)
        site = put(site, "listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
        site = put(site, "/etc/ssl/fontein/fullchain.pem", str(cert))
        site = put(site, "/etc/ssl/fontein/privkey.pem", str(key))
        site = put(site, "http://127.0.0.1:8000", place.url)
        user = "user root;" if os.geteuid() == 0 else ""
        config = folder / "nginx.conf"
        config.write_text(_AROUND.format(user=user, folder=folder, site=site), encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            nginx, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(config),
        )  # fmt: skip
        try:
            await _answers(place, public, folder / "error.log")
            yield place, public
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _answers(place: Place, url: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            async with place.session.get(f"{url}/health") as response:
                assert response.status == 200, await response.text()
                return
        except aiohttp.ClientConnectionError:
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            await asyncio.sleep(0.05)


def large_photo() -> io.BytesIO:
    """More than the 1 MiB that nginx allows unless told otherwise."""
    out = io.BytesIO()
    Image.effect_noise((2_000, 1_500), 90).save(out, "JPEG", quality=95)
    assert 1 << 20 < out.tell() < 10 << 20
    out.seek(0)
    return out


async def upload(phone: Visitor, picture: io.BytesIO) -> int:
    """Send a picture as a phone does. Returns the status of the answer."""
    form = aiohttp.FormData()
    form.add_field("file", picture, filename="photo.jpg", content_type="image/jpeg")
    return (await phone.ask("POST", "media", data=form)).status


async def test_post_goes_from_phone_to_wall_through_the_documented_nginx(tmp_path: Path) -> None:
    async with behind_nginx(tmp_path) as (place, url):
        phone, wall = Visitor(place.session, url), Visitor(place.session, url)
        desk = Visitor(place.session, url, token=place.tokens["moderator"])
        await phone.get(f"/{SLUG}")
        assert [name for name in phone.cookies if name.startswith("__Host-fontein-device-")] == list(phone.cookies)

        async with wall.live("wall") as screen:
            assert (await screen.receive_json(timeout=PATIENCE_S))["type"] == "snapshot"
            posted = await phone.post("Door de voordeur")
            assert posted.status == 201, posted
            decided = await desk.decide(posted.json["id"], "show")
            assert decided.status == 200, decided
            async with asyncio.timeout(PATIENCE_S):
                while (frame := await screen.receive_json())["type"] != "changes":
                    pass
        assert [value["text"] for _, key, value in frame["changes"] if key.startswith("post:")] == ["Door de voordeur"]


async def test_large_photo_passes_the_documented_nginx(tmp_path: Path) -> None:
    async with behind_nginx(tmp_path) as (place, url):
        phone = Visitor(place.session, url)
        await phone.get(f"/{SLUG}")

        status = await upload(phone, large_photo())

    assert status == 201


async def test_metrics_are_closed_at_the_documented_nginx(tmp_path: Path) -> None:
    """It is on the same computer, from which they are open to everybody."""
    async with behind_nginx(tmp_path) as (place, url):
        assert (await place.visitor().get("/metrics")).status == 200
        assert (await Visitor(place.session, url).get("/metrics")).status == 403


async def test_nginx_without_the_documented_lines_lets_neither_photos_nor_streams_through(tmp_path: Path) -> None:
    """The negative control: it is those lines that the tests above look at."""
    async with behind_nginx(tmp_path, without=("client_max_body_size", "proxy_set_header Upgrade")) as (place, url):
        phone = Visitor(place.session, url)
        await phone.get(f"/{SLUG}")

        assert await upload(phone, large_photo()) == 413
        with pytest.raises(aiohttp.WSServerHandshakeError):
            async with phone.live("wall"):
                pass

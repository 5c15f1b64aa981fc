"""
What every answer says of itself: CSP, framing, caches, and no secret in any log.

The addresses are walked from the router: a new one is looked at without anybody thinking of it.
"""

from __future__ import annotations

import logging
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.web.deadlines import Deadlines
from server.web.routes import make_app
from tests.house import PATIENCE_S, SLUG, Answer, Place, open_place

pytestmark = pytest.mark.asyncio(loop_scope="module")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors {}; require-trusted-types-for 'script'; trusted-types fontein"
)
"""As the plan says it, word for word."""

ASKED_AGAIN = re.compile(rf"/v1/symposia/{SLUG}/(programme|papers)|/{SLUG}/programme\.ics")
"""What every phone asks for each time that it changes: kept by the reader alone, and never used unasked."""

WORKER_CSP = "default-src 'none'; script-src 'self'; connect-src 'self'"
"""A service worker loads scripts and asks for pages: its own policy, which a sandbox would break."""


def addresses(place: Place) -> Iterator[tuple[str, str]]:
    """Every route of the house as (method, path), its holes filled with something real where that is there."""
    scan = next(iter(place.house.site.scans), "none")
    holes = {"slug": SLUG, "short": "PD", "page": "wall", "code": scan, "blob": "0" * 64}
    holes |= {
        "theme": "fontein",
        "name": "stop",
        "post": "nosuchpostnosuch",
        "poll": "nosuchpollnosuch",
        "badge": "nosuchbadge",
        "source": "mastodon-1",
    }
    holes |= {"paper": "nosuchpapernosuc", "file": "1", "upload": "0" * 32, "import": "none", "screen": "none"}
    holes |= {"place": "summary", "kind": "register", "number": "1", "format": "html"}
    prefix = place.house.site.assets.prefix
    holes |= {"hash": prefix.split("/")[2], "path": "base.css"}
    for route in make_app(place.house.site, Deadlines()).router.routes():
        resource = route.resource
        assert resource is not None
        path = re.sub(r"\{(\w+)(?::(?:[^{}]|\{[^}]*\})*)?\}", lambda m: holes[m[1]], resource.canonical)
        path = re.sub(r"\{(\w+)\}", lambda m: holes[m[1]], path)
        if not path.endswith("/live"):
            yield route.method, path


def problems(answer: Answer, path: str, *, https: bool = False) -> list[str]:
    """What is missing in an answer's headers."""
    headers = answer.headers
    is_page = headers.get("Content-Type", "").startswith("text/html")
    is_wall = path.endswith("/wall")
    is_asset = path.startswith("/assets/") and answer.status == 200
    is_worker = path == "/sw.js" and answer.status == 200
    frames = "'self'" if is_wall else "'none'"
    more = "; frame-src 'self'" if path.endswith(("/organise", "/replay")) else ""
    data_csp = WORKER_CSP if is_worker else "default-src 'none'; frame-ancestors 'none'; sandbox"
    caches = "public, max-age=31536000, immutable" if is_asset else "no-cache" if is_worker else "no-store"
    if "ETag" in headers and ASKED_AGAIN.fullmatch(path) and answer.status in (200, 304):
        caches = "private, no-cache"
    wanted = {
        "Content-Security-Policy": CSP.format(frames) + more if is_page else data_csp,
        "Cache-Control": caches,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": None if is_wall else "DENY",
        "Strict-Transport-Security": "max-age=31536000" if https else None,
    }
    found = [f"{name}: {headers.get(name)}" for name, value in wanted.items() if headers.get(name) != value]
    if headers.get("Access-Control-Allow-Origin") and path != "/v1/openapi.json":
        found.append("another site may read this")
    return found


@pytest.mark.slow
async def test_every_answer_carries_its_headers(place: Place) -> None:
    await place.holder("organiser").ask("POST", "/v1/scan-tests")
    wrong: dict[str, list[str]] = {}
    seen = 0
    for method, path in addresses(place):
        for accept in ("text/html", "application/json"):
            for visitor in (place.visitor(), place.holder("organiser")):
                answer = await visitor.ask(method, path, headers={"Accept": accept})
                seen += 1
                if found := problems(answer, path):
                    wrong[f"{method} {path} {accept} → {answer.status}"] = found

    assert wrong == {}
    assert seen > 200


@pytest.mark.parametrize("path", ["/nothing-here", f"/{SLUG}/nothing", "/v1/nothing", "/wall", f"/{SLUG}/nothing/wall"])
async def test_error_carries_its_headers(place: Place, path: str) -> None:
    for accept in ("text/html", "*/*"):
        answer = await place.visitor().get(path, headers={"Accept": accept})

        assert answer.status == 404
        assert problems(answer, path) == []


async def test_pages_are_served_without_anything_inline(place: Place) -> None:
    """The CSP would block it; a page that relies on it would be broken."""
    for page in ("", "/wall", "/text", "/desk", "/stage", "/chair", "/organise"):
        body = (await place.holder("organiser").get(f"/{SLUG}{page}", headers={"Accept": "text/html"})).body.decode()

        assert not re.search(r"<[^>]+\sstyle=", body), page
        assert not re.search(r"<[^>]+\son\w+=", body), page
        assert "<style" not in body, page
        scripts = re.findall(r"<script([^>]*)>", body)
        assert all('src="/assets/' in s or 'type="application/json"' in s for s in scripts), page
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', body), f"{page}: nothing comes from elsewhere"


async def test_page_shows_a_symposium_of_markup_as_text(place: Place) -> None:
    title = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    token = place.house.site.operator_token
    made = await place.visitor(token).ask("POST", "/v1/symposia", {"title": title, "slug": "opmaak-dag"})
    assert made.status == 201

    for page in ("", "/wall", "/text", "/desk", "/stage", "/chair", "/organise"):
        body = (await place.visitor().get(f"/opmaak-dag{page}")).body

        assert b"<script>alert" not in body, page
        assert b"<img src=x" not in body, page


@pytest.mark.parametrize(
    ("query", "accept", "lang"),
    [
        ("", "en-GB,en;q=0.9,nl;q=0.8", "en"),
        ("", "de,nl;q=0.5", "nl"),
        ("", "de", "nl"),
        ("?lang=en", "nl", "en"),
        ("?lang=de", "en", "en"),
        ("?lang=<script>", "", "nl"),
    ],
)
async def test_page_speaks_the_readers_language(place: Place, query: str, accept: str, lang: str) -> None:
    answer = await place.visitor().get(f"/{SLUG}{query}", headers={"Accept-Language": accept})

    assert f'<html lang="{lang}"'.encode() in answer.body


async def test_chosen_language_is_remembered(place: Place) -> None:
    phone = place.visitor()
    await phone.get(f"/{SLUG}?lang=en")

    assert b'<html lang="en"' in (await phone.get(f"/{SLUG}", headers={"Accept-Language": "nl"})).body


async def test_wall_speaks_the_symposiums_language_whoever_looks(place: Place) -> None:
    answer = await place.visitor().get(f"/{SLUG}/wall", headers={"Accept-Language": "en"})

    assert b'<html lang="nl"' in answer.body


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/pD/desk", f"/{SLUG}/desk"),
        ("/pd/", f"/{SLUG}"),
        (f"/{SLUG}/", f"/{SLUG}"),
        (f"/{SLUG}/?lang=en", f"/{SLUG}?lang=en"),
        (f"/{SLUG.upper()}", f"/{SLUG}"),
        (f"/{SLUG.capitalize()}/wall?bg=transparent", f"/{SLUG}/wall?bg=transparent"),
        (f"/{SLUG.upper()}?lang=en&sent=1", f"/{SLUG}?lang=en&sent=1"),
    ],
)
async def test_short_address_leads_on(place: Place, path: str, to: str) -> None:
    answer = await place.visitor().get(path)

    assert (answer.status // 100, answer.headers["Location"]) == (3, to)


@pytest.mark.parametrize(
    "path", ["/GEENDAG", "/geen-dag/", "/Geen-Dag/wall", f"/{SLUG.upper()}/nothing", f"/{SLUG.upper()}/wall/x"]
)
async def test_address_with_capitals_of_nothing_is_404(place: Place, path: str) -> None:
    assert (await place.visitor().get(path)).status == 404


async def test_empty_house_leads_to_the_page_that_makes_the_first(tmp_path: Path) -> None:
    async with open_place(tmp_path) as place:
        place.house.site.halls.clear()

        answer = await place.visitor().get("/")

    assert (answer.status, answer.headers["Location"]) == (303, "/new")


# Assets: hash-named, from a manifest


async def test_asset_is_served_under_its_hash_only(place: Place) -> None:
    prefix = place.house.site.assets.prefix
    visitor = place.visitor()

    statuses = {
        path: (await visitor.get(path)).status
        for path in (
            f"{prefix}base.css",
            "/assets/0000000000000000/base.css",
            f"{prefix}nothing.css",
            f"{prefix}base.html",
            f"{prefix}phone/page.html",
            f"{prefix}locale/nl/common.json",
            f"{prefix}package.json",
            f"{prefix}lib/words.test.js",
            f"{prefix}../run.py",
            f"{prefix}%2e%2e/run.py",
            f"{prefix}/etc/passwd",
        )
    }

    assert list(statuses.values()) == [200] + [404] * 10


# For those who keep a server running


async def test_health_is_for_everybody(place: Place) -> None:
    answer = await place.visitor().get("/health")

    assert (answer.status, answer.json["status"]) == (200, "ok")


async def test_metrics_count_and_name_nobody(place: Place) -> None:
    await place.arrive("Een geheim dat nergens telt")

    answer = await place.visitor().get("/metrics")

    assert answer.status == 200
    assert f'fontein_posts{{status="held",symposium="{SLUG}"}}'.encode() in answer.body
    assert b"geheim" not in answer.body


async def test_metrics_are_not_for_strangers(tmp_path: Path) -> None:
    async with open_place(tmp_path, trust_proxy="127.0.0.1") as place:
        headers = {"X-Forwarded-For": "203.0.113.9"}
        statuses = {
            role: (await place.holder(role).get("/metrics", headers=headers)).status
            for role in ("screen", "author", "moderator", "organiser")
        }
        nobody = (await place.visitor().get("/metrics", headers=headers)).status

    assert nobody == 403
    assert statuses == {"screen": 403, "author": 403, "moderator": 200, "organiser": 200}


async def test_security_txt_is_there_when_there_is_a_contact(tmp_path: Path, place: Place) -> None:
    async with open_place(tmp_path, contact="mailto:iemand@fontein.example") as other:
        answer = await other.visitor().get("/.well-known/security.txt")

    assert (await place.visitor().get("/.well-known/security.txt")).status == 404
    lines = answer.body.decode().splitlines()
    assert lines[0] == "Contact: mailto:iemand@fontein.example"
    assert lines[1].startswith("Expires: ")


# Behind a proxy, and under TLS


@pytest.mark.parametrize(
    ("trusted", "forwarded", "secure"),
    [
        ("127.0.0.1", "https", True),
        ("127.0.0.1", "http", False),
        ("127.0.0.1", "https, http", False),
        ("127.0.0.1", "HTTPS; DROP", False),
        ("203.0.113.5", "https", False),
        ("", "https", False),
    ],
)
async def test_scheme_is_believed_from_the_trusted_proxy_only(
    tmp_path: Path, trusted: str, forwarded: str, *, secure: bool
) -> None:
    async with open_place(tmp_path, trust_proxy=trusted) as place:
        answer = await place.visitor().get(f"/{SLUG}", headers={"X-Forwarded-Proto": forwarded})

    (cookie,) = answer.set_cookies
    assert cookie.startswith("__Host-fontein-device-") == secure
    assert ("Secure" in cookie.split("; ")) == secure
    assert ("Strict-Transport-Security" in answer.headers) == secure
    assert "Domain" not in cookie


@pytest.fixture
def certificate(tmp_path: Path) -> dict[str, str]:
    """A certificate for 127.0.0.1 that lasts a day."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
         "-subj", "/CN=fontein.example", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return {"tls_cert": str(cert), "tls_key": str(key)}


async def test_everything_is_secure_under_tls(tmp_path: Path, certificate: dict[str, str]) -> None:
    async with open_place(tmp_path / "data", **certificate) as place:
        assert place.url.startswith("https://127.0.0.1:")
        browser = await place.with_cookie("moderator")
        page = await browser.get(f"/{SLUG}")
        operator = await browser.ask("PUT", "/v1/operator", {"token": place.house.site.operator_token})
        decided = await browser.ask("PUT", "pause", {"on": False})
        async with browser.live("desk") as ws:
            first = await ws.receive_json(timeout=PATIENCE_S)

        assert (decided.status, first["type"]) == (200, "snapshot")
        assert problems(page, f"/{SLUG}", https=True) == []
        assert sorted(name.split("-")[2] for name in browser.cookies) == ["badge", "device", "operator"]
        for line in (*page.set_cookies, *operator.set_cookies):
            assert line.startswith("__Host-fontein-")
            assert {"Secure", "HttpOnly", "Path=/"} <= set(line.split("; "))
        browser.origin = place.url.replace("https", "http")
        assert (await browser.ask("PUT", "pause", {"on": False})).status == 403


# Logs


async def test_no_secret_and_no_words_of_anybody_reach_a_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, drawn: Callable[..., bytes]
) -> None:
    """Trust A13: over a whole flow, at the noisiest level, with canaries in every place that holds a secret."""
    caplog.set_level(logging.DEBUG)
    text = "Kanarie-tekst-17"
    async with open_place(tmp_path) as place:
        phone = place.visitor()
        await phone.get(f"/{SLUG}?k=kanarie-vraag")
        key = "kanarie-idempotency-key"
        picture = (await phone.upload(drawn())).json["id"]
        made = (await phone.post(text, key=key, name="Kanarie-naam", media=[{"id": picture, "alt": "x"}])).json
        organiser = await place.with_cookie("organiser")
        badge = (await organiser.ask("POST", "badges", {"role": "moderator", "name": "Kanarie-badge"})).json
        source = {
            "network": "mastodon",
            "options": {"servers": ["127.0.0.1:1"], "tags": ["x"], "tokens": {"127.0.0.1:1": "kanarie-tok"}},
        }
        await organiser.ask("POST", "sources", source)
        await place.visitor(badge["token"]).decide(made["id"], "show")
        await place.visitor("kanarie-bearer").get("me")
        await organiser.ask("POST", "erasures", {"posts": [made["id"]]})
        await organiser.ask("POST", "undos", {"seq": "kanarie-fout"})
        await phone.ask("DELETE", f"posts/{made['id']}", headers={"Fontein-Receipt": "kanarie-bon"})
        async with place.visitor(badge["token"]).live("desk") as ws:
            await organiser.ask("DELETE", f"badges/{badge['id']}")
            _ = [message async for message in ws]
        secrets = [*place.tokens.values(), place.house.site.operator_token, badge["token"], made["receipt"], key]
        secrets += [*phone.cookies.values(), *organiser.cookies.values(), "Kanarie", "kanarie"]

    log = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert [secret for secret in secrets if secret in log] == []
    assert caplog.records != [], "control: the log was listening"

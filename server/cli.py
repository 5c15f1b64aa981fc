"""The verbs of the command line."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import shutil
import sys
import tempfile
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qr import matrix, render_terminal
from server.config import Config, load
from server.errors import FonteinError

HELP = "A live, moderated wall for symposia. Without a verb: serve the symposia in ./data."
_ROLES = ("organiser", "moderator", "author", "speaker", "screen")


def main(argv: Sequence[str]) -> int:
    """
    Carry out a command.

    Args:
        argv: Without the program's name.

    Returns:
        The exit status: 0 when all is well, 1 for a refusal, 2 for a command that cannot be read.
    """
    words = list(argv)
    if words[:1] == ["bench"]:
        return _bench(words[1:])
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help")):
        words = ["serve", *words]
    options = _parser().parse_args(words)
    _set_up_logging(verbose=options.verbose)
    try:
        return int(options.run(options))
    except FonteinError as ex:
        print(f"fontein: {ex.message}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our lines has seen enough, as in `run.py badge … | head -1`. Python would complain at exit too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _set_up_logging(*, verbose: bool) -> None:
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


# What can be said


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="run.py", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.epilog = "run.py test, run.py check and run.py bench run the tests, the checks and the benchmarks."
    verbs = parser.add_subparsers(title="verbs", required=True)
    serve = verbs.add_parser("serve", help="serve the symposia of a data folder (this is what no verb means)")
    _server_flags(serve)
    serve.set_defaults(run=_serve)
    demo = verbs.add_parser("demo", help="a rehearsal symposium, live within seconds")
    _server_flags(demo)
    demo.add_argument("--speed", type=_speed, default=1.0, help="how fast the day goes; 1 is 25 minutes")
    demo.set_defaults(run=_demo)
    _new_parser(verbs)
    _badge_parser(verbs)
    return parser


def _server_flags(parser: argparse.ArgumentParser) -> None:
    _common_flags(parser)
    parser.add_argument("--host", help="address to listen on; without it all of this computer's")
    parser.add_argument("--port", type=int, help="port to listen on (8000; 0 for a free one)")
    parser.add_argument("--no-browser", action="store_true", help="open no page")
    parser.add_argument("--ready-file", type=Path, help="write url, pid and links here once requests are served")
    parser.add_argument("--public-url", help="how phones reach this server, as https://fontein.example")
    parser.add_argument("--tls-cert", help="PEM file with the certificate and its chain")
    parser.add_argument("--tls-key", help="PEM file with its key")
    parser.add_argument("--trust-proxy", metavar="ADDRESS", help="believe X-Forwarded-* from this address only")


def _common_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", help="the data folder (./data)")
    parser.add_argument("--verbose", action="store_true", help="say more")


def _new_parser(verbs: Any) -> None:
    new = verbs.add_parser("new", help="make a symposium; prints its links")
    _common_flags(new)
    new.add_argument("slug", help="its name in addresses: 6 to 40 of a-z, 0-9 and -")
    new.add_argument("--title", required=True)
    new.add_argument("--hashtag", action="append", default=[], help="may be given more than once")
    new.add_argument("--date", default="", help="as 2026-11-12")
    new.add_argument("--short", default="", help="short address: 2 to 5 of A-Z and 2-9")
    new.add_argument("--language", action="append", choices=("nl", "en"), help="may be given more than once (nl, en)")
    new.add_argument("--json", action="store_true", help="print JSON")
    new.set_defaults(run=_new)


def _badge_parser(verbs: Any) -> None:
    badge = verbs.add_parser("badge", help="a new badge: its link, and a code to scan")
    _common_flags(badge)
    badge.add_argument("slug")
    badge.add_argument("role", choices=_ROLES)
    badge.add_argument("--name", required=True, help="whose badge it is")
    badge.add_argument("--json", action="store_true", help="print JSON")
    badge.set_defaults(run=_badge)


def _speed(text: str) -> float:
    speed = float(text)
    if not 0.01 <= speed <= 1_000:
        raise argparse.ArgumentTypeError("from 0.01 to 1000")
    return speed


def _config(options: argparse.Namespace, **more: Any) -> Config:
    names = ("data", "host", "port", "public_url", "tls_cert", "tls_key", "trust_proxy")
    flags = {name: getattr(options, name, None) for name in names}
    if getattr(options, "no_browser", False):
        flags["browser"] = False
    return load({**flags, **more})


# Serving


def _serve(options: argparse.Namespace) -> int:
    from server.app import run

    config = _config(options)
    return run(lambda: _serve_house(config, options.ready_file))


async def _serve_house(config: Config, ready_file: Path | None) -> int:
    from server.app import House

    async with House(config) as house:
        await _tell_ready(house, ready_file)
        _print_start(house)
        if config.browser:
            _open(_first_page(house))
        await house.run()
    return 0


async def _tell_ready(house: Any, ready_file: Path | None) -> None:
    """Write the ready file, with badges that live for this run."""
    from server.keyring import write_private
    from server.web.symposia import badges_for

    if ready_file is None:
        return
    symposia = []
    for slug, hall in house.site.halls.items():
        made = await badges_for(house.site, hall, run=house.site.run)
        links = made["links"]
        symposia.append(
            {
                "slug": slug,
                "join": links["join"],
                "wall": links["wall"],
                "desk": links["moderator"],
                "stage": links["stage"],
                "report": links["author"],
                "organise": links["organiser"],
                "badges": made["badges"],
            }
        )
    facts = {"url": house.local_url, "pid": os.getpid(), "operator": house.operator_link, "symposia": symposia}
    write_private(ready_file, json.dumps(facts))


def _first_page(house: Any) -> str:
    return str(house.operator_link)


def _print_start(house: Any) -> None:
    print(f"Fontein: {house.local_url}")
    for slug in house.site.halls:
        print(f"  {slug}: {house.site.base_url}/{slug}  ·  {house.site.base_url}/{slug}/wall")
    print(f"  Nieuw symposium, beheer / new symposium, operator: {house.operator_link}")
    print("  Ctrl-C stopt / stops.", flush=True)


def _open(url: str) -> None:
    """Open a page, where there is a browser to open it in."""
    try:
        webbrowser.open(url)
    except (OSError, webbrowser.Error) as ex:
        logging.getLogger(__name__).info("no browser: %s", ex)


# The demo


def _demo(options: argparse.Namespace) -> int:
    from server.app import run

    temporary = None if options.data else tempfile.mkdtemp(prefix="fontein-demo-")
    try:
        config = _config(options, data=options.data or temporary)
        if options.port is None and not _is_free(config):
            config = _config(options, data=options.data or temporary, port=0)
        return run(lambda: _demo_house(config, options))
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _is_free(config: Config) -> bool:
    from server.app import listen

    try:
        for each in listen(config):
            each.close()
    except FonteinError:
        return False
    return True


async def _demo_house(config: Config, options: argparse.Namespace) -> int:
    from server.app import House
    from server.rehearsal.script import programme
    from server.rehearsing import rehearse
    from server.web.symposia import SymposiumForm, badges_for, checked

    async with House(config) as house:
        day = programme()
        hall = house.site.halls.get("oefendag")
        if hall is None:
            form = SymposiumForm(
                slug="oefendag", short="OD", title=f"{day.title.nl}", hashtags=(day.hashtag,), languages=("nl", "en")
            )
            hall = await house.site.make(checked(form, house.site))
        made = await badges_for(house.site, hall, run=house.site.run)
        playing = asyncio.create_task(rehearse(hall, house.site.images, speed=options.speed))
        try:
            await _tell_ready(house, options.ready_file)
            _print_demo(house, made)
            if config.browser:
                _open(made["links"]["wall"])
                _open(made["links"]["moderator"])
            await house.run()
        finally:
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)
    return 0


def _print_demo(house: Any, made: dict[str, Any]) -> None:
    from server.web.scans import is_loopback

    links = made["links"]
    print("Fontein: een oefendag / a rehearsal day. Alles is verzonnen / everything is invented.\n")
    if not is_loopback(house.site):
        print(render_terminal(matrix(links["join"])))
    print(f"\n  Doe mee / join        {links['join']}")
    print(f"  Scherm / wall         {links['wall']}")
    print(f"  Redactie / desk       {links['moderator']}")
    print(f"  Regie / stage         {links['stage']}")
    print(f"  Organisator           {links['organiser']}")
    print("\n  Ctrl-C stopt / stops.", flush=True)


# Symposia and badges, through a running server or without one


def _new(options: argparse.Namespace) -> int:
    form = {
        "slug": options.slug,
        "title": options.title,
        "hashtags": options.hashtag,
        "date": options.date,
        "short": options.short,
        "languages": options.language or ["nl", "en"],
    }
    made = _through_server(options, "POST", "/v1/symposia", form)
    if made is None:
        made = _without_server(options, lambda house: _make_here(house, form))
    if options.json:
        print(json.dumps(made))
        return 0
    print(f"{options.title}: {made['slug']}\n")
    for role, link in made["links"].items():
        print(f"  {role:<10} {link}")
    print(
        "\n  Bewaar deze links goed: ze zijn maar één keer te zien. / Keep these links safe: they are shown only once."
    )
    return 0


async def _make_here(house: Any, form: dict[str, Any]) -> Any:
    import msgspec

    from server.web.symposia import SymposiumForm, checked, open_with_badges

    new = checked(msgspec.convert(form, SymposiumForm), house.site)
    return await open_with_badges(house.site, new)


def _badge(options: argparse.Namespace) -> int:
    body = {"role": options.role, "name": options.name}
    made = _through_server(options, "POST", f"/v1/operator/symposia/{options.slug}/badges", body)
    if made is None:
        made = _without_server(options, lambda house: _badge_here(house, options))
    if options.json:
        print(json.dumps(made))
        return 0
    print(f"{options.name} ({options.role}): {made['link']}\n")
    print(render_terminal(matrix(made["link"])))
    return 0


async def _badge_here(house: Any, options: argparse.Namespace) -> Any:
    from server.symposium.values import OPERATOR, Role
    from server.web.badges import checked_name, role_link

    hall = house.site.hall(options.slug)
    role = Role(options.role)
    badge, token = await hall.node.make_badge(OPERATOR, role, checked_name(options.name))
    link = role_link(house.site, hall, role, token)
    return {"id": badge, "role": role.value, "token": token, "link": link}


def _through_server(options: argparse.Namespace, method: str, path: str, body: dict[str, Any]) -> Any:
    """Ask the server that runs on this data folder; None when none does."""
    file = Path(_config(options).folder) / "server.json"
    try:
        server = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return asyncio.run(_ask(server, method, path, body))


async def _ask(server: dict[str, Any], method: str, path: str, body: dict[str, Any]) -> Any:
    import aiohttp

    headers = {"Authorization": f"Bearer {server['token']}"}
    # The certificate names the public host, and this goes to our own computer: the token is what proves both sides.
    connector = aiohttp.TCPConnector(ssl=False)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, trust_env=False) as session,
            session.request(method, server["url"] + path, json=body, headers=headers) as response,
        ):
            answer = await response.json(content_type=None)
            if response.status >= 400:
                raise FonteinError(str(answer.get("detail", response.reason)), code=str(answer.get("code", "refused")))
            return answer
    except aiohttp.ClientConnectionError:
        return None  # it was killed, and left its note behind


def _without_server(options: argparse.Namespace, do: Any) -> Any:
    """Open the data folder for a moment, on a port of its own."""
    from server.app import House, run

    config = _config(options, host="127.0.0.1", port=0)
    public = _config(options)
    result: list[Any] = []

    async def work() -> int:
        async with House(config) as house:
            house.site.base_url = public.public_url.rstrip("/") or _usual_url(public)
            result.append(await do(house))
        return 0

    run(work)
    return result[0]


def _usual_url(config: Config) -> str:
    """How the server will be reached once it runs, with the settings as they are."""
    from server.app import lan_address

    scheme = "https" if config.tls_cert else "http"
    return f"{scheme}://{lan_address(config.host)}:{config.port}"


# The benchmarks


def _bench(words: list[str]) -> int:
    from importlib import import_module

    names = sorted(p.stem for p in (Path(__file__).resolve().parents[1] / "tests" / "bench").glob("*.py"))
    known = [n for n in names if not n.endswith("_server")]
    if not words or words[0] not in known:
        print(f"run.py bench {{{'|'.join(known)}}}", file=sys.stderr)
        return 2
    return int(import_module(f"tests.bench.{words[0]}").main(words[1:]))

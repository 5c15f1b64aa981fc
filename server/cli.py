"""The verbs of the command line."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import shutil
import sys
import tempfile
import webbrowser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from qr import render_terminal
from server.config import Config, load
from server.errors import FonteinError
from server.hush import Hushed

HELP = "A live, moderated wall for symposia. Without a verb: serve the symposia in ./data."
_ROLES = ("organiser", "moderator", "author", "speaker", "chair", "screen")


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
    handler = logging.StreamHandler()
    handler.setFormatter(Hushed("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])


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
    demo.add_argument(
        "--script", type=Path, metavar="FILE", help="play a day that was, from run.py report --format script"
    )
    demo.set_defaults(run=_demo)
    _new_parser(verbs)
    _badge_parser(verbs)
    _import_parser(verbs)
    _codes_parser(verbs)
    _report_parser(verbs)
    _archive_parsers(verbs)
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
    parser.add_argument("--archive", metavar="DIR", help="keep archives here, best on another disk")
    parser.add_argument("--archive-every-s", type=int, metavar="S", help="seconds between two archives (600)")
    parser.add_argument("--archive-keep", type=int, metavar="N", help="so many of the newest stay, and the first (6)")


def _common_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", help="the data folder (./data)")
    parser.add_argument("--verbose", action="store_true", help="say more")


def _new_parser(verbs: Any) -> None:
    new = verbs.add_parser("new", help="make a symposium; prints its links")
    _common_flags(new)
    new.add_argument("slug", help="its name in addresses: 6 to 40 of a-z, 0-9 and -")
    new.add_argument("--title", required=True)
    new.add_argument("--hashtag", action="append", default=[], help="may be given more than once")
    new.add_argument("--date", default="", help="as 2026-11-12; the first day of several")
    new.add_argument("--until", default="", help="the last day of several, as 2026-11-14")
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
    badge.add_argument("--session", help="a speaker's session, by its id in the programme")
    badge.add_argument("--json", action="store_true", help="print JSON")
    badge.set_defaults(run=_badge)


def _import_parser(verbs: Any) -> None:
    import_ = verbs.add_parser("import", help="the programme from schedule.json, schedule.xml or .ics")
    _common_flags(import_)
    import_.add_argument("slug")
    import_.add_argument("what", metavar="FILE|URL")
    import_.add_argument("--yes", action="store_true", help="take it over without asking")
    import_.add_argument("--json", action="store_true", help="print JSON; asks nothing")
    import_.set_defaults(run=_import)


def _codes_parser(verbs: Any) -> None:
    codes = verbs.add_parser("codes", help="posters, cards and stickers with the codes, as PDF")
    _common_flags(codes)
    codes.add_argument("slug")
    codes.add_argument("--to", type=Path, metavar="DIR", default=Path(), help="folder for the files; without it here")
    codes.add_argument("--public-url", help="how phones reach this server, while it does not run")
    codes.add_argument(
        "--language", action="append", choices=("nl", "en"), help="the first is the sheet's, a second gets a line"
    )
    codes.set_defaults(run=_codes)


def _report_parser(verbs: Any) -> None:
    report = verbs.add_parser("report", help="the report of a symposium, in the formats of the office")
    _common_flags(report)
    report.add_argument("slug")
    report.add_argument("--to", type=Path, metavar="DIR", default=Path(), help="folder for the files; without it here")
    report.add_argument(
        "--format",
        default="html,pdf,odt",
        help="html, pdf, odt, docx, epub, md, csv, ods, jsonl, as2, script; several with commas (html,pdf,odt)",
    )
    report.add_argument("--language", choices=("nl", "en"), help="of the report; without it as its authors chose")
    report.add_argument("--names", choices=("full", "initials", "anonymous"), help="how people are named")
    report.add_argument("--public-url", help="how phones reach this server, while it does not run")
    report.add_argument("--json", action="store_true", help="print JSON")
    report.set_defaults(run=_report)


def _archive_parsers(verbs: Any) -> None:
    archive = verbs.add_parser("archive", help="write a symposium into one file")
    _common_flags(archive)
    archive.add_argument("slug")
    archive.add_argument("--to", type=Path, metavar="FILE", help="file or folder; without it here, with slug and time")
    archive.add_argument("--json", action="store_true", help="print JSON")
    archive.set_defaults(run=_archive)
    restore = verbs.add_parser("restore", help="make a symposium from an archive; overwrites nothing")
    _common_flags(restore)
    restore.add_argument("file", type=Path)
    restore.add_argument("--json", action="store_true", help="print JSON")
    restore.set_defaults(run=_restore)
    verify = verbs.add_parser("verify", help="replay a symposium, or an archive, and look whether all of it is there")
    _common_flags(verify)
    verify.add_argument("what", metavar="SLUG|FILE")
    verify.add_argument("--json", action="store_true", help="print JSON")
    verify.set_defaults(run=_verify)


def _speed(text: str) -> float:
    speed = float(text)
    if not 0.01 <= speed <= 1_000:
        raise argparse.ArgumentTypeError("from 0.01 to 1000")
    return speed


def _config(options: argparse.Namespace, **more: Any) -> Config:
    names = ["data", "host", "port", "public_url", "tls_cert", "tls_key", "trust_proxy"]
    names += ["archive", "archive_every_s", "archive_keep"]
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
    from server.rehearsal.recorded import read_script

    recorded = None if options.script is None else read_script(options.script)
    temporary = None if options.data else tempfile.mkdtemp(prefix="fontein-demo-")
    try:
        config = _config(options, data=options.data or temporary)
        if options.port is None and not _is_free(config):
            config = _config(options, data=options.data or temporary, port=0)
        return run(lambda: _demo_house(config, options, recorded))
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


async def _demo_house(config: Config, options: argparse.Namespace, recorded: Any) -> int:
    from server.app import House
    from server.demo import lay_out
    from server.rehearsal.script import programme
    from server.rehearsing import rehearse
    from server.web.symposia import SymposiumForm, badges_for, checked

    async with House(config) as house:
        day = programme() if recorded is None else recorded.programme
        slug, short = ("oefendag", "OD") if recorded is None else ("naspelen", "NS")
        hall = house.site.halls.get(slug)
        if hall is None:
            tags = (day.hashtag,) if day.hashtag else ()
            form = SymposiumForm(slug=slug, short=short, title=day.title.nl, hashtags=tags, languages=("nl", "en"))
            hall = await house.site.make(checked(form, house.site))
        made = await badges_for(house.site, hall, run=house.site.run)
        made["links"]["chair"] = await _chair_link(house, hall)
        images, speed = house.site.images, options.speed
        playing = asyncio.create_task(rehearse(hall, images, speed=speed, day=recorded))
        laying = asyncio.create_task(lay_out(hall, images, speed=speed, day=None if recorded is None else day))
        try:
            await _tell_ready(house, options.ready_file)
            _print_demo(house, made, _INVENTED if recorded is None else _RECORDED)
            if config.browser:
                _open(made["links"]["wall"])
                _open(made["links"]["moderator"])
            await house.run()
        finally:
            for task in (playing, laying):
                task.cancel()
            await asyncio.gather(playing, laying, return_exceptions=True)
    return 0


async def _chair_link(house: Any, hall: Any) -> str:
    """Of a badge for this run: no symposium has a chair by itself, and whoever tries the demo wants to be one."""
    from server.symposium.values import OPERATOR, Role
    from server.web.badges import role_link

    _, token = await hall.node.make_badge(OPERATOR, Role.CHAIR, "Voorzitter", run=house.site.run)
    return role_link(house.site, hall, Role.CHAIR, token)


def _code(url: str) -> str:
    """A code for the terminal, read again before anybody scans it."""
    from qr.checked import checked_matrix

    return render_terminal(checked_matrix(url))


_INVENTED = "Fontein: een oefendag / a rehearsal day. Alles is verzonnen / everything is invented.\n"
_RECORDED = """Fontein: een dag nagespeeld / a day played again.
  Namen zijn verzonnen, teksten niet: toon dit niet in het openbaar.
  Names are invented, texts are not: do not show this in public.
"""


def _print_demo(house: Any, made: dict[str, Any], heading: str) -> None:
    from server.web.scans import is_loopback

    links = made["links"]
    print(heading)
    if not is_loopback(house.site):
        print(_code(links["join"]))
    print(f"\n  Doe mee / join        {links['join']}")
    print(f"  Scherm / wall         {links['wall']}")
    print(f"  Redactie / desk       {links['moderator']}")
    print(f"  Regie / stage         {links['stage']}")
    print(f"  Voorzitter / chair    {links['chair']}")
    print(f"  Organisator           {links['organiser']}")
    print("\n  Ctrl-C stopt / stops.", flush=True)


# Symposia and badges, through a running server or without one


def _new(options: argparse.Namespace) -> int:
    form = {
        "slug": options.slug,
        "title": options.title,
        "hashtags": options.hashtag,
        "date": options.date,
        "until": options.until,
        "short": options.short,
        "languages": options.language or ["nl", "en"],
    }
    made, remark = _make(options, "/v1/symposia", form, lambda house: _make_here(house, form))
    if options.json:
        print(json.dumps(made))
        return 0
    print(f"{options.title}: {made['slug']}\n")
    for role, link in made["links"].items():
        print(f"  {role:<10} {link}")
    print(remark, end="")
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
    body = {"role": options.role, "name": options.name, "session": options.session}
    path = f"/v1/operator/symposia/{options.slug}/badges"
    made, remark = _make(options, path, body, lambda house: _badge_here(house, options))
    if options.json:
        print(json.dumps(made))
        return 0
    print(f"{options.name} ({options.role}): {made['link']}\n{remark}")
    if not _is_loopback(made["link"]):
        print(_code(made["link"]))
    return 0


def _is_loopback(link: str) -> bool:
    """Whether a phone that scans *link* would look for the server in itself."""
    from server.web.scans import is_loopback_url

    return is_loopback_url(link)


async def _badge_here(house: Any, options: argparse.Namespace) -> Any:
    from server.symposium.values import OPERATOR, Role
    from server.web.badges import checked_name, checked_session, role_link

    hall = house.site.hall(options.slug)
    role = Role(options.role)
    session = checked_session(hall.node.state, role, options.session)
    badge, token = await hall.node.make_badge(OPERATOR, role, checked_name(options.name), session=session)
    link = role_link(house.site, hall, role, token)
    return {"id": badge, "role": role.value, "token": token, "link": link}


def _make(options: argparse.Namespace, path: str, body: dict[str, Any], here: Any) -> tuple[Any, str]:
    """
    Make something through the running server, or *here* without one.

    Returns:
        What was made, and a remark on its links: empty where the server or the settings know their address.
    """
    made = _through_server(options, "POST", path, body)
    if made is not None:
        return made, ""
    made, config = _without_server(options, here), _config(options)
    if config.public_url:
        return made, ""
    if not config.port:
        return made, _PORT_UNKNOWN
    return made, _PORT_ASSUMED.format(port=config.port)


_PORT_ASSUMED = """
  De server draait nu niet. Dit adres klopt als hij start op deze computer, op poort {port}.
  The server does not run now. This address holds when it starts on this computer, on port {port}.
"""
_PORT_UNKNOWN = """
  De server draait nu niet, en kiest zijn poort als hij start. Zet die in het adres in plaats van 0.
  The server does not run now, and chooses its port when it starts. Put that in the address in place of 0.
"""


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


# The programme


def _import(options: argparse.Namespace) -> int:
    from server.importing import HouseDesk, ask_on_terminal, import_programme, through_server

    async def work(desk: Any) -> int:
        return await import_programme(
            desk, options.what, yes=options.yes, as_json=options.json, ask=ask_on_terminal, say=print
        )

    server = _server_of(Path(_config(options).folder))
    status = None if server is None else through_server(server, options.slug, work)
    if status is None:
        status = _without_server(options, lambda house: work(HouseDesk(house, options.slug)))
    return int(status)


# Codes on paper


def _codes(options: argparse.Namespace) -> int:
    from server.printing import print_all

    langs = tuple(dict.fromkeys(options.language or ("nl", "en")))
    with _disk_told():
        options.to.mkdir(parents=True, exist_ok=True)
        server = _server_of(Path(_config(options).folder))
        written = None if server is None else asyncio.run(print_all(server, options.slug, langs, options.to))
        if written is None:
            written = _without_server(options, lambda house: _codes_here(house, options, langs))
    for path in written:
        print(path)
    return 0


async def _codes_here(house: Any, options: argparse.Namespace, langs: tuple[Any, ...]) -> list[Path]:
    from server.web.codes import print_here

    hall = house.site.hall(options.slug)
    written = []
    for name, pdf in print_here(house.site, hall, langs):
        path = options.to / f"{hall.slug}-{name}.pdf"
        path.write_bytes(pdf)
        written.append(path)
    return written


# The report


def _report(options: argparse.Namespace) -> int:
    from server.report_files import fetch, write_here

    with _disk_told():
        options.to.mkdir(parents=True, exist_ok=True)
        server = _server_of(Path(_config(options).folder))
        written = None if server is None else asyncio.run(fetch(server, options))
        if written is None:
            written = _without_server(options, lambda house: write_here(house, options))
    if options.json:
        print(json.dumps([str(path) for path in written]))
    else:
        print(*written, sep="\n")
    return 0


# Archives


@contextlib.contextmanager
def _disk_told() -> Iterator[None]:
    """What the disk cannot do is a refusal, said in one line."""
    try:
        yield
    except OSError as ex:
        raise FonteinError(f"{ex.filename or 'the disk'}: {ex.strerror or ex}", code="disk") from ex


@_disk_told()
def _archive(options: argparse.Namespace) -> int:
    from server.archive import Archive, file_name

    folder = Path(_config(options).folder)
    with tempfile.TemporaryDirectory(prefix=".archive-", dir=_place_for(options.to)) as work:
        made = _fetch_archive(options, folder, Path(work) / "archive.tar")
        with Archive(made) as archive:
            manifest = archive.manifest
        path: Path = options.to or Path()
        if path.is_dir():
            path = path / file_name(manifest.slug, manifest.made)
        elif path.exists():
            raise FonteinError(f"{path} is there already: choose another name. Nothing was written.", code="exists")
        size = made.stat().st_size
        made.replace(path)
    facts = {"file": str(path), "bytes": size, "slug": manifest.slug, "epoch": manifest.epoch, "seq": manifest.seq}
    if options.json:
        print(json.dumps({**facts, "blobs": len(manifest.blobs), "damaged": manifest.damaged}))
        return 0
    print(f"{path}: {size / 1e6:.1f} MB, {manifest.entries} entries, {len(manifest.blobs)} blobs")
    for blob in manifest.damaged:
        print(f"  ontbreekt of is beschadigd / missing or damaged: {blob}")
    print("  Bewaar het zo zorgvuldig als het symposium zelf. / Keep it as carefully as the symposium itself.")
    return 0


def _place_for(to: Path | None) -> Path:
    """The folder that an archive is written in: it is moved to its name there when it is whole."""
    if to is None:
        return Path()
    folder = to if to.is_dir() else to.parent
    if not folder.is_dir():
        raise FonteinError(f"there is no folder {folder}", code="no-folder")
    return folder


def _fetch_archive(options: argparse.Namespace, folder: Path, to: Path) -> Path:
    """An archive of a symposium: from the server that runs on this data folder, else from the folder itself."""
    slug = options.slug
    server = _server_of(folder)
    if server is not None and asyncio.run(_download(server, f"/v1/operator/symposia/{slug}/archive", to)):
        return to
    return _archive_here(folder, slug, to)


def _archive_here(folder: Path, slug: str, to: Path) -> Path:
    import time

    from server.archive import JOURNAL, write_file
    from server.archiving import source_of
    from server.blobs.store import BlobStore
    from server.journal.sqlite import SqliteJournal
    from server.keyring import Keyring

    home = folder / slug
    if not (home / JOURNAL).is_file():
        raise FonteinError(f'there is no symposium "{slug}" in {folder}', code="no-symposium")
    copy = to.with_name("copy.db")
    journal = SqliteJournal(home)
    try:
        journal.copy_now(copy)
    finally:
        journal.close_now()
    source = source_of(
        slug=slug,
        journal=copy,
        store=BlobStore(home / "blobs"),
        keyring=Keyring(folder),
        folder=home,
        counts=None,
        made=time.time_ns() // 1_000,
    )
    write_file(to, source)
    return to


@_disk_told()
def _restore(options: argparse.Namespace) -> int:
    from server.archive import restore

    config = _config(options)
    restored = restore(options.file, config.folder)
    opened = _through_server(options, "POST", f"/v1/operator/symposia/{restored.slug}/openings", {})
    if options.json:
        import msgspec

        print(json.dumps({**msgspec.to_builtins(restored), "open": opened is not None}))
        return 0
    print(f"{restored.folder}: {restored.seq} entries, {restored.blobs} blobs")
    for blob in restored.lost:
        print(f"  ontbreekt of is beschadigd / missing or damaged: {blob}")
    print(_KEYS_SAY[restored.keys], end="")
    print(_RESTORED_OPEN if opened is not None else _RESTORED, end="")
    return 0


_KEYS_SAY = {
    "own": "",
    "other": """
  Deze datamap heeft andere sleutels: telefoons en bekende schrijvers zijn er vreemden.
  This data folder has other keys: phones and known authors are strangers to it.
""",
    "missing": """
  Het archief heeft geen sleutels: telefoons en bekende schrijvers zijn hier vreemden.
  The archive has no keys: phones and known authors are strangers here.
""",
}
_RESTORED_OPEN = """
  De server heeft het geopend. Links van badges werken nog: open ze opnieuw.
  The server has opened it. The links of badges still work: open them again.
"""
_RESTORED = """
  Start de server. Links van badges werken nog: open ze opnieuw.
  Start the server. The links of badges still work: open them again.
"""


@_disk_told()
def _verify(options: argparse.Namespace) -> int:
    import msgspec

    from server.inspection import inspect_archive

    with tempfile.TemporaryDirectory(prefix="fontein-verify-") as work:
        file = Path(options.what)
        if not file.is_file():
            file = _fetch_archive(_naming(options, options.what), Path(_config(options).folder), Path(work) / "now.tar")
        report = inspect_archive(file, Path(work))
    if options.json:
        print(msgspec.json.encode(report).decode())
    else:
        _print_report(report)
    return 1 if report.found else 0


def _naming(options: argparse.Namespace, slug: str) -> argparse.Namespace:
    return argparse.Namespace(**{**vars(options), "slug": slug})


def _print_report(report: Any) -> None:
    counts = report.counts
    print(f"{report.slug}: {report.entries} entries ({report.redacted} without a body), {report.posts} posts:")
    print(f"  {counts.shown} shown, {counts.held} held, {counts.hidden} hidden, {counts.rejected} rejected")
    print(f"  {report.blobs} blobs")
    for finding in report.findings:
        print(f"  ! {finding.what} {finding.where}: {finding.detail}")
    if report.found > len(report.findings):
        print(f"  ! … and {report.found - len(report.findings)} more")
    print("  Alles is er. / Everything is there." if not report.found else f"  {report.found} problems.")


def _server_of(folder: Path) -> dict[str, Any] | None:
    """The server that runs on this data folder, as it says itself; None when none does."""
    try:
        server: dict[str, Any] = json.loads((folder / "server.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return server


async def _download(server: dict[str, Any], path: str, to: Path) -> bool:
    """Write what the server sends to a file. False when there is no server."""
    import aiohttp

    headers = {"Authorization": f"Bearer {server['token']}"}
    timeout = aiohttp.ClientTimeout(total=None, sock_read=120)
    try:
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False), trust_env=False) as session,
            session.get(server["url"] + path, headers=headers, timeout=timeout) as response,
        ):
            if response.status >= 400:
                answer = await response.json(content_type=None)
                raise FonteinError(str(answer.get("detail", response.reason)), code=str(answer.get("code", "refused")))
            with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                async for chunk in response.content.iter_chunked(2**20):
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
    except aiohttp.ClientConnectorError:
        return False  # it was killed, and left its note behind
    except aiohttp.ClientError as ex:
        raise FonteinError(f"the archive was cut short: {ex}; try again", code="cut-short") from ex
    return True


# The benchmarks


def _bench(words: list[str]) -> int:
    from importlib import import_module

    names = sorted(p.stem for p in (Path(__file__).resolve().parents[1] / "tests" / "bench").glob("*.py"))
    known = [n for n in names if not n.endswith("_server")]
    if not words or words[0] not in known:
        print(f"run.py bench {{{'|'.join(known)}}}", file=sys.stderr)
        return 2
    return int(import_module(f"tests.bench.{words[0]}").main(words[1:]))

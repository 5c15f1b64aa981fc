"""`run.py import`: a programme from a file or an address, through a running server or straight into the data folder."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

from server.errors import FonteinError

MAX_LINES: Final = 40
"""Of one kind of change on a terminal; the rest is a number."""
_ANSWER_S: Final = 60.0

_FIELDS: Final = {
    "time": "tijd / time",
    "room": "zaal / room",
    "noPhotos": "geen foto's / no photos",
    "kind": "soort / kind",
    "title": "titel / title",
    "subtitle": "ondertitel / subtitle",
    "speakers": "sprekers / speakers",
    "lang": "taal / language",
    "track": "spoor / track",
    "questions": "vragen / questions",
    "hashtag": "hashtag",
    "url": "adres / address",
    "abstract": "tekst / text",
    "about": "over de sprekers / about the speakers",
    "version": "versie / version",
    "zone": "tijdzone / time zone",
}
_REMARKS: Final = {
    "all-day": "duurt hele dagen: overgeslagen / lasts whole days: left out",
    "cancelled": "gaat niet door: overgeslagen / cancelled: left out",
    "double": "staat er vaker in / is there more than once",
    "no-date": "heeft geen datum, alleen een tijd / has no date, only a time",
    "no-duration": "heeft geen duur: een half uur / has no duration: half an hour",
    "no-guid": "heeft geen vaste naam (guid) / has no identity (guid)",
    "no-title": "heeft geen titel / has no title",
    "no-zone": "noemt geen tijdzone / names no time zone",
    "private": "is privé: overgeslagen / is private: left out",
    "repeats-oddly": "herhaalt op een onbekende manier: één keer / repeats in an unknown way: once",
    "start-differs": "heeft een andere begintijd dan datum / has a start that differs from its date",
    "text-cut": "is te lang: afgekapt / is too long: cut",
    "too-far": "herhaalt ook op andere dagen / repeats on other days too",
}


class Desk(Protocol):
    """Where a programme is handed in."""

    async def begin(self, data: bytes) -> dict[str, Any]:
        """What taking a file (or `{"url": …}`) over would change; see `POST …/programme/imports`."""

    async def take(self, name: str) -> int:
        """Take it over. Returns the place of its entry."""


def data_of(what: str) -> bytes:
    """
    What to hand in for a file or an address.

    Raises:
        FonteinError: There is no such file, or it is too large.
    """
    from server.programme.imported import MAX_BYTES

    if "://" in what:
        return json.dumps({"url": what.replace("webcal://", "https://", 1)}).encode()
    try:
        with Path(what).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as ex:
        raise FonteinError(f"{what}: {ex.strerror or ex}", code="no-file") from ex
    if len(data) > MAX_BYTES:
        raise FonteinError(f"{what}: a programme has at most {MAX_BYTES // 2**20} MB", code="too-large")
    return data


async def import_programme(
    desk: Desk, what: str, *, yes: bool, as_json: bool, ask: Callable[[], bool], say: Callable[[str], None]
) -> int:
    """
    Show what would change, and take it over where somebody agrees.

    Args:
        yes: Nobody needs to be asked.
        ask: Asks whoever sits there; False where nobody does.
        say: Prints a line.

    Returns:
        The exit status: 0 when it was taken over, or there was nothing to do; 1 when it was not.
    """
    facts = await desk.begin(data_of(what))
    found = facts["difference"]
    is_same = not any(found[key] for key in ("added", "removed", "changed", "roomsAdded", "roomsRemoved", "fields"))
    if not as_json:
        for line in lines_of(facts):
            say(line)
    seq = None
    if not is_same and (yes or (not as_json and ask())):
        seq = await desk.take(facts["import"])
    if as_json:
        say(json.dumps({**facts, "taken": seq is not None, "seq": seq}))
    elif seq is not None:
        say("  Overgenomen. / Taken over.")
    elif is_same:
        say("  Er verandert niets. / Nothing changes.")
    else:
        say("  Niets veranderd. Met --yes neem je het over. / Nothing was changed. With --yes it is taken over.")
    return 0 if seq is not None or is_same else 1


def lines_of(facts: dict[str, Any]) -> list[str]:
    """What would change, for a terminal: what moves first."""
    found = facts["difference"]
    version = f", v{facts['version']}" if facts["version"] else ""
    lines = [f"{facts['kind']}{version}: {facts['sessions']} sessies / sessions, {facts['rooms']} zalen / rooms"]
    for field in found["fields"]:
        lines.append(f"  {_FIELDS[field['name']]}: {field['before'] or '–'} → {field['after'] or '–'}")
    for change in _some(found["changed"], lines):
        lines.append(f"  ~ {change['title']}")
        lines += [f"      {_FIELDS[f['name']]}: {_line(f['before'])} → {_line(f['after'])}" for f in change["fields"]]
    for sign, kind in (("+", "added"), ("-", "removed")):
        for noted in _some(found[kind], lines):
            room = f", {noted['room']}" if noted["room"] else ""
            lines.append(f"  {sign} {noted['title']} ({noted['time']}{room})")
    for sign, kind in (("+", "roomsAdded"), ("-", "roomsRemoved")):
        lines += [f"  {sign} zaal / room: {name}" for name in found[kind]]
    lines.append(f"  + {len(found['added'])}  - {len(found['removed'])}  ~ {len(found['changed'])}  = {found['same']}")
    for warning in facts["warnings"]:
        lines.append(f"  ! {warning['count']}× {_REMARKS[warning['code']]}: {_line(warning['example'])}")
    return lines


def _some(changes: list[dict[str, Any]], lines: list[str]) -> list[dict[str, Any]]:
    if len(changes) > MAX_LINES:
        lines.append(f"  … {len(changes) - MAX_LINES} meer / more")
    return changes[:MAX_LINES]


def _line(text: str) -> str:
    shown = " ".join(text.split())
    return (shown[:100] + "…" if len(shown) > 100 else shown) or "–"


def ask_on_terminal() -> bool:
    """Ask whoever sits at the terminal; False where nobody does."""
    if not sys.stdin.isatty():
        return False
    sys.stdout.write("  Overnemen? / Take over? [j/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("j", "ja", "y", "yes")


# Two ways in


class ServerDesk:
    """
    The server that runs on this data folder.

    Args:
        server: As it says itself in `server.json`.
        slug: Which symposium.
    """

    def __init__(self, server: dict[str, Any], slug: str) -> None:
        self._server, self._slug = server, slug

    async def begin(self, data: bytes) -> dict[str, Any]:
        facts: dict[str, Any] = await self._ask("", data)
        return facts

    async def take(self, name: str) -> int:
        return int((await self._ask(f"/{name}", b""))["seq"])

    async def _ask(self, path: str, data: bytes) -> Any:
        import aiohttp

        url = f"{self._server['url']}/v1/operator/symposia/{self._slug}/programme/imports{path}"
        headers = {"Authorization": f"Bearer {self._server['token']}", "Content-Type": "application/octet-stream"}
        # The certificate names the public host, and this goes to our own computer: the token is what proves both sides.
        connector = aiohttp.TCPConnector(ssl=False)
        timeout = aiohttp.ClientTimeout(total=_ANSWER_S)
        async with (
            aiohttp.ClientSession(connector=connector, trust_env=False, timeout=timeout) as session,
            session.post(url, data=io.BytesIO(data), headers=headers) as response,
        ):
            answer = await response.json(content_type=None)
            if response.status >= 400:
                where = f" ({answer['field']})" if answer.get("field") else ""
                raise FonteinError(f"{answer.get('detail', response.reason)}{where}", code=str(answer.get("code")))
            return answer


class HouseDesk:
    """
    The data folder itself, open for a moment.

    Args:
        house: An open house.
        slug: Which symposium.
    """

    def __init__(self, house: Any, slug: str) -> None:
        self._site = house.site
        self._hall = house.site.hall(slug)

    async def begin(self, data: bytes) -> dict[str, Any]:
        from server.errors import BadInput
        from server.web.programme import begun

        try:
            return await begun(self._site, self._hall, data)
        except BadInput as ex:
            where = f" ({ex.field})" if ex.field else ""
            raise FonteinError(f"{ex.message}{where}", code=ex.code) from ex

    async def take(self, name: str) -> int:
        from server.symposium.values import OPERATOR
        from server.web.programme import taken_over

        return await taken_over(self._hall, OPERATOR, name)


def through_server(server: dict[str, Any], slug: str, work: Callable[[Desk], Any]) -> int | None:
    """The exit status of *work* at the running server; None where there is none after all."""
    import aiohttp

    try:
        return int(asyncio.run(work(ServerDesk(server, slug))))
    except aiohttp.ClientConnectorError:
        return None  # it was killed, and left its note behind
    except (aiohttp.ClientError, TimeoutError) as ex:
        raise FonteinError(f"the server did not answer ({type(ex).__name__}); try again", code="cut-short") from ex

"""`run.py import`: what it prints, when it asks, and its exit status; with a server and without."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server import importing
from server.errors import FonteinError
from server.importing import _FIELDS, _REMARKS, MAX_LINES, data_of, import_programme, lines_of
from server.programme.difference import difference, merged
from server.programme.imported import Programme, Remark
from server.programme.reading import read
from tests.house import SLUG, command, real_server
from tests.server.programme.given import FIXTURES, event, fixture, schedule

FILE = FIXTURES / "pretalx.json"


class Desk:
    """Where a programme is handed in, for tests: the same difference, and no symposium."""

    def __init__(self, stands: Programme | None = None) -> None:
        self.stands = stands or Programme()
        self.taken: list[str] = []

    async def begin(self, data: bytes) -> dict[str, Any]:
        import msgspec

        imported = read(data)
        found = difference(self.stands, merged(self.stands, imported.programme))
        return {
            "import": "i1",
            "kind": imported.format.value,
            "version": imported.programme.version,
            "zone": imported.programme.zone,
            "sessions": len(imported.programme.sessions),
            "rooms": len(imported.programme.rooms),
            "difference": msgspec.to_builtins(found),
            "warnings": msgspec.to_builtins(imported.warnings),
        }

    async def take(self, name: str) -> int:
        self.taken.append(name)
        return 7


async def ran(desk: Desk, file: Path, *, yes: bool = False, as_json: bool = False, agrees: bool = False) -> Any:
    """Exit status, what was printed, and how often somebody was asked."""
    said: list[str] = []
    asked: list[None] = []

    def ask() -> bool:
        asked.append(None)
        return agrees

    status = await import_programme(desk, str(file), yes=yes, as_json=as_json, ask=ask, say=said.append)
    return status, said, len(asked)


async def test_it_shows_and_asks_before_it_takes_over() -> None:
    desk = Desk()
    status, said, asked = await ran(desk, FILE, agrees=True)
    assert (status, asked, desk.taken) == (0, 1, ["i1"])
    assert said[0] == "schedule.json, v1.3: 3 sessies / sessions, 2 zalen / rooms"
    assert "  + Wie luistert er? (2026-11-12 09:30–10:15, Grote zaal)" in said
    assert said[-2:] == ["  + 3  - 0  ~ 0  = 0", "  Overgenomen. / Taken over."]


async def test_who_says_no_changes_nothing() -> None:
    desk = Desk()
    status, said, asked = await ran(desk, FILE)
    assert (status, asked, desk.taken) == (1, 1, [])
    assert "--yes" in said[-1]


async def test_yes_asks_nobody() -> None:
    desk = Desk()
    assert (await ran(desk, FILE, yes=True))[::2] == (0, 0)
    assert desk.taken == ["i1"]


async def test_what_is_the_same_is_not_taken_over() -> None:
    desk = Desk(read(FILE.read_bytes()).programme)
    status, said, asked = await ran(desk, FILE, yes=True)
    assert (status, asked, desk.taken) == (0, 0, [])
    assert said[-1] == "  Er verandert niets. / Nothing changes."


@pytest.mark.parametrize(("yes", "taken"), [(False, []), (True, ["i1"])])
async def test_json_is_one_line_and_asks_nobody(yes: bool, taken: list[str]) -> None:
    desk = Desk()
    status, (line,), asked = await ran(desk, FILE, yes=yes, as_json=True, agrees=True)
    facts = json.loads(line)
    assert (status, asked, desk.taken) == (0 if yes else 1, 0, taken)
    assert (facts["taken"], facts["seq"], facts["sessions"]) == (yes, 7 if yes else None, 3)


async def test_moves_are_shown_before_all_else_and_long_lists_are_cut() -> None:
    many = [event(guid=f"n-{n}", title=f"Nieuw {n}") for n in range(MAX_LINES + 5)]
    before = read(schedule(event(), event(guid="g-2"))).programme
    moved = event(guid="g-2", date="2026-11-12T14:00:00+01:00", start=None)
    facts = await Desk(before).begin(schedule(event(title="Anders"), moved, *many))

    lines = lines_of(facts)

    assert lines[1] == "  ~ Wie luistert er?"
    assert lines[2] == "      tijd / time: 2026-11-12 09:30–10:15 → 2026-11-12 14:00–14:45"
    assert lines[3] == "  ~ Anders"
    assert "  … 5 meer / more" in lines
    assert lines[-1] == f"  + {MAX_LINES + 5}  - 0  ~ 2  = 0"


def test_every_remark_and_field_has_words() -> None:
    before = Programme(sessions=read(schedule(event())).programme.sessions)
    after = read(fixture("frab.json")).programme
    import msgspec

    other = msgspec.structs.replace(after.sessions[0], id=before.sessions[0].id, hashtag="x", questions_s=60)
    names = {f.name for c in difference(before, Programme(sessions=(other,))).changed for f in c.fields}
    assert set(_REMARKS) == set(Remark)
    assert names <= set(_FIELDS)
    assert len(names) > 8


@pytest.mark.parametrize("what", ["https://x.example/a.json", "webcal://x.example/a.json"])
def test_address_is_left_to_the_server(what: str) -> None:
    assert json.loads(data_of(what)) == {"url": "https://x.example/a.json"}


def test_missing_file_and_too_large_a_file_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FonteinError) as missing:
        data_of(str(tmp_path / "niets.json"))
    assert missing.value.code == "no-file"
    monkeypatch.setattr("server.programme.imported.MAX_BYTES", 10)
    with pytest.raises(FonteinError) as large:
        data_of(str(FILE))
    assert large.value.code == "too-large"


def test_nobody_is_asked_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", type("Pipe", (), {"isatty": staticmethod(lambda: False)}))
    assert not importing.ask_on_terminal()


@pytest.mark.parametrize(
    ("typed", "agrees"), [("j\n", True), ("Ja\n", True), ("y\n", True), ("\n", False), ("", False)]
)
def test_terminal_takes_yes_in_both_languages(
    typed: str, agrees: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = {"isatty": staticmethod(lambda: True), "readline": staticmethod(lambda: typed)}
    monkeypatch.setattr("sys.stdin", type("Terminal", (), terminal))
    assert importing.ask_on_terminal() is agrees
    assert "[j/N]" in capsys.readouterr().out


# The command itself

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module", params=["with-a-server", "without-one"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The command on a data folder with a symposium, with a server on it and without."""
    folder = tmp_path_factory.mktemp("import") / "data"
    status, _, errors = command("new", SLUG, "--title", "Proefdag", "--data", str(folder))
    assert status == 0, errors

    def run_(*words: str) -> tuple[int, str, str]:
        return command("import", *words, "--data", str(folder))

    if request.param == "without-one":
        yield run_
        return
    with real_server(folder):
        yield run_


@pytest.mark.slow
def test_command_takes_a_file_over(run: Run) -> None:
    asked = run(SLUG, str(FILE))
    taken = run(SLUG, str(FILE), "--yes")
    again = run(SLUG, str(FILE), "--json", "--yes")

    assert (asked[0], taken[0], again[0]) == (1, 0, 0)
    assert "Overgenomen. / Taken over." in taken[1]
    facts = json.loads(again[1])
    assert (facts["taken"], facts["difference"]["same"]) == (False, 3)


@pytest.mark.slow
def test_command_refuses_in_one_line(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_bytes(schedule(event(date=None, start=None)))

    for words, part in (
        ((SLUG, str(bad)), '$.schedule.conference.days[0].rooms["Grote zaal"][0]'),
        ((SLUG, str(tmp_path / "none.ics")), "none.ics"),
        ((SLUG, "http://127.0.0.1:1/x.ics"), "127.0.0.1"),
        (("nergens", str(FILE)), "nergens"),
    ):
        status, output, errors = run(*words)
        assert (status, output, errors.count("\n")) == (1, "", 1), errors
        assert part in errors

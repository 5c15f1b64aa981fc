"""
The arrows of the architecture page: which room may import what, and what the wall's door can reach.

A room that is not in the table fails: say here what it may import, and on the architecture page why.
"""

from __future__ import annotations

import ast
import functools
import gc
import sys
import types
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from server.live.audience import Audience, View
from server.live.hub import Hub
from server.node import Node
from server.symposium import views
from server.symposium.state import Post, State
from server.web.wall import WallDoor
from tests.oracle.play import Play

ROOT = Path(__file__).parents[1]

_LAW = ("server.symposium",)
_VALUES = ("server.symposium.values",)

ROOMS: Mapping[str, tuple[str, ...]] = {
    # leaves
    "server.errors": (),
    "server.figures": (),
    "server.config": ("server.errors",),
    "server.hush": (),
    "server.keyring": ("server.errors", "server.hush", *_VALUES),
    "qr": (),
    # the law, and what stands around it
    "server.symposium": ("server.errors",),
    "server.intake": ("server.errors", *_VALUES),
    "server.journal": ("server.errors", "server.symposium.entries"),
    "server.live": ("server.errors", "server.symposium.views"),
    "server.blobs": ("server.errors",),
    "server.tasks": (),
    "server.covers": ("server.journal.contract", "server.live.channel", "server.tasks", *_LAW),
    "server.judging": ("server.intake", "server.keyring", *_LAW),
    "server.attribution": ("server.errors", "server.intake", *_LAW),
    "server.shelving": ("server.covers", "server.errors", "server.intake", "server.keyring", *_LAW),
    "server.asking": ("server.covers", "server.errors", "server.intake", "server.keyring", *_LAW),
    "server.opinions": (),
    "server.stuffing": _LAW,
    "server.reacting": (
        "server.covers",
        "server.errors",
        "server.live.channel",
        "server.tasks",
        *_LAW,
    ),
    "server.drafting": ("server.covers", "server.errors", "server.intake", *_LAW),
    "server.keeping": (
        "server.covers",
        "server.errors",
        "server.intake",
        "server.keyring",
        "server.report.measure",
        *_LAW,
    ),
    "server.authors": ("server.keeping", "server.keyring", *_LAW),
    "server.whereabouts": (
        "server.errors",
        "server.intake",
        "server.keyring",
        "server.sources.contract",
        "server.sources.door",
        "server.span",
        *_LAW,
    ),
    "server.kept": (
        "server.intake.addresses",
        "server.intake.passed",
        "server.keyring",
        "server.sources.contract",
        "server.whereabouts",
        *_LAW,
    ),
    "server.showing": ("server.tasks", *_LAW),
    "server.span": ("server.keeping", "server.report.measure", *_LAW),
    "server.reception": (
        "server.attribution",
        "server.covers",
        "server.errors",
        "server.intake",
        "server.judging",
        "server.keyring",
        "server.span",
        *_LAW,
    ),
    "server.staging": ("server.covers", "server.errors", "server.intake", *_LAW),
    "server.node": (
        "server.covers",
        "server.asking",
        "server.drafting",
        "server.errors",
        "server.figures",
        "server.intake",
        "server.journal",
        "server.judging",
        "server.keeping",
        "server.keyring",
        "server.live",
        "server.attribution",
        "server.reception",
        "server.shelving",
        "server.staging",
        "server.tasks",
        *_LAW,
    ),
    # edges
    "server.sources": ("server.errors", "server.intake.arrival", "server.node", *_VALUES),
    "server.sources.tags": ("server.intake.text",),
    **{
        f"server.sources.{network}": (
            "server.blobs.gate",
            "server.errors",
            "server.intake.addresses",
            "server.intake.arrival",
            "server.sources.backoff",
            "server.sources.contract",
            "server.sources.costs",
            "server.sources.cursors",
            "server.sources.fields",
            "server.sources.health",
            "server.sources.html",
            "server.sources.http",
            "server.sources.loop",
            "server.sources.memory",
            "server.sources.options",
            "server.sources.polling",
            "server.sources.rounds",
            "server.sources.sockets",
            "server.sources.tags",
            *_VALUES,
        )
        for network in (
            "bluesky",
            "feed",
            "irc",
            "mastodon",
            "matrix",
            "nostr",
            "telegram",
            "webhook",
            "x",
            "youtube",
        )
    },
    "server.sources.matrix": (
        "server.errors",
        "server.sources.backoff",
        "server.sources.contract",
        "server.sources.cursors",
        "server.sources.fields",
        "server.sources.health",
        "server.sources.html",
        "server.sources.http",
        "server.sources.loop",
        "server.sources.memory",
        "server.sources.options",
        "server.sources.polling",
        "server.sources.rounds",
        "server.sources.tags",
        *_VALUES,
    ),
    "server.sources.irc": (
        "server.errors",
        "server.sources.backoff",
        "server.sources.contract",
        "server.sources.cursors",
        "server.sources.fields",
        "server.sources.health",
        "server.sources.loop",
        "server.sources.memory",
        "server.sources.options",
        "server.sources.tags",
        *_VALUES,
    ),
    "server.papers": ("server.blobs.image_child", "server.blobs.store", "server.errors"),
    "server.themes": ("server.errors",),
    "server.programme": (
        "server.errors",
        "server.intake.text",
        "server.sources.backoff",
        "server.sources.html",
        "server.symposium.entries",
        "server.symposium.programme_facts",
        *_VALUES,
    ),
    "server.rehearsal": ("server.errors", "server.intake.arrival", "server.symposium.entries", *_VALUES),
    "server.report": ("server.blobs", "server.errors", "server.opinions", "qr", *_LAW),
    "server.report.child": ("server.blobs", "server.errors", "server.journal.copying", "server.report", *_LAW),
    "server.freezing": (
        "server.blobs.store",
        "server.errors",
        "server.node",
        "server.report",
        "server.reporting",
        "server.tasks",
        *_LAW,
    ),
    "server.finding": ("server.errors", "server.report.search", *_LAW),
    "server.forgetting": ("server.archive", "server.blobs.store", "server.errors", "server.node", *_LAW),
    "server.web": (
        "server.archive",
        "server.archiving",
        "server.authors",
        "server.blobs",
        "server.config",
        "server.drafting",
        "server.errors",
        "server.figures",
        "server.finding",
        "server.forgetting",
        "server.freezing",
        "server.intake.arrival",
        "server.intake.dry_run",
        "server.intake.rules",
        "server.intake.settings",
        "server.intake.text",
        "server.journal.contract",
        "server.keeping",
        "server.keyring",
        "server.live",
        "server.node",
        "server.opining",
        "server.papers",
        "server.programme",
        "server.replaying",
        "server.report",
        "server.reporting",
        "server.sources.backoff",
        "server.sources.contract",
        "server.sources.costs",
        "server.sources.door",
        "server.sources.manifest",
        "server.sources.pictures",
        "server.sources.setting",
        "server.sources.webhook",
        "server.themes",
        "qr",
        *_LAW,
        "server.reacting",
        "server.stuffing",
        "server.opinions",
        "server.intake.passed",
        "server.span",
        "server.whereabouts",
    ),
    "server.web.wall": ("server.live.channel",),
    "server.reporting": ("server.errors", "server.report", *_LAW),
    "server.opining": ("server.errors", "server.opinions", *_LAW),
    "server.replay": ("server.journal.copying", *_LAW),
    "server.replaying": ("server.errors", "server.keyring", "server.node", "server.replay", *_LAW),
    "server.report_files": ("server.errors", "server.report", "server.web.report", *_VALUES),
    "server.jobs": (
        "server.blobs",
        "server.errors",
        "server.intake.arrival",
        "server.live",
        "server.node",
        "server.sources",
        "server.span",
        *_LAW,
    ),
    "server.archive": ("server.blobs.store", "server.errors", "server.journal", "server.keyring", *_LAW),
    "server.archiving": (
        "server.archive",
        "server.blobs.store",
        "server.errors",
        "server.journal",
        "server.keyring",
        "server.live",
        "server.node",
        *_LAW,
    ),
    "server.inspection": (
        "server.archive",
        "server.blobs.store",
        "server.errors",
        "server.intake.digest",
        "server.journal",
        *_LAW,
    ),
    "server.rehearsing": (
        "server.blobs",
        "server.errors",
        "server.intake.arrival",
        "server.keyring",
        "server.live",
        "server.node",
        "server.rehearsal",
        "server.rehearsing_hall",
        "server.tasks",
        "server.web.site",
        *_LAW,
    ),
    "server.rehearsing_hall": ("server.errors", "server.rehearsal", "server.web.site", *_LAW),
    "server.demo": (
        "server.blobs",
        "server.errors",
        "server.rehearsal",
        "server.web.site",
        *_LAW,
    ),
    "server.printing": ("server.errors", "server.web.codes"),
    "server.importing": ("server.errors", "server.programme", "server.web", *_VALUES),
    # the roof
    "server.app": ("server", "qr"),
    "server.cli": (
        "server.app",
        "server.archive",
        "server.archiving",
        "server.blobs.store",
        "server.config",
        "server.errors",
        "server.hush",
        "server.importing",
        "server.inspection",
        "server.journal",
        "server.keyring",
        "server.rehearsal",
        "server.demo",
        "server.printing",
        "server.report_files",
        "server.rehearsing",
        "server.web",
        "qr",
        *_VALUES,
    ),
    "run": ("server.cli", "tools.bootstrap"),
}
"""Room → what it may import beside itself; a name stands for everything in it. The longest name that fits counts."""

PURE = ("server.symposium", "server.intake", "qr")
IMPURE = frozenset(
    (
        *("aiohttp", "asyncio", "concurrent", "datetime", "io", "logging", "multiprocessing", "os", "pathlib"),
        *("random", "secrets", "select", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile"),
        *("threading", "time", "urllib", "uuid"),
    )
)
"""I/O, clocks, chance, and what waits."""

IMPURE_CALLS = frozenset({"open", "input", "print", "hash", "id", "now", "utcnow", "today", "time_ns", "monotonic"})
"""Also what differs between two runs: the hash of a text, and where an object lies."""

OWN_FILES: Mapping[str, list[str]] = {
    "qr.posters.coverage": ["pathlib"],
    "qr.posters.press": ["pathlib"],
    "qr.posters.sheets": ["pathlib"],
}
"""Typefaces, templates and words on paper are files of the package itself: reading them is as pure as an import."""


class Module(NamedTuple):
    """A module's name and text."""

    name: str
    text: str
    is_package: bool = False


def modules() -> list[Module]:
    """Every module of the server and of `qr`, and the command."""
    files = [*(ROOT / "server").rglob("*.py"), *(ROOT / "qr").rglob("*.py"), ROOT / "run.py"]
    return [_module(file) for file in sorted(files)]


def _module(file: Path) -> Module:
    parts = file.relative_to(ROOT).with_suffix("").parts
    is_package = parts[-1] == "__init__"
    return Module(".".join(parts[:-1] if is_package else parts), file.read_text("utf-8"), is_package)


MODULES = modules()
NAMES = frozenset(module.name for module in MODULES)


@functools.cache
def _import_statements(text: str) -> tuple[ast.Import | ast.ImportFrom, ...]:
    """Those of a module, wherever in it; each module is asked for them by half a dozen tests."""
    return tuple(node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom))


def imports(module: Module, names: Iterable[str] = NAMES) -> set[str]:
    """The names that *module* imports, wherever in it; of *names*, a module rather than the package that it is in."""
    found: set[str] = set()
    for node in _import_statements(module.text):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        else:
            base = _base(module, node)
            parts = {f"{base}.{alias.name}" for alias in node.names}
            found.update(part if part in names else base for part in parts)
    return found


def _base(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.name.split(".")
    above = package[: len(package) - node.level + module.is_package]
    return ".".join([*above, *([node.module] if node.module else [])])


def is_in(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def room_of(name: str) -> str | None:
    return max((room for room in ROOMS if is_in(name, room)), key=len, default=None)


def wrong_arrows(module: Module, names: Iterable[str] = NAMES) -> list[str]:
    """What *module* imports of ours and may not."""
    room = room_of(module.name)
    if room is None:
        return [] if module.name == "server" and not imports(module) else [f"{module.name} is in no room"]
    ours = (name for name in sorted(imports(module, names)) if is_in(name, "server") or is_in(name, "qr"))
    allowed = (room, *ROOMS[room])
    return [
        f"{module.name} → {name}"
        for name in ours
        if not any(is_in(name, each) for each in allowed) and not _is_own_package(module, name)
    ]


def _is_own_package(module: Module, name: str) -> bool:
    """`from server.web import x` where x is no module: the package's own docstring, which holds nothing."""
    return name == module.name.rpartition(".")[0] and name in NAMES and not imports(_named(name))


def _named(name: str) -> Module:
    return next(module for module in MODULES if module.name == name)


def impurities(module: Module) -> list[str]:
    """What *module* imports or calls that reaches outside, waits, or differs from run to run."""
    found = sorted(name for name in imports(module) if name.partition(".")[0] in IMPURE)
    for node in ast.walk(ast.parse(module.text)):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if called in IMPURE_CALLS:
                found.append(f"{called}() in line {node.lineno}")
        elif isinstance(node, ast.Global | ast.AsyncFunctionDef | ast.Await):
            found.append(f"{type(node).__name__} in line {node.lineno}")
    return found


def cycle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """A circle of imports; empty when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as ex:
        found: list[str] = ex.args[1]
        return found
    return []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
class TestAModule:
    def test_its_arrows_point_down(self, module: Module) -> None:
        assert wrong_arrows(module) == []

    def test_it_is_pure_where_its_room_is(self, module: Module) -> None:
        if any(is_in(module.name, room) for room in PURE):
            assert impurities(module) == OWN_FILES.get(module.name, [])


def test_nothing_goes_in_circles() -> None:
    assert cycle({module.name: imports(module) & NAMES - {module.name} for module in MODULES}) == []


def test_the_rooms_themselves_do_not_go_in_circles() -> None:
    graph: dict[str, set[str]] = {}
    for module in MODULES:
        room = room_of(module.name)
        others = {room_of(name) for name in imports(module) & NAMES}
        graph.setdefault(room or module.name, set()).update(other for other in others if other and other != room)
    # The wall's door is a room inside another, for what it may not import.
    inner = {room: outer for room in ROOMS for outer in ROOMS if room != outer and is_in(room, outer)}
    merged: dict[str, set[str]] = {}
    for room, others_of in graph.items():
        outer = inner.get(room, room)
        merged.setdefault(outer, set()).update({inner.get(o, o) for o in others_of} - {outer})
    assert cycle(merged) == []


class TestControls:
    """Made-up modules that must be found out."""

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("server.symposium.polls", "from server.node import Node"),
            ("server.symposium.polls", "from server.intake.text import clean"),
            ("server.symposium.polls", "def f():\n    import server.web.site"),
            ("server.symposium.polls", "from ..journal import contract"),
            ("server.intake.text", "from server.symposium import state"),
            ("server.live.hub", "from server.symposium.state import State"),
            ("server.journal.sqlite", "import server.symposium.law"),
            ("server.web.wall", "from server.node import Node"),
            ("server.web.wall", "from server.symposium import views"),
            ("server.sources.mastodon.parse", "from server.node import Node"),
            ("server.sources.runner", "from server.web.site import Site"),
            ("server.cellar.wine", "from server.errors import FonteinError"),
            ("qr.codes", "from server.errors import FonteinError"),
        ],
    )
    def test_an_arrow_that_points_up_is_found(self, name: str, text: str) -> None:
        assert wrong_arrows(Module(name, text))

    @pytest.mark.parametrize(
        "text",
        [
            "import time",
            "from datetime import datetime",
            "import os.path",
            "from asyncio import sleep",
            "async def f():\n    pass",
            "def f(state):\n    return hash(state)",
            "def f(clock):\n    return clock.now()",
            "def f():\n    return open('x')",
        ],
    )
    def test_what_reaches_outside_is_found(self, text: str) -> None:
        assert impurities(Module("server.symposium.polls", text))

    def test_a_circle_is_found(self) -> None:
        assert cycle({"a": ["b"], "b": ["c"], "c": ["a"]})


# What the wall's door can reach: I1 and M1 of the trust plan.

FORBIDDEN = (State, Post, Node, views.DeskBook, views.DeskPost, views.StageBook, views.OwnPost)


def reached(start: object, forbidden: tuple[type, ...]) -> list[str]:
    """
    The way from *start* to the first object of a *forbidden* type, as types and the names that hold them.

    Empty when there is none.

    Modules, classes and the globals of functions are not entered: everything in a process can reach those.
    """
    seen = {id(start)}
    level: list[tuple[object, tuple[str, ...]]] = [(start, (type(start).__name__,))]
    while level:
        following = []
        for item, way in level:
            for label, each in _referents(item):
                if id(each) in seen or isinstance(each, type | types.ModuleType):
                    continue
                seen.add(id(each))
                steps = (*way, f"{label}{type(each).__name__}")
                if isinstance(each, forbidden):
                    return list(steps)
                following.append((each, steps))
        level = following
    return []


def _referents(item: object) -> Iterator[tuple[str, object]]:
    """What *item* holds: its attributes by name, and whatever else the garbage collector knows of."""
    own: dict[str, object] = getattr(item, "__dict__", {})
    skipped = {id(own), id(sys.modules)}
    if isinstance(item, types.FunctionType):
        skipped |= {id(item.__globals__), id(item.__globals__.get("__builtins__"))}
    for name in {*own, *getattr(type(item), "__slots__", ())}:
        yield f".{name}: ", getattr(item, name, None)
    for each in gc.get_referents(item):
        if id(each) not in skipped:
            yield "", each


class Fountain(NamedTuple):
    """A hub with a view on each channel, made of one state, as a node makes them."""

    hub: Hub
    state: State
    books: dict[Audience, Any]


def fountain() -> Fountain:
    from server.symposium.law import replay

    state = replay(Play().records)
    books = {
        Audience.WALL: views.WallBook(),
        Audience.PHONE: views.PhoneBook(),
        Audience.DESK: views.DeskBook(),
        Audience.STAGE: views.StageBook(),
        Audience.REPORT: views.ReportBook(),
    }
    hub = Hub(epoch="e", now_us=lambda: 0)
    for audience, book in books.items():
        book.look(state)
        hub.channel(audience).publish(View(book.seq, book.items))
    return Fountain(hub, state, books)


class TestTheWallsDoor:
    async def test_it_reaches_no_state_no_queue_and_no_other_audience(self) -> None:
        hall = fountain()
        door = WallDoor(hall.hub.channel(Audience.WALL))

        assert reached(door, (views.WirePost,)), "the view itself must be there, or this proves nothing"
        assert reached(door, FORBIDDEN) == []

    async def test_its_book_keeps_no_state(self) -> None:
        hall = fountain()
        assert reached(hall.books[Audience.WALL], FORBIDDEN) == []

    async def test_control_the_desks_door_would_reach_the_queue(self) -> None:
        hall = fountain()
        assert reached(WallDoor(hall.hub.channel(Audience.DESK)), FORBIDDEN)

    async def test_control_a_back_reference_is_found(self) -> None:
        """As by a callback that is a method of something that knows all channels."""
        hall = fountain()
        channel = hall.hub.channel(Audience.WALL)
        channel._on_pressure = hall.hub.sweep

        way = reached(WallDoor(channel), FORBIDDEN)

        assert way[0] == "WallDoor"
        assert any("Hub" in step for step in way)
        assert way[-1].endswith("DeskPost")


def test_the_search_says_by_which_way() -> None:
    class Box:
        def __init__(self, content: object) -> None:
            self.content = content

    way = reached(Box([Box(State())]), (State,))

    assert way == ["Box", ".content: list", "Box", ".content: State"]

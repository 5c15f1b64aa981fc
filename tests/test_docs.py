"""
The documents say what the program does: everything that somebody can set, call, send or meet has its place in them.

Each check is a function that lists what is missing, so that the last tests can show that it notices.
"""

from __future__ import annotations

import argparse
import ast
import functools
import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
from aiohttp import web

from server import cli
from server.blobs.images import Reason as PictureReason
from server.config import Config
from server.intake import rules
from server.live import frames
from server.papers.inspection import Reason as PaperReason
from server.symposium import entries, posts, views
from server.symposium.entries import Entry, Record
from server.symposium.hall_views import HallPages
from server.symposium.law import replay
from server.symposium.values import (
    OPERATOR,
    Decision,
    Hold,
    Policy,
    PollId,
    PollKind,
    PostBody,
    Reason,
    Role,
    RuleId,
    Scene,
    Status,
)
from server.web import desk, metrics, openapi, problems, routes
from server.web.site import Site
from tools import addresses, suite

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
README_LINES = 100

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ELSEWHERE = re.compile(r"https?://|mailto:")
_REGISTRY = re.compile(r"\b(?:pypi|pythonhosted|npmjs|crates)\.(?:org|com|io)\b|--(?:extra-)?index-url|registry=")
_MACHINE = re.compile(r"(?<![\w.:/-])/(?:work|tmp|root|home|Users|opt)/")
_PYTEST_FLAGS = {"-k", "--seed", "-q", "-x"}


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def reference(name: str) -> str:
    return text_of(REFERENCE / f"{name}.md")


def sections(text: str) -> dict[str, str]:
    """What stands under each heading, by the heading's text without backticks."""
    parts = _HEADING.split(text)
    return {name.replace("`", "").strip(): body for name, body in zip(parts[1::2], parts[2::2], strict=True)}


def words_in_code(text: str) -> set[str]:
    """Every name that stands in backticks, also one of several in the same pair."""
    without_blocks = _FENCE.sub("", text)
    return {word for code in re.findall(r"`([^`\n]+)`", without_blocks) for word in re.findall(r"[\w.-]+", code)}


def unmentioned(names: Iterable[str], text: str) -> list[str]:
    known = words_in_code(text)
    return sorted(name for name in set(names) if name not in known)


# What there is


POLL = PollId("p")


def view_keys() -> set[str]:
    """The families of keys of all views, of a symposium in which everything has happened."""
    body = msgspec.json.encode(PostBody(salt="0" * 32, text="x"))
    target = entries.Target(post=cast("Any", "a"), revision=1, digest="d")
    happened = [
        Entry(entries.SymposiumMade(slug="proef", short="PR", languages=("nl",)), b'{"title":"Proef"}'),
        *(
            Entry(
                entries.PostArrived(
                    post=cast("Any", post),
                    source=cast("Any", "phone"),
                    network="phone",
                    author=cast("Any", post),
                    digest="d",
                    seen=0,
                    verdict=Hold(rule=rules.POLICY),
                ),
                body,
            )
            for post in ("a", "b")
        ),
        Entry(entries.Decided(by=OPERATOR, decision=Decision.SHOW, posts=(target,))),
        Entry(entries.QuestionSet(by=OPERATOR, post=target.post, on=True)),
        Entry(entries.PollSet(by=OPERATOR, poll=POLL, form=entries.PollForm(kind=PollKind.WORDS)), b'{"title":{}}'),
        Entry(entries.PollOpened(by=OPERATOR, poll=POLL)),
    ]
    state = replay(Record(seq, seq, entry.head, entry.body) for seq, entry in enumerate(happened, 1))
    found: set[str] = set()
    hall = HallPages()
    hall.look(state)
    for make in (views.WallBook, views.PhoneBook, views.DeskBook, views.StageBook, views.ChairBook):
        book = make(hall=hall)
        book.look(state)
        found |= {key.partition(":")[0] for key in book.items}
    return found


def wire_structs(base: type = views._Wire) -> Iterator[type[msgspec.Struct]]:
    found: list[type] = base.__subclasses__()
    for each in found:
        yield each
        yield from wire_structs(each)


@functools.cache
def problem_codes() -> frozenset[str]:
    """Every code that the server's own text gives to an error."""
    found = set(desk._SENTENCES) | set(problems._BAD_INPUT_STATUS)
    found |= {f"picture-{reason}" for reason in PictureReason}
    found |= {f"paper-{reason}" for reason in PaperReason}
    for path in (ROOT / "server").rglob("*.py"):
        if "sources" not in path.relative_to(ROOT).parts:
            found |= codes_in(text_of(path))
    return frozenset(found)


def codes_in(source: str) -> set[str]:
    """The literals of `code="…"` in calls, of `code = "…"` in classes, and of cases in a `match` of a code."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "code" and isinstance(node.value, ast.Constant):
            found.add(node.value.value)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            is_code = [t.id for t in node.targets if isinstance(t, ast.Name)] == ["code"]
            found |= {node.value.value} if is_code else set()
        if isinstance(node, ast.Match) and ast.unparse(node.subject).rpartition(".")[2] == "code":
            patterns = (case.pattern for case in node.cases)
            found |= {ast.literal_eval(each.value) for each in patterns if isinstance(each, ast.MatchValue)}
    return {code for code in found if isinstance(code, str)}


def found_codes() -> set[str]:
    """What a rule can say that it found: literals in the checks, the tricks of links, kinds of personal data."""
    intake = ROOT / "server" / "intake"
    found = set()
    for node in ast.walk(ast.parse(text_of(intake / "checks.py"))):
        if isinstance(node, ast.keyword) and node.arg == "what" and isinstance(node.value, ast.Constant):
            found.add(node.value.value)
    for node in ast.walk(ast.parse(text_of(intake / "links.py"))):
        if isinstance(node, ast.FunctionDef) and node.name == "trick":
            returns = (n.value for n in ast.walk(node) if isinstance(n, ast.Return))
            found |= {value.value for value in returns if isinstance(value, ast.Constant)}
    found |= set(re.findall(r'^        \("([a-z-]+)", ', text_of(intake / "personal.py"), re.MULTILINE))
    return {code for code in found if isinstance(code, str)}


def rule_ids() -> set[str]:
    return {*rules.ORDER, rules.POLICY, rules.UNSIGNED, posts.EDITED, posts.OVERTAKEN}


def page_addresses() -> set[str]:
    app = web.Application()

    async def nothing(request: web.Request) -> web.Response:
        return web.Response()

    site = SimpleNamespace(assets=SimpleNamespace(serve=nothing))
    app.add_routes(routes._pages(cast("Site", site)))
    return {resource.canonical for resource in app.router.resources()}


def flags_of(parser: argparse.ArgumentParser) -> set[str]:
    return {flag for action in parser._actions for flag in action.option_strings if flag.startswith("--")} - {"--help"}


def verbs() -> dict[str, argparse.ArgumentParser]:
    subparsers = [a for a in cli._parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return {**subparsers[0].choices, "test": suite._parser()}


# The reference has it all


def test_each_setting_has_a_heading_with_its_default_and_its_variable() -> None:
    found = sections(reference("config"))
    for name, default in zip(Config.__struct_fields__, Config.__struct_defaults__, strict=True):
        assert name in found, f"config.md has no heading for {name}"
        said = "empty" if default == "" else f"`{default}`".lower() if isinstance(default, bool) else f"`{default}`"
        assert f"Default: {said}" in found[name], f"config.md does not say that {name} is {said} by default"
        assert f"FONTEIN_{name.upper()}" in found[name] or name == "data"


def test_each_verb_has_a_heading_and_each_flag_a_place_below_it() -> None:
    found = sections(reference("commands"))
    for verb, parser in verbs().items():
        below = found[f"run.py {verb}"] + (found["run.py serve"] if verb == "demo" else "")
        assert unmentioned(flags_of(parser), below) == [], f"flags of run.py {verb}"
    assert {"run.py check", "run.py bench"} <= found.keys()


def test_each_benchmark_is_named() -> None:
    names = {p.stem for p in (ROOT / "tests" / "bench").glob("*.py") if "def main(" in text_of(p)}
    assert [n for n in sorted(names) if f"bench {n}" not in reference("commands") and not n.endswith("_server")] == []


def test_each_live_message_has_a_heading_and_names_its_keys() -> None:
    found = sections(reference("live-messages"))
    for message in (frames.Snapshot, frames.Changes, frames.Own, frames.Cover, frames.Pulse, frames.Tick, frames.Bye):
        tag = str(message.__struct_config__.tag)
        assert tag in found
        assert unmentioned(message.__struct_encode_fields__, found[tag]) == [], f"keys of {tag}"


def test_each_family_of_view_keys_has_a_heading() -> None:
    headings = {name.partition(":")[0] for name in sections(reference("live-messages"))}
    assert sorted(view_keys() - headings) == []
    assert {"symposium", "post", "counts", "last", "figures", "source"} <= view_keys()


def test_each_field_of_a_view_is_named() -> None:
    fields = {field for struct in wire_structs() for field in struct.__struct_encode_fields__}
    assert unmentioned(fields, reference("live-messages")) == []


def test_each_kind_of_entry_has_a_heading_and_names_its_fields() -> None:
    found = sections(reference("journal"))
    for head in entries.AnyHead.__args__:
        kind = str(head.__struct_config__.tag)
        assert kind in found, f"journal.md has no heading for {kind}"
        assert unmentioned(head.__struct_fields__, found[kind]) == [], f"fields of {kind}"


def test_each_field_of_a_body_is_named() -> None:
    bodies = (PostBody, *(each for name, each in vars(entries).items() if name.endswith("Body")))
    assert unmentioned([f for body in bodies for f in body.__struct_fields__], reference("journal")) == []


def test_each_rule_and_each_thing_it_finds_is_named() -> None:
    page = reference("rules")
    assert unmentioned(rule_ids(), page) == []
    assert unmentioned(found_codes(), page) == []
    assert len(found_codes()) > 15, "the codes are no longer where this test looks for them"


def test_the_rules_stand_in_the_order_in_which_they_are_asked() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \|", reference("rules"), re.MULTILINE)
    assert tuple(rows[: len(rules.ORDER)]) == rules.ORDER


@pytest.mark.parametrize(("page", "values"), [
    ("rules", Policy), ("rules", Reason), ("http-api", Decision), ("http-api", Policy), ("http-api", Scene),
    ("live-messages", Status), ("commands", Role),
])  # fmt: skip
def test_each_value_of_an_enumeration_is_said(page: str, values: type[Status]) -> None:
    text = reference(page)
    assert [value for value in values if not re.search(rf"\b{re.escape(value)}\b", text)] == []


def test_each_code_of_a_problem_is_named() -> None:
    assert unmentioned(problem_codes(), reference("http-api")) == []
    assert len(problem_codes()) > 60, "the codes are no longer where this test looks for them"


def test_each_operation_of_the_api_has_a_heading_and_no_other_does() -> None:
    operations = {f"{method.upper()} {path}" for path, each in openapi.build()["paths"].items() for method in each}
    headings = {name for name in sections(reference("http-api")) if " /v1/" in name}
    assert headings == operations


def test_each_page_has_its_address_in_the_table() -> None:
    page = reference("http-api")
    said = {re.sub(r"[?#].*", "", code) for code in re.findall(r"`(/[^`]*)`", page)}
    assert sorted(page_addresses() - said) == []


def test_each_metric_is_named() -> None:
    page = metrics.render(cast("Site", SimpleNamespace(halls={}))).decode()
    names = re.findall(r"^# TYPE (\w+)", page, re.MULTILINE)
    assert len(names) > 5
    assert unmentioned(names, reference("metrics")) == []


# Links, examples, and what has no place here


def anchors(text: str) -> set[str]:
    """As forges make them: lower case, spaces to hyphens, other signs away."""
    names = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(text))
    return set(names)


def broken_links(path: Path, text: str) -> list[str]:
    broken = []
    for link in _LINK.findall(_FENCE.sub("", text)):
        if _ELSEWHERE.match(link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve()
        if not target.exists() or (anchor and anchor not in anchors(text_of(target) if file else text)):
            broken.append(link)
    return broken


def commands_in(text: str) -> list[str]:
    """Every `run.py` line of the blocks of code."""
    lines = (line.strip() for _, block in _FENCE.findall(text) for line in block.splitlines())
    return [re.sub(r"^.*\brun\.py", "", line) for line in lines if re.match(r"(?:ExecStart=\S+|python3) run\.py", line)]


def wrong_commands(text: str) -> list[str]:
    return [line for line in commands_in(text) if not _is_command(shlex.split(line, comments=True))]


def _is_command(words: list[str]) -> bool:
    verb = words[0] if words and not words[0].startswith("-") else "serve"
    if verb == "check":
        return len(words) == 1
    if verb == "bench":
        return (ROOT / "tests" / "bench" / f"{words[1]}.py").exists()
    if verb == "test":
        _, rest = suite._parser().parse_known_args(words[1:])
        return {word for word in rest if word.startswith("-")} <= _PYTEST_FLAGS
    try:
        cli._parser().parse_args([verb, *(words[1:] if words and words[0] == verb else words)])
    except SystemExit:
        return False
    return True


def strays(name: str, text: str) -> list[str]:
    """Addresses of registries, and paths of somebody's machine."""
    lines = enumerate(text.splitlines(), 1)
    own = [f"{name}:{n}" for n, line in lines if _REGISTRY.search(line) or _MACHINE.search(line)]
    return own + addresses.findings(name, text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_has_no_broken_link_wrong_command_or_stray_address(path: Path) -> None:
    text = text_of(path)
    assert broken_links(path, text) == []
    assert wrong_commands(text) == []
    assert strays(path.relative_to(ROOT).as_posix(), text) == []


def test_the_readme_is_short_and_shows_a_wall() -> None:
    readme = text_of(ROOT / "README.md")
    assert len(readme.splitlines()) < README_LINES
    wall = "wall-fontein-dark-1920x1080-en.webp"
    assert f"(docs/images/{wall})" in readme
    assert (DOCS / "images" / wall).stat().st_size <= 400 * 1024


def test_the_readme_leads_to_every_page() -> None:
    links = {(ROOT / link.partition("#")[0]).resolve() for link in _LINK.findall(text_of(ROOT / "README.md"))}
    kinds = ("tutorials", "how-to", "reference", "explanation")
    assert [p for kind in kinds for p in sorted((DOCS / kind).glob("*.md")) if p not in links] == []


def test_a_decision_has_its_four_parts_and_a_number_of_its_own() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    assert [p.name[:4] for p in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]
    for page in pages:
        assert {"Status", "Context", "Decision", "Consequences"} <= sections(text_of(page)).keys(), page.name


# The checks above notice: each with something that is wrong


def test_a_name_that_is_only_prose_does_not_count_as_named() -> None:
    assert unmentioned(["port", "host"], "The port is `host`.") == ["port"]


def test_a_code_of_the_program_that_nobody_wrote_down_is_noticed() -> None:
    codes = codes_in(
        'raise BadInput("no", code="brand-new")\n'
        'class A(E):\n    code = "newer"\n'
        'match outcome.code:\n    case "newest-of-all":\n        pass\n'
    )
    assert unmentioned(codes, reference("http-api")) == ["brand-new", "newer", "newest-of-all"]


def test_an_undocumented_rule_is_noticed() -> None:
    assert unmentioned([*rule_ids(), RuleId("weather")], reference("rules")) == ["weather"]


def test_broken_links_are_noticed() -> None:
    text = "# A b\n[x](gone.md) [y](#a-b) [z](#c) [w](README.md#no-such) [v](https://example.org/)"
    assert broken_links(ROOT / "x.md", text) == ["gone.md", "#c", "README.md#no-such"]


@pytest.mark.parametrize("line", [
    "dmeo", "demo --sped 2", "new slug", "badge slug king --name A", "test --instal", "check --all", "bench weather",
    "--colour red",
])  # fmt: skip
def test_wrong_commands_are_noticed(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert wrong_commands(f"```sh\npython3 run.py {line}\n```\n") == [f" {line}"]
    capsys.readouterr()


@pytest.mark.parametrize("parts", [
    ("pip install --index", "-url x"), ("see pypi", ".org"), ("cd /wo", "rk/thing"), ("look in /ho", "me/anna/x"),
    ("open /t", "mp/x"),
])  # fmt: skip
def test_stray_addresses_are_noticed(parts: tuple[str, ...]) -> None:
    # In parts: this file is itself looked through for such lines.
    assert strays("docs/x.md", "".join(parts)) != []

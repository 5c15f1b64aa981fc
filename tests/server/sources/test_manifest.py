from __future__ import annotations

import random
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from server.errors import BadInput, NotFound
from server.sources.contract import Tools
from server.sources.manifest import BUILT_IN, facts_of, load, maker, networks, read_manifest
from server.sources.mastodon import options as mastodon_options
from server.sources.runner import SourceConfig
from server.symposium.values import SourceId

_PLUGIN = """
id = "{id}"
name = "Echo"
version = "1"
homepage = "https://echo.example/"
[summary]
nl = "Zegt niets."
en = "Says nothing."
[facts]
live = true
deletes = "none"
third_country = ""
cost = {{ nl = "Niets.", en = "Nothing." }}
needs = {{ nl = "Niets.", en = "Nothing." }}
"""


_OPTION = """
[[options]]
name = "it"
type = "{type}"
label = {{ nl = "Het", en = "It" }}
help = {{ nl = "Vul in.", en = "Fill in." }}
"""


def _plugin(
    place: Path,
    *,
    name: str = "echo",
    id_: str = "echo",
    code: str = "def create(*a): return a[:2]",
    more: str = "",
) -> Path:
    folder = place / name
    folder.mkdir()
    (folder / "manifest.toml").write_text(_PLUGIN.format(id=id_) + more)
    (folder / "__init__.py").write_text(code)
    return folder


@pytest.mark.parametrize("folder", networks().values(), ids=lambda folder: folder.name)
def test_built_in_network_has_a_manifest_a_readme_and_only_create(folder: Path) -> None:
    manifest = read_manifest(folder)
    module = __import__(f"server.sources.{folder.name}", fromlist=["create"])

    assert (folder / "README.md").is_file()
    assert module.__all__ == ["create"]
    assert callable(load(folder))
    texts = [manifest.summary, manifest.facts.cost, manifest.facts.needs]
    texts += [text for option in manifest.options for text in (option.label, option.help)]
    texts += [choice.label for option in manifest.options for choice in option.choices]
    assert [text for text in texts if set(text) != {"nl", "en"} or not all(text.values())] == []


def test_mastodon_manifest_names_the_options_that_its_code_reads() -> None:
    options = {option.name: option for option in read_manifest(BUILT_IN / "mastodon").options}
    fields = {field.name: field for field in msgspec.structs.fields(mastodon_options._Given)}

    assert set(options) == set(fields)
    assert {name for name, option in options.items() if option.required} == {
        name for name, field in fields.items() if field.required
    }
    assert options["servers"].most == mastodon_options.MAX_SERVERS
    assert options["tags"].most == mastodon_options.MAX_TAGS
    interval = options["poll_interval_s"]
    assert (interval.least, interval.most) == (mastodon_options.MIN_POLL_S, mastodon_options.MAX_POLL_S)


def test_plug_in_comes_by_the_same_door(tmp_path: Path) -> None:
    _plugin(tmp_path)
    folders = networks([tmp_path])
    tools = Tools(session=cast("Any", None), now=lambda: 0.0, rng=random.Random(1))
    config = SourceConfig(id=SourceId("echo-1"), network="echo", options={"a": 1})

    assert cast("Any", maker(folders, tools)(config)) == ("echo-1", {"a": 1})
    with pytest.raises(NotFound):
        maker(networks(), tools)(config)


def test_plug_in_cannot_replace_a_built_in_network(tmp_path: Path) -> None:
    _plugin(tmp_path, name="mastodon", id_="mastodon")

    assert networks([tmp_path])["mastodon"] == BUILT_IN / "mastodon"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"name": "one", "id_": "another"}, id="other-id"),
        pytest.param({"name": "two", "id_": 'two"\nnonsense = "x'}, id="unknown-key"),
        pytest.param({"name": "three", "id_": "three", "code": "create = 7"}, id="no-create"),
        pytest.param({"name": "four", "id_": "four", "code": "1/0"}, id="code-that-fails"),
        pytest.param({"name": "fi-ve", "id_": "fi-ve"}, id="no-name"),
        pytest.param({"name": "six", "id_": "six", "more": "deletes = true"}, id="facts-of-another-type"),
        pytest.param({"name": "seven", "id_": "seven", "more": _OPTION.format(type="choice")}, id="no-choices"),
        pytest.param(
            {"name": "eight", "id_": "eight", "more": _OPTION.format(type="secrets")}, id="secrets-of-nothing"
        ),
        pytest.param({"name": "nine", "id_": "nine", "more": _OPTION.format(type="colour")}, id="unknown-type"),
        pytest.param(
            {"name": "ten", "id_": "ten", "more": _OPTION.format(type="text") + 'only = { who = ["a"] }\n'},
            id="only-with-no-choice",
        ),
    ],
)
def test_plug_in_that_cannot_be_used_is_named(tmp_path: Path, changes: dict[str, str]) -> None:
    folder = _plugin(tmp_path, **changes)

    with pytest.raises(BadInput, match=folder.name):
        load(folder)


@pytest.mark.parametrize("fact", ["live", "deletes", "third_country", "cost", "needs"])
def test_network_that_keeps_a_fact_to_itself_is_refused(tmp_path: Path, fact: str) -> None:
    """The organiser is told of all of them before anything is filled in."""
    lines = _PLUGIN.format(id="echo").splitlines()
    (line,) = (line for line in lines if line.startswith(f"{fact} ="))

    whole = _plugin(tmp_path)
    assert read_manifest(whole).facts.deletes == "none"
    (whole / "manifest.toml").write_text("\n".join(each for each in lines if each != line))

    with pytest.raises(BadInput, match=fact):
        read_manifest(whole)


_WHO = """
[[options]]
name = "who"
type = "choice"
default = "us"
label = { nl = "Wie", en = "Who" }
help = { nl = "Kies.", en = "Choose." }
[[options.choices]]
value = "us"
label = { nl = "Wij", en = "Us" }
[[options.choices]]
value = "them"
label = { nl = "Zij", en = "Them" }
facts = { third_country = "US", needs = { nl = "Een contract.", en = "A contract." } }
"""


@pytest.mark.parametrize(
    ("options", "country", "needs"),
    [
        pytest.param({"who": "them"}, "US", "A contract.", id="chosen"),
        pytest.param({"who": "us"}, "", "Nothing.", id="another"),
        pytest.param({}, "", "Nothing.", id="left-at-its-default"),
        pytest.param({"who": ["them"]}, "", "Nothing.", id="nonsense"),
    ],
)
def test_what_is_chosen_may_have_other_facts(
    tmp_path: Path, options: dict[str, object], country: str, needs: str
) -> None:
    manifest = read_manifest(_plugin(tmp_path, more=_WHO))

    facts = facts_of(manifest, options)

    assert (facts.third_country, facts.needs["en"], facts.deletes) == (country, needs, "none")


def test_choice_with_an_unknown_fact_is_refused(tmp_path: Path) -> None:
    folder = _plugin(tmp_path, more=_WHO.replace("third_country", "price"))

    with pytest.raises(BadInput, match="price"):
        read_manifest(folder)


@pytest.mark.parametrize("type_", ["words", "text", "secret", "seconds", "moment", "switch", "agreement"])
def test_manifest_knows_each_type_of_option(tmp_path: Path, type_: str) -> None:
    folder = _plugin(tmp_path, more=_OPTION.format(type=type_))

    assert [option.type for option in read_manifest(folder).options] == [type_]


def test_verify_token_stands_on_the_form_with_whatsapp_alone() -> None:
    options = {option.name: option for option in read_manifest(BUILT_IN / "webhook").options}

    assert {name: option.only for name, option in options.items()} == {
        "profile": {},
        "secret": {},
        "verify_token": {"profile": ("whatsapp",)},
    }


def test_plug_ins_of_one_name_in_two_data_folders_are_two_programs(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = _plugin(tmp_path / "one", code="def create(*a): return 'one'")
    two = _plugin(tmp_path / "two", code="def create(*a): return 'two'")

    said = [cast("Any", load(folder))() for folder in (one, two, one)]

    assert said == ["one", "two", "one"]

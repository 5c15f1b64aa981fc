from __future__ import annotations

import random
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from server.errors import BadInput, NotFound
from server.sources.contract import Tools
from server.sources.manifest import BUILT_IN, load, maker, networks, read_manifest
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
"""


def _plugin(place: Path, *, name: str = "echo", id_: str = "echo", code: str = "def create(*a): return a[:2]") -> Path:
    folder = place / name
    folder.mkdir()
    (folder / "manifest.toml").write_text(_PLUGIN.format(id=id_))
    (folder / "__init__.py").write_text(code)
    return folder


@pytest.mark.parametrize("folder", networks().values(), ids=lambda folder: folder.name)
def test_built_in_network_has_a_manifest_a_readme_and_only_create(folder: Path) -> None:
    manifest = read_manifest(folder)
    module = __import__(f"server.sources.{folder.name}", fromlist=["create"])

    assert (folder / "README.md").is_file()
    assert module.__all__ == ["create"]
    assert callable(load(folder))
    for text in (manifest.summary, *(each for option in manifest.options for each in (option.label, option.help))):
        assert set(text) == {"nl", "en"}


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
    ],
)
def test_plug_in_that_cannot_be_used_is_named(tmp_path: Path, changes: dict[str, str]) -> None:
    folder = _plugin(tmp_path, **changes)

    with pytest.raises(BadInput, match=folder.name):
        load(folder)

"""Which networks there are: a folder each, with a `manifest.toml` and `create`; a stranger's comes by the same door."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec

from server.errors import BadInput, NotFound
from server.sources.door import contained

if TYPE_CHECKING:
    from server.sources.contract import Create, Source, Tools
    from server.sources.runner import SourceConfig

BUILT_IN = Path(__file__).parent

Text = dict[Literal["nl", "en"], str]
Deletes = Literal["live", "recheck", "none"]


class Otherwise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which `Facts` are otherwise once something is chosen."""

    live: bool | msgspec.UnsetType = msgspec.UNSET
    deletes: Deletes | msgspec.UnsetType = msgspec.UNSET
    third_country: str | msgspec.UnsetType = msgspec.UNSET
    cost: Text | msgspec.UnsetType = msgspec.UNSET
    needs: Text | msgspec.UnsetType = msgspec.UNSET

    @property
    def told(self) -> dict[str, Any]:
        """Those that are otherwise, by name."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value is not msgspec.UNSET}


class Choice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the values of a `choice`, what it is called, and what an organiser should know who takes it."""

    value: str
    label: Text
    facts: Otherwise = Otherwise()


class Option(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One thing that an organiser can set, for the form on the organiser's page.

    Args:
        type: `words` a list, `text` one line, `secret` one secret, `secrets` a secret for each of another option's
            words, `seconds` a whole number, `moment` as 2026-11-21T09:00+01:00, `choice` one of `choices`, `switch` on
            or off, `agreement` a switch that must be on.
        of: Of `secrets`: the name of the option whose words may have one each.
        choices: Of `choice`.
        place: Of `text`: it may say to which server a `secret` goes, which is asked again when that changes.
        only: It stands on the form only while each of these choices has one of these values; empty: always.
    """

    name: str
    type: Literal["words", "text", "secret", "secrets", "seconds", "moment", "choice", "switch", "agreement"]
    label: Text
    help: Text
    required: bool = False
    default: bool | int | str | list[str] | None = None
    least: int | None = None
    most: int | None = None
    of: str = ""
    choices: tuple[Choice, ...] = ()
    place: bool = True
    only: dict[str, tuple[str, ...]] = {}


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What an organiser should know of a network before anything is filled in.

    Args:
        live: Posts come within seconds.
        deletes: `live` the network tells of them, `recheck` we look again, `none` we never know.
        third_country: The country outside the EU where personal data go, as `US`; empty: none.
        cost, needs: One sentence: what it costs, and what the organiser must have.
        push: The network comes to us, at an address of the source's own; there is nothing to look at.
    """

    live: bool
    deletes: Deletes
    third_country: str
    cost: Text
    needs: Text
    push: bool = False


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What a network's folder says of itself.

    `export` is `link` where its terms let nobody keep the words of posts: a report then names only addresses.
    """

    id: str
    name: str
    version: str
    homepage: str
    summary: Text
    facts: Facts
    options: tuple[Option, ...] = ()
    export: Literal["full", "link"] = "full"


def read_manifest(folder: Path) -> Manifest:
    """
    Raises:
        BadInput: `manifest.toml` is not there, cannot be read, or names another folder.
    """
    path = folder / "manifest.toml"
    try:
        manifest = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Manifest)
    except (OSError, ValueError, msgspec.ValidationError) as ex:
        raise BadInput(f"{path}: {ex}", code="bad-manifest") from ex
    if manifest.id != folder.name or not manifest.id.isidentifier():
        raise BadInput(f'{path}: id must be the folder\'s name, "{folder.name}"', code="bad-manifest", field="id")
    words = {option.name for option in manifest.options if option.type == "words"}
    choices = {(option.name, choice.value) for option in manifest.options for choice in option.choices}
    for option in manifest.options:
        if option.type == "secrets" and option.of not in words:
            raise BadInput(f"{path}: secrets say of which option's words they are", code="bad-manifest", field="of")
        if bool(option.choices) != (option.type == "choice"):
            raise BadInput(f"{path}: a choice has choices, others have none", code="bad-manifest", field="choices")
        unknown = {(name, value) for name, values in option.only.items() for value in values} - choices
        if unknown or (option.only and option.required):
            raise BadInput(f"{path}: only names choices, of what may stay empty", code="bad-manifest", field="only")
    return manifest


def facts_of(manifest: Manifest, options: Mapping[str, object]) -> Facts:
    """
    The facts of a source that is set to *options*: who sends decides where a text message is kept.

    Args:
        options: As an organiser filled them in; what is left out is at its default.
    """
    facts = manifest.facts
    for option in manifest.options:
        chosen = options.get(option.name, option.default)
        for choice in option.choices:
            if choice.value == chosen:
                facts = msgspec.structs.replace(facts, **choice.facts.told)
    return facts


def networks(plugins: Iterable[Path] = ()) -> dict[str, Path]:
    """The folder of every network, by its id. *plugins* are folders of folders; a built-in one cannot be replaced."""
    found: dict[str, Path] = {}
    for place in (BUILT_IN, *plugins):
        for manifest in sorted(place.glob("*/manifest.toml")):
            found.setdefault(manifest.parent.name, manifest.parent)
    return found


def link_only(plugins: Iterable[Path] = ()) -> frozenset[str]:
    """
    The networks whose words may not be kept: those that say so, and those whose manifest cannot be read.

    Args:
        plugins: As for `networks`.
    """
    found = set()
    for network, folder in networks(plugins).items():
        try:
            export = read_manifest(folder).export
        except BadInput:
            export = "link"
        if export == "link":
            found.add(network)
    return frozenset(found)


def maker(folders: Mapping[str, Path], tools: Tools) -> Callable[[SourceConfig], Source]:
    """What the runner makes sources with. A network's code is loaded when it is first used."""

    def make(config: SourceConfig) -> Source:
        if config.network not in folders:
            raise NotFound(f"There is no network {config.network!r} here", code="unknown-network")
        create = load(folders[config.network])
        with contained():
            return create(config.id, config.options, tools)

    return make


def load(folder: Path) -> Create:
    """
    The `create` of a network's folder.

    Raises:
        BadInput: The manifest or the code can't be used.
    """
    manifest = read_manifest(folder)
    # Of the same name in another data folder it is another program.
    place = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:8]
    name = f"server.sources.{manifest.id}" if folder.parent == BUILT_IN else f"fontein_plugin_{manifest.id}_{place}"
    module = sys.modules.get(name) or _imported(name, folder)
    if not callable(create := getattr(module, "create", None)):
        raise BadInput(f"{folder}: __init__.py has no create()", code="bad-manifest")
    return cast("Create", create)


def _imported(name: str, folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise BadInput(f"{folder}: there is no __init__.py", code="bad-manifest")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as ex:
        del sys.modules[name]
        raise BadInput(f"{folder}: {type(ex).__name__}: {ex}", code="bad-manifest") from ex
    return module

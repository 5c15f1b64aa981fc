"""Where a server stands. Precedence: flag, environment, file, default. All problems are told at once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from server.errors import FonteinError

_ENVIRONMENT = "FONTEIN_"


class ConfigError(FonteinError):
    """The configuration cannot be used; the message has one line for each problem."""

    code = "config"


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    The settings of a server. Keys of `config.toml` in the data folder, `FONTEIN_<NAME>` in the environment, flags.

    Args:
        data: Folder with one folder for each symposium.
        host: Address to listen on; empty for all of this computer's, so that phones can come.
        port: 0 for a free one.
        public_url: How phones reach this server, as `https://fontein.example`; in every link and QR code.
        tls_cert: PEM file with the certificate and its chain.
        tls_key: PEM file with its key.
        trust_proxy: Address of the proxy before this server; only from there `X-Forwarded-*` is believed.
        browser: Open the first page at start.
        contact: For `security.txt` and the privacy page: `mailto:` or `https:`.
        organisation: Who is responsible, on the privacy page.
        archive: Folder, best on another disk, for an archive of each symposium at every interval; empty for none.
        archive_every_s: Seconds between two archives.
        archive_keep: So many of the newest archives stay, and the first.
        paper_mb: The largest file of a paper, in megabytes of 1,048,576 bytes.
        papers_mb: What all files of a symposium's papers may come to, in the same.
        clamd: Socket of a virus scanner, a path or host:port; empty for none.
    """

    data: str = "data"
    host: str = ""
    port: int = 8000
    public_url: str = ""
    tls_cert: str = ""
    tls_key: str = ""
    trust_proxy: str = ""
    browser: bool = True
    contact: str = ""
    organisation: str = ""
    archive: str = ""
    archive_every_s: int = 600
    archive_keep: int = 6
    paper_mb: int = 200
    papers_mb: int = 2_000
    clamd: str = ""

    @property
    def folder(self) -> Path:
        """The data folder."""
        return Path(self.data)

    @property
    def secure(self) -> bool:
        """Whether pages are reached over HTTPS, by our own certificate or a proxy's."""
        return bool(self.tls_cert) or self.public_url.startswith("https://")


def load(flags: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Config:
    """
    Put the settings together.

    Args:
        flags: What the command line says; None values were not given.
        environment: `os.environ` when None.

    Raises:
        ConfigError: Naming every problem: which setting, what is wrong, what to do.
    """
    environment = os.environ if environment is None else environment
    given = {key: value for key, value in flags.items() if value is not None}
    from_environment = _from_environment(environment)
    folder = Path(str(given.get("data") or from_environment.get("data") or "data"))
    values = {**_from_file(folder / "config.toml"), **from_environment, **given, "data": str(folder)}
    usable, problems = _converted(values)
    config = Config(**usable)
    problems += _problems(config)
    if problems:
        raise ConfigError("\n".join(problems))
    return config


def _converted(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The values that are of their setting's type, and what is wrong with the others."""
    types = {field.name: field.type for field in msgspec.structs.fields(Config)}
    usable, problems = {}, []
    for name, value in values.items():
        if name not in types:
            problems.append(f'there is no setting "{name}"; take it out')
            continue
        try:
            usable[name] = msgspec.convert(value, types[name], strict=False)
        except msgspec.ValidationError as ex:
            problems.append(f"{name} = {value!r}: {ex}")
    return usable, problems


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    names = {f"{_ENVIRONMENT}{name.upper()}": name for name in Config.__struct_fields__}
    return {name: environment[key] for key, name in names.items() if environment.get(key)}


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as ex:
        raise ConfigError(f"{path}: {ex}") from ex


def _problems(config: Config) -> list[str]:
    problems = []
    if not 0 <= config.port <= 65_535:
        problems.append(f"port {config.port} does not exist; choose 0 to 65535")
    if bool(config.tls_cert) != bool(config.tls_key):
        problems.append("tls_cert and tls_key belong together; give both or neither")
    for name in ("tls_cert", "tls_key"):
        path = getattr(config, name)
        if path and not Path(path).is_file():
            problems.append(f'{name}: there is no file "{path}"')
    if config.public_url and not _is_origin(config.public_url):
        problems.append(f'public_url "{config.public_url}" must be as https://fontein.example, without a path')
    problems += _archive_problems(config)
    problems += _paper_problems(config)
    if config.trust_proxy and not _is_address(config.trust_proxy):
        problems.append(f'trust_proxy "{config.trust_proxy}" must be an IP address')
    return problems


def _archive_problems(config: Config) -> list[str]:
    problems = []
    if config.archive and Path(config.archive).resolve().is_relative_to(config.folder.resolve()):
        problems.append(
            f'archive "{config.archive}" is in the data folder; choose a second place, best on another disk'
        )
    if not 10 <= config.archive_every_s <= 86_400:
        problems.append(f"archive_every_s = {config.archive_every_s}: choose 10 to 86400 seconds")
    if not 1 <= config.archive_keep <= 1_000:
        problems.append(f"archive_keep = {config.archive_keep}: choose 1 to 1000")
    return problems


def _paper_problems(config: Config) -> list[str]:
    problems = []
    if not 1 <= config.paper_mb <= 2_000:
        problems.append(f"paper_mb = {config.paper_mb}: choose 1 to 2000 megabytes")
    if config.papers_mb < config.paper_mb:
        problems.append(f"papers_mb = {config.papers_mb}: choose no less than paper_mb")
    if config.clamd and "/" not in config.clamd and not config.clamd.rpartition(":")[2].isdecimal():
        problems.append(f'clamd "{config.clamd}" must be the path of a socket, or as 127.0.0.1:3310')
    return problems


def _is_origin(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_name = bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that do not match, or a port that is none
        return False
    more = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    return parts.scheme in ("http", "https") and has_name and not more


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True

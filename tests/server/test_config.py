"""Where settings come from, who wins, and that all problems are told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.config import Config, ConfigError, load


def test_load_without_anything_gives_the_defaults() -> None:
    assert load({}, {}) == Config()


@pytest.mark.parametrize(
    ("flag", "environment", "file", "port"),
    [
        (1, "2", 3, 1),
        (None, "2", 3, 2),
        (None, None, 3, 3),
        (None, None, None, 8000),
        (None, "", 3, 3),
    ],
    ids=["flag", "environment", "file", "default", "empty-environment"],
)
def test_load_flag_before_environment_before_file_before_default(
    tmp_path: Path, flag: int | None, environment: str | None, file: int | None, port: int
) -> None:
    if file is not None:
        (tmp_path / "config.toml").write_text(f"port = {file}\n")
    variables = {} if environment is None else {"FONTEIN_PORT": environment}

    config = load({"data": str(tmp_path), "port": flag}, variables)

    assert config.port == port


def test_load_finds_the_file_in_the_folder_that_the_environment_names(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('organisation = "Gemeente Proefstad"\n')

    config = load({}, {"FONTEIN_DATA": str(tmp_path), "FONTEIN_BROWSER": "false"})

    assert (config.organisation, config.browser, config.folder) == ("Gemeente Proefstad", False, tmp_path)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"port": 70_000}, "port 70000"),
        ({"port": -1}, "port -1"),
        ({"port": "eighty"}, "port"),
        ({"tls_cert": "cert.pem"}, "belong together"),
        ({"tls_cert": "nowhere.pem", "tls_key": "nowhere.pem"}, 'no file "nowhere.pem"'),
        ({"public_url": "fontein.example"}, "https://fontein.example"),
        ({"public_url": "https://fontein.example/path"}, "without a path"),
        ({"public_url": "https://fontein.example?x"}, "without a path"),
        ({"public_url": "https://fontein.example#x"}, "without a path"),
        ({"public_url": "https://me:secret@fontein.example"}, "without a path"),
        ({"public_url": "https://fontein.example:port"}, "without a path"),
        ({"public_url": "https://["}, "without a path"),
        ({"public_url": "javascript:alert(1)"}, "without a path"),
        ({"trust_proxy": "proxy.example"}, "IP address"),
        ({"colour": "blue"}, "colour"),
    ],
    ids=str,
)
def test_load_refuses_what_cannot_be_and_says_what(values: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(values, {})

    assert words in refused.value.message


def test_load_tells_all_problems_at_once(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('colour = "blue"\ntrust_proxy = "proxy"\nbrowser = "perhaps"\n')

    with pytest.raises(ConfigError) as refused:
        load({"data": str(tmp_path), "port": 70_000}, {"FONTEIN_PUBLIC_URL": "nonsense", "FONTEIN_TLS_KEY": "key.pem"})

    lines = refused.value.message.splitlines()
    names = ("colour", "browser", "port", "tls_cert", "tls_key", "public_url", "trust_proxy")
    assert [name for name in names if not any(name in line for line in lines)] == []
    assert len(lines) == len(names)


def test_load_tells_which_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("port = ")

    with pytest.raises(ConfigError, match=r"config\.toml"):
        load({"data": str(tmp_path)}, {})


@pytest.mark.parametrize("content", [b"\xff\xfe", b"port = 1\nport = 2\n"], ids=["no-utf-8", "twice"])
def test_load_of_a_broken_file_is_a_problem_and_no_crash(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.toml").write_bytes(content)

    with pytest.raises(ConfigError):
        load({"data": str(tmp_path)}, {})

"""The secrets of a data folder: what is signed, what is hashed, and who may read the file."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.keyring import Keyring, SecretsDamaged, new_id, new_token, token_hash, write_private
from server.symposium.values import DeviceId, PostId


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring(tmp_path_factory.mktemp("keyring"))


def test_keyring_keeps_its_keys_over_a_restart(tmp_path: Path) -> None:
    first = Keyring(tmp_path)
    device, cookie = first.new_device()

    second = Keyring(tmp_path)

    assert second.device_of(cookie) == device
    assert second.receipt(PostId("p")) == first.receipt(PostId("p"))
    assert second.author("mastodon", "a@b") == first.author("mastodon", "a@b")


def test_keyrings_of_two_folders_share_nothing(tmp_path: Path) -> None:
    one, other = Keyring(tmp_path / "a"), Keyring(tmp_path / "b")
    _, cookie = one.new_device()

    assert other.device_of(cookie) is None
    assert one.author("mastodon", "a@b") != other.author("mastodon", "a@b")
    assert not other.is_receipt(PostId("p"), one.receipt(PostId("p")))


@pytest.mark.skipif(sys.platform == "win32", reason="modes mean nothing there")
def test_secrets_are_for_their_owner_only(tmp_path: Path) -> None:
    Keyring(tmp_path).set_secrets("dag", "mastodon-1", {"tokens": {"a": "geheim"}})

    assert stat.S_IMODE((tmp_path / "secrets.toml").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["secrets.toml"], "no temporary file is left"


@given(text=st.text(st.characters(codec=None), max_size=60))
def test_cookie_that_we_did_not_sign_proves_nothing(keyring: Keyring, text: str) -> None:
    """Whatever bytes a header holds, lone surrogates too."""
    assert keyring.device_of(text) is None
    assert keyring.device_of(f"{text}.{'a' * 26}") is None
    assert not keyring.is_receipt(PostId("p"), text)
    assert len(token_hash(text)) == 64


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c[1:],
        lambda c: c[:-1],
        lambda c: c + "a",
        lambda c: c.upper(),
        lambda c: "a" + c[1:] if c[0] != "a" else "b" + c[1:],
        lambda c: c.replace(".", ".."),
        lambda c: c.partition(".")[0],
        lambda c: "." + c.partition(".")[2],
    ],
)
def test_changed_cookie_proves_nothing(keyring: Keyring, change: Callable[[str], str]) -> None:
    _, cookie = keyring.new_device()

    assert keyring.device_of(change(cookie)) is None


def test_signature_of_a_device_is_no_receipt(keyring: Keyring) -> None:
    signature = keyring.device_cookie(DeviceId("same")).partition(".")[2]

    assert not keyring.is_receipt(PostId("same"), signature)


def test_identities_cannot_be_shifted_into_each_other(keyring: Keyring) -> None:
    """`("ab", "c")` and `("a", "bc")` are two people."""
    assert keyring.author("ab", "c") != keyring.author("a", "bc")
    assert keyring.identity("author", "a", "b") == keyring.author("a", "b"), "control: they are made in one way"


@given(token=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_token_of_a_network_survives_its_file(tmp_path_factory: pytest.TempPathFactory, token: str) -> None:
    folder = tmp_path_factory.mktemp("tokens")
    word = 'https://naam/"met" \\ en \n'
    Keyring(folder).set_secrets("dag", "mastodon-1", {"tokens": {word: token}})

    assert Keyring(folder).secrets("dag", "mastodon-1") == {"tokens": {word: token}}


def test_one_secret_and_secrets_of_words_are_told_apart(tmp_path: Path) -> None:
    kept: dict[str, str | dict[str, str]] = {"password": "een", "tokens": {"a/b": "twee", "c": "drie"}}
    Keyring(tmp_path).set_secrets("dag", "matrix-1", kept)

    assert Keyring(tmp_path).secrets("dag", "matrix-1") == kept


def test_secrets_of_networks_stand_sealed_in_the_file(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    keyring.set_secrets("dag", "mastodon-1", {"tokens": {"a": "kanarie"}})
    first = (tmp_path / "secrets.toml").read_text()
    keyring.set_secrets("dag", "mastodon-2", {"tokens": {"a": "kanarie"}})

    lines = [line for line in (tmp_path / "secrets.toml").read_text().splitlines() if line.startswith('"dag/')]

    assert "kanarie" not in first
    assert len({line.partition(" = ")[2] for line in lines}) == 2, "the same secret twice does not look the same"
    assert keyring.keys.decode() in first, "control: the keys themselves are there to be read"
    assert b"seal" not in keyring.keys, "an archive cannot open them"


def test_plain_tokens_of_an_earlier_release_are_read_and_sealed(tmp_path: Path) -> None:
    keys = Keyring(tmp_path / "new").keys.decode()
    file = tmp_path / "secrets.toml"
    file.write_text(f'{keys}[tokens]\n"dag/mastodon-1/tokens/a" = "kanarie"\n')

    keyring = Keyring(tmp_path)

    assert keyring.secrets("dag", "mastodon-1") == {"tokens": {"a": "kanarie"}}
    assert "kanarie" not in file.read_text()
    assert Keyring(tmp_path).secrets("dag", "mastodon-1") == {"tokens": {"a": "kanarie"}}
    assert Keyring(tmp_path).keys.decode() == keys


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("mastodon-1", "mastodon-2"), id="moved-to-another-source"),
        pytest.param(lambda text: re.sub(r'(?<=tokens/a" = ")....', "AAAA", text), id="changed"),
        pytest.param(lambda text: re.sub(r'(?<=tokens/a" = ").*(?=")', "A", text), id="cut-short"),
        pytest.param(lambda text: re.sub(r"seal_key.*", "", text), id="without-its-key"),
    ],
)
def test_sealed_secret_that_was_touched_is_told_by_its_name(tmp_path: Path, change: Callable[[str], str]) -> None:
    Keyring(tmp_path).set_secrets("dag", "mastodon-1", {"tokens": {"a": "kanarie"}})
    file = tmp_path / "secrets.toml"
    file.write_text(touched := change(file.read_text()))

    with pytest.raises(SecretsDamaged, match="tokens/a"):
        Keyring(tmp_path)

    assert file.read_text() == touched


def test_forgotten_token_is_gone_from_the_file(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    keyring.set_secrets("dag", "mastodon-1", {"tokens": {"a": "kanarie"}})
    keyring.set_secrets("dag", "mastodon-10", {"tokens": {"a": "van een ander"}})

    keyring.set_secrets("dag", "mastodon-1", {})

    assert keyring.secrets("dag", "mastodon-1") == {}
    assert Keyring(tmp_path).secrets("dag", "mastodon-10") == {"tokens": {"a": "van een ander"}}
    assert "mastodon-1/" not in (tmp_path / "secrets.toml").read_text()


@pytest.mark.parametrize("content", [b"sign_key = ", b"\xff", b'sign_key = "xyz"\nhash_key = "00"\n'])
def test_damaged_secrets_are_told_and_not_overwritten(tmp_path: Path, content: bytes) -> None:
    """New keys would make strangers of all devices: that is for a person to decide."""
    (tmp_path / "secrets.toml").write_bytes(content)

    with pytest.raises(SecretsDamaged, match=r"secrets\.toml"):
        Keyring(tmp_path)

    assert (tmp_path / "secrets.toml").read_bytes() == content


def test_tokens_and_ids_are_long_and_never_the_same() -> None:
    assert len({new_token() for _ in range(1_000)}) == 1_000
    assert (len(new_token()), len(new_id())) == (32, 16)


class TestWritePrivate:
    def test_names_are_durable_after_the_bytes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        log: list[str] = []
        fsync = os.fsync

        def logged(fd: int) -> None:
            log.append("folder" if stat.S_ISDIR(os.fstat(fd).st_mode) else "file")
            fsync(fd)

        monkeypatch.setattr(os, "fsync", logged)

        write_private(tmp_path / "secrets.toml", "een")

        assert log == ["file", "folder"]
        assert stat.S_IMODE((tmp_path / "secrets.toml").stat().st_mode) == 0o600

    @pytest.mark.parametrize("failing", ["fsync", "replace"])
    def test_what_fails_leaves_nothing_of_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
    ) -> None:
        path = tmp_path / "secrets.toml"
        write_private(path, "hoe het was")

        def fails(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os if failing == "fsync" else Path, failing, fails)
        with pytest.raises(OSError, match="No space"):
            write_private(path, "een geheim")

        assert [each.name for each in tmp_path.iterdir()] == ["secrets.toml"]
        assert path.read_text() == "hoe het was"

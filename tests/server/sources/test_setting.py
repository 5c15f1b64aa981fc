"""What an organiser filled in for a source, read as its manifest says."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.manifest import Choice, Facts, Manifest, Option
from server.sources.setting import MAX_SECRET_CHARS, MAX_TEXT_CHARS, MAX_WORDS, Setting, read_options

BOTH: dict[Any, str] = {"nl": "x", "en": "x"}
FACTS = Facts(live=True, deletes="live", third_country="", cost=BOTH, needs=BOTH)


def option(name: str, type_: Any, **more: Any) -> Option:
    return Option(name=name, type=type_, label=BOTH, help=BOTH, **more)


def manifest(*options: Option, push: bool = False) -> Manifest:
    facts = msgspec.structs.replace(FACTS, push=push)
    return Manifest(id="x", name="X", version="1", homepage="", summary=BOTH, facts=facts, options=options)


EVERYTHING = manifest(
    option("tags", "words"),
    option("rooms", "words"),
    option("server", "text"),
    option("password", "secret"),
    option("keys", "secrets", of="rooms"),
    option("pause", "seconds", least=2, most=9),
    option("since", "moment"),
    option("how", "choice", choices=(Choice(value="all", label=BOTH), Choice(value="some", label=BOTH))),
    option("replies", "switch"),
)


def test_each_type_is_read_and_secrets_are_apart() -> None:
    setting = read_options(
        EVERYTHING,
        {
            "tags": ["#dag", " ＃Dag ", "dag", ""],
            "rooms": ["#hal:a.example", "zaal"],
            "server": "  a.example ",
            "password": " geheim ",
            "keys": {"zaal": "sleutel"},
            "pause": 5,
            "since": "2026-11-21T09:00+01:00",
            "how": "some",
            "replies": False,
        },
    )

    assert setting.options == {
        "tags": ("dag", "Dag"),
        "rooms": ("#hal:a.example", "zaal"),
        "server": "a.example",
        "pause": 5,
        "since": "2026-11-21T09:00:00+01:00",
        "how": "some",
        "replies": False,
    }
    assert setting.secrets == {"password": "geheim", "keys": {"zaal": "sleutel"}}
    assert "geheim" not in repr(setting)
    assert "sleutel" not in repr(setting)
    assert "a.example" in repr(setting), "control: options are printed"


def test_what_is_left_empty_is_left_out() -> None:
    empty = {"tags": [], "server": "", "password": "", "keys": {}, "since": "", "how": ""}

    assert read_options(EVERYTHING, empty) == Setting()
    assert read_options(EVERYTHING, {}) == Setting()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("server", 5),
        ("server", "two\nlines"),
        ("server", "a\u202eb"),
        ("server", "x" * (MAX_TEXT_CHARS + 1)),
        ("password", 5),
        ("password", "x" * (MAX_SECRET_CHARS + 1)),
        ("password", "a\nb"),
        ("password", {"a": "b"}),
        ("keys", {"elsewhere": "a"}),
        ("keys", "a"),
        ("tags", "dag"),
        ("tags", [5]),
        ("tags", [str(n) for n in range(MAX_WORDS + 1)]),
        ("pause", 1),
        ("pause", 10),
        ("pause", True),
        ("pause", "5"),
        ("since", "yesterday"),
        ("how", "none"),
        ("how", ["all"]),
        ("replies", "yes"),
        ("replies", 1),
    ],
)
def test_what_cannot_be_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(BadInput) as caught:
        read_options(EVERYTHING, {name: value})

    assert caught.value.field == f"$.options.{name}"


@pytest.mark.parametrize("type_", ["words", "text", "secret", "seconds", "moment"])
@pytest.mark.parametrize("empty", [None, "", "  "], ids=["none", "empty", "spaces"])
def test_required_option_must_be_filled_in(type_: str, empty: str | None) -> None:
    value = [empty] if type_ == "words" and empty is not None else empty

    with pytest.raises(BadInput):
        read_options(manifest(option("it", type_, required=True)), {"it": value})


@pytest.mark.parametrize("value", [None, False, "true", 1])
def test_agreement_must_be_given(value: object) -> None:
    wanted = manifest(option("allowed", "agreement"))

    assert read_options(wanted, {"allowed": True}).options == {"allowed": True}
    with pytest.raises(BadInput):
        read_options(wanted, {"allowed": value})


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@example(given_={"tags": [" "]})
@given(given_=st.dictionaries(st.sampled_from([each.name for each in EVERYTHING.options] + ["more"]), _ANY))
def test_whatever_is_given_is_read_or_refused(given_: dict[str, object]) -> None:
    try:
        setting = read_options(EVERYTHING, given_)
    except BadInput:
        return

    assert read_options(EVERYTHING, {**setting.options, **setting.secrets}) == setting, "it stays what it is"


# Changing it


BEFORE = read_options(
    EVERYTHING,
    {"rooms": ["hal", "zaal"], "server": "a.example", "password": "geheim", "keys": {"hal": "1", "zaal": "2"}},
)


def test_secret_that_is_not_given_stays() -> None:
    now = read_options(EVERYTHING, {"rooms": ["hal"], "server": "a.example", "keys": {"hal": "3"}}, BEFORE)

    assert now.secrets == {"password": "geheim", "keys": {"hal": "3"}}


def test_secret_that_is_given_empty_is_thrown_away() -> None:
    given_ = {"rooms": ["hal", "zaal"], "server": "a.example", "password": "", "keys": {"hal": ""}}

    assert read_options(EVERYTHING, given_, BEFORE).secrets == {"keys": {"zaal": "2"}}


def test_required_secret_that_stays_is_not_asked_again() -> None:
    wanted = manifest(option("password", "secret", required=True))
    before = read_options(wanted, {"password": "geheim"})

    assert read_options(wanted, {}, before) == before
    with pytest.raises(BadInput, match="filled in"):
        read_options(wanted, {})
    with pytest.raises(BadInput, match="filled in"):
        read_options(wanted, {"password": ""}, before)


@pytest.mark.parametrize("change", [{"server": "evil.example"}, {"servers": ["evil.example"]}], ids=["text", "servers"])
def test_secret_goes_to_no_other_server_than_it_was_given_for(change: dict[str, object]) -> None:
    """Who may change a source has not seen its secret, and does not get it by pointing it at a server of their own."""
    wanted = manifest(option("server", "text"), option("servers", "words"), option("password", "secret"))
    here: dict[str, object] = {"server": "a.example", "servers": ["b.example"]}
    before = read_options(wanted, {**here, "password": "geheim"})

    with pytest.raises(BadInput) as caught:
        read_options(wanted, {**here, **change}, before)

    assert (caught.value.code, caught.value.field) == ("secret-again", "$.options.password")
    assert read_options(wanted, here, before).secrets == {"password": "geheim"}, "control: to the same server it goes"
    assert read_options(wanted, {**here, **change, "password": "weet ik"}, before).secrets == {"password": "weet ik"}
    assert read_options(wanted, {**here, **change, "password": ""}, before).secrets == {}


def test_secret_stays_when_a_text_changes_that_names_no_server() -> None:
    wanted = manifest(option("video", "text", place=False), option("key", "secret"))
    before = read_options(wanted, {"video": "een", "key": "geheim"})

    assert read_options(wanted, {"video": "twee"}, before).secrets == {"key": "geheim"}


def test_secret_of_a_network_that_comes_to_us_goes_nowhere() -> None:
    wanted = manifest(option("server", "text"), option("secret", "secret"), push=True)
    before = read_options(wanted, {"server": "a", "secret": "geheim"})

    assert read_options(wanted, {"server": "b"}, before).secrets == {"secret": "geheim"}

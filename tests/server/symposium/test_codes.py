"""Short codes: given once, kept for ever, read without mistakes."""

from __future__ import annotations

from qr.address import CODE_ALPHABET
from server.symposium import codes
from server.symposium.state import State


def test_codes_are_all_different_and_short_ones_come_first() -> None:
    given = [codes.code_of_number(number) for number in range(codes.MAX_CODES)]
    assert len(set(given)) == codes.MAX_CODES
    assert {len(code) for code in given[:400]} == {2}
    assert {len(code) for code in given[400:]} == {3}


def test_no_code_has_characters_that_look_alike_or_make_a_word() -> None:
    assert not set(codes.ALPHABET) & set("AEIOU01LQSBZ258G")
    assert len(set(codes.ALPHABET)) == len(codes.ALPHABET)


def test_neighbours_differ_in_every_place() -> None:
    for number in range(60):
        one, other = codes.code_of_number(number), codes.code_of_number(number + 1)
        assert all(a != b for a, b in zip(one, other, strict=True)), (one, other)


def test_the_package_that_draws_codes_knows_them() -> None:
    """It knows nothing of the server, so it has the letters once more."""
    assert codes.ALPHABET == CODE_ALPHABET


def test_a_thing_keeps_its_code() -> None:
    state = State()
    codes.give(state, "room:hall")
    first = state.codes_of["room:hall"]
    codes.give(state, "paper:p")
    codes.give(state, "room:hall")
    assert state.codes == {first: "room:hall", state.codes_of["paper:p"]: "paper:p"}


def test_when_all_are_given_the_next_has_none() -> None:
    state = State(codes={str(number): "" for number in range(codes.MAX_CODES)})
    codes.give(state, "room:hall")
    assert "room:hall" not in state.codes_of

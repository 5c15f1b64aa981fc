"""What an old entry means never changes: the journal of every release, kept, and the state that it made then."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from server.symposium.entries import AnyHead, decode_head, encode_head
from server.symposium.law import apply, replay
from server.symposium.outcomes import Broken, Done, Refused, Repeated
from server.symposium.state import State
from tests.journals import make
from tests.journals.files import read_journal, read_lines

FOLDER = Path(__file__).parent
JOURNALS = sorted(FOLDER.glob("*.jsonl"), key=lambda file: [int(n) for n in re.findall(r"\d+", file.stem)])


@pytest.mark.parametrize("file", JOURNALS, ids=lambda file: file.stem)
class TestAKeptJournal:
    def test_it_makes_the_state_that_it_made_then(self, file: Path) -> None:
        """A field that came later has its default in the state of then: that is what its absence meant."""
        then = msgspec.json.decode(file.with_suffix(".state.json").read_bytes(), type=State)
        assert msgspec.json.encode(replay(read_journal(file))) == msgspec.json.encode(then)

    def test_every_kind_of_outcome_is_in_it_but_a_broken_one(self, file: Path) -> None:
        state = State()
        outcomes = {type(apply(state, record)) for record in read_journal(file)}
        assert outcomes == {Done, Refused, Repeated}
        assert Broken not in outcomes

    def test_another_entry_would_make_another_state(self, file: Path) -> None:
        """The control: a state that does not depend on the journal would prove nothing."""
        records = list(read_journal(file))
        whole = msgspec.json.encode(replay(records))
        without = (replay(records[:n] + records[n + 1 :]) for n in range(len(records)))
        assert sum(msgspec.json.encode(state) != whole for state in without) > len(records) / 2


def test_a_journal_is_kept() -> None:
    assert JOURNALS


def test_every_kind_of_entry_is_in_the_newest() -> None:
    kinds = {type(record.head) for record in read_journal(JOURNALS[-1])}
    assert kinds == set(AnyHead.__args__)


def test_heads_are_still_written_as_in_the_newest() -> None:
    for line in read_lines(JOURNALS[-1]):
        assert encode_head(decode_head(line.head.encode())).decode() == line.head


def test_what_is_kept_is_not_made_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(make, "FOLDER", tmp_path)
    make.main("1.2.3")
    kept = (tmp_path / "1.2.3.jsonl").read_bytes()

    with pytest.raises(SystemExit, match="kept as it is"):
        make.main("1.2.3")

    assert (tmp_path / "1.2.3.jsonl").read_bytes() == kept

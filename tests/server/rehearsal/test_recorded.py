"""A day that was, played again by invented people: the same posts in the same order; and files that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.cli import main
from server.errors import BadInput
from server.rehearsal import Conductor
from server.rehearsal.day_plan import plan
from server.rehearsal.recorded import read_script
from server.rehearsing import SOURCE, RehearsalStage
from server.report.script import script
from server.symposium.bodies import post_body
from server.symposium.entries import SourceBody
from server.symposium.state import State
from server.symposium.values import OPERATOR, Role
from tests.house import Place, open_place
from tests.rehearsed import RehearsedDay
from tests.server.rehearsal.test_conductor import FakeClock

GOOD: dict[str, Any] = {
    "script": 1,
    "notice": {"nl": "Let op.", "en": "Mind."},
    "title": "Een dag",
    "hashtag": "dag",
    "languages": ["nl"],
    "sessions": [
        {"id": "s", "title": "Opening", "room": "Zaal", "fromS": 0.0, "untilS": 60.0, "speakers": ["Cato Elzinga"]}
    ],
    "posts": [
        {"key": "a", "atS": 0.0, "author": "x", "text": "Eerst"},
        {
            "key": "b",
            "atS": 5.0,
            "author": "y",
            "text": "Dan",
            "phone": True,
            "reply": "a",
            "session": "s",
            "star": True,
        },
    ],
}


def written(folder: Path, told: Any) -> Path:
    path = folder / "dag.json"
    path.write_bytes(told if isinstance(told, bytes) else json.dumps(told).encode())
    return path


def changed(**more: Any) -> dict[str, Any]:
    return {**GOOD, **more}


def post(**more: Any) -> dict[str, Any]:
    return {**GOOD["posts"][0], **more}


def test_script_is_read_with_its_programme(tmp_path: Path) -> None:
    found = read_script(written(tmp_path, GOOD))

    assert [(each.text, each.author.has_phone, each.reply, each.star) for each in found.posts] == [
        ("Eerst", False, None, False),
        ("Dan", True, "a", True),
    ]
    body, (slot,) = plan(0, speed=1, lang="nl", day=found.programme)
    assert [speaker.name for session in body.sessions for speaker in session.speakers] == ["Cato Elzinga"]
    assert (slot.session, slot.room, slot.end) == ("s", "zaal", 60_000_000)


@pytest.mark.parametrize(
    ("told", "what"),
    [
        (b"", "no script"),
        (b"{", "no script"),
        (b"\xff\xfe", "no script"),
        (b"[]", "no script"),
        (changed(script=2), "version 2"),
        (changed(posts=[]), "no posts"),
        (changed(more=1), "unknown field"),
        (changed(posts=[post(atS=-1)]), "$.posts[0].atS"),
        (changed(posts=[post(atS=1e12)]), "$.posts[0].atS"),
        (changed(posts=[post(text=1)]), "$.posts[0].text"),
        (changed(posts=[post(text="  ")]), "empty"),
        (changed(posts=[post(), post()]), "there twice"),
        (changed(posts=[post(atS=9), post(key="c")]), "order of time"),
        (changed(posts=[post(picture="../../x")]), "no drawing"),
        (changed(posts=[post(text="x" * 30_000)]), "$.posts[0].text"),
        (changed(sessions=[{**GOOD["sessions"][0], "untilS": 0.0, "fromS": 5.0}]), "ends before it begins"),
    ],
)
def test_what_is_no_script_is_said_with_its_place(tmp_path: Path, told: Any, what: str) -> None:
    with pytest.raises(BadInput, match=r"dag\.json") as refusal:
        read_script(written(tmp_path, told))
    assert what in str(refusal.value)
    assert refusal.value.code == "no-script"


def test_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        read_script(tmp_path / "weg.json")


# The whole way round


def texts(state: State) -> list[str]:
    """What is shown, in its order."""
    bodies = (post_body(state, state.posts[each]) for each in state.shown)
    return ["" if body is None else body.text for body in bodies]


async def play(place: Place, path: Path) -> None:
    """Play the script on the clock of a test."""
    clock, day = FakeClock(), read_script(path)
    node = place.hall.node
    badge, _ = await node.make_badge(OPERATOR, Role.MODERATOR, "Oefenredactie")
    await node.set_source(OPERATOR, SOURCE, "rehearsal", SourceBody(name="Oefening"), on=True)
    stage = RehearsalStage(place.hall, place.house.site.images, badge, recorded=True)
    await Conductor(stage, day=day.posts, sleep=clock.sleep, now=clock.now).run()


@pytest.mark.slow
@pytest.mark.asyncio
async def test_day_made_into_a_script_and_played_shows_as_many_posts_in_the_same_order(tmp_path: Path) -> None:
    state = RehearsedDay("nl").state
    path = written(tmp_path, b"".join(script(state, link_only=())))
    told = [each["text"] for each in json.loads(path.read_bytes())["posts"]]

    async with open_place(tmp_path / "house") as place:
        await play(place, path)
        shown = texts(place.hall.node.state)
        starred = len(place.hall.node.state.starred)

    assert len(shown) == len(state.shown)
    assert [each.strip() for each in shown] == [each.strip() for each in told]
    assert starred == len(state.starred)


@pytest.mark.slow
@pytest.mark.asyncio
async def test_what_the_rules_reject_is_shown_in_its_turn_as_people_did_then(tmp_path: Path) -> None:
    lines = ["Een", "Ik zeg het nog eens: stoelen erbij", "Ik zeg het nog eens: stoelen erbij", "Vier"]
    told = [post(key=f"k{n}", atS=float(n), text=text) for n, text in enumerate(lines)]
    path = written(tmp_path, changed(posts=told))

    async with open_place(tmp_path / "house") as place:
        await play(place, path)
        assert texts(place.hall.node.state) == lines


def test_command_says_in_one_line_what_is_wrong_with_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, changed(posts=[]))
    assert main(["demo", "--script", str(path), "--no-browser", "--port", "0"]) == 1
    assert capsys.readouterr().err == f"fontein: {path}: it has no posts, so that there is nothing to play.\n"

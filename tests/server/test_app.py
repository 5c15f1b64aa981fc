"""The house as a whole: it opens, remembers, lets go of everything, and owns its folder."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from server.app import CursorFile, House, _hosts, lan_address, listen
from server.config import Config
from server.errors import Conflict, FonteinError
from server.intake.arrival import Arrival
from server.journal.contract import JournalTaken
from server.sources.contract import Condition
from server.symposium.entries import SourceBody
from server.symposium.values import OPERATOR, SourceId
from tests.house import SLUG, eventually, open_place


async def test_house_remembers_everything_over_a_restart(tmp_path: Path) -> None:
    async with open_place(tmp_path) as place:
        shown, held = await place.show("Dit blijft"), await place.arrive("Dit wacht")
        epoch, seq = place.hall.node.epoch, place.seq
        token = place.tokens["moderator"]

    async with open_place(tmp_path) as place:
        state = place.hall.node.state
        assert (place.hall.node.epoch, state.seq >= seq) == (epoch, True)
        assert (state.posts[shown.id].status, state.posts[held.id].status) == ("shown", "held")
        assert (await place.visitor(token).get("me")).status == 200
        listed = (await place.visitor().get("posts")).json["posts"]
    assert [post["text"] for post in listed] == ["Dit blijft"]


async def test_house_leaves_no_task_and_no_note_behind(tmp_path: Path) -> None:
    before = asyncio.all_tasks()

    async with open_place(tmp_path) as place:
        await place.show()
        assert (tmp_path / "server.json").exists()

    await eventually(lambda: asyncio.all_tasks() == before)
    assert not (tmp_path / "server.json").exists()


async def test_house_has_its_folder_for_itself(tmp_path: Path) -> None:
    async with open_place(tmp_path):
        with pytest.raises(JournalTaken):
            async with open_place(tmp_path):
                pass

    async with open_place(tmp_path) as place:
        assert SLUG in place.house.site.halls


async def test_house_that_cannot_open_lets_go_of_its_folder(tmp_path: Path) -> None:
    async with open_place(tmp_path / "a") as place:
        taken = Config(data=str(tmp_path / "b"), host="127.0.0.1", port=place.house.port, browser=False)
        with pytest.raises(FonteinError, match="cannot listen"):
            async with House(taken):
                pass

    async with open_place(tmp_path / "b"):
        pass


async def test_house_revokes_the_badges_of_the_last_run_only(tmp_path: Path) -> None:
    from server.symposium.values import Role

    async with open_place(tmp_path) as place:
        _, of_run = await place.hall.node.make_badge(OPERATOR, Role.MODERATOR, "X", run=place.house.site.run)
        kept = place.tokens["moderator"]

    async with open_place(tmp_path) as place:
        assert (await place.visitor(of_run).get("me")).status == 401
        assert (await place.visitor(kept).get("me")).status == 200


async def test_source_with_options_that_make_no_sense_stops_no_other(tmp_path: Path) -> None:
    """As an entry of another version may hold. The minder goes on with those that can be used."""
    async with open_place(tmp_path) as place:
        node = place.hall.node
        for number, options in enumerate(({"servers": ("http://127.0.0.1:1",), "tags": ("x",)}, {"servers": ()})):
            body = SourceBody(options=options)  # type: ignore[arg-type]  # tuples of text
            await node.set_source(OPERATOR, SourceId(f"mastodon-{number}"), "mastodon", body, on=True)

        health = place.hall.health
        await eventually(lambda: health.keys() == {SourceId("mastodon-0"), SourceId("mastodon-1")})
        assert health[SourceId("mastodon-1")].condition is Condition.NEEDS_ATTENTION
        assert health[SourceId("mastodon-0")].condition is not Condition.NEEDS_ATTENTION


async def test_cursors_that_are_saved_at_once_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "cursors.json"
    cursors = CursorFile(path)

    await asyncio.gather(*(cursors.save(SourceId(f"s-{n % 8}"), str(n)) for n in range(200)))

    again = CursorFile(path)
    assert [await again.load(SourceId(f"s-{n}")) for n in range(8)] == [str(192 + n) for n in range(8)]


async def test_cursors_are_kept_and_their_loss_is_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "cursors.json"
    await CursorFile(path).save(SourceId("mastodon-1"), "17")

    assert await CursorFile(path).load(SourceId("mastodon-1")) == "17"
    for content in ("", "[1]", "{", "null"):
        path.write_text(content)
        assert await CursorFile(path).load(SourceId("mastodon-1")) is None


@pytest.mark.parametrize("late", [False, True])
async def test_cursor_of_a_source_that_went_is_not_there_after_a_restart(tmp_path: Path, late: bool) -> None:
    """Another source may get its id then: with that cursor it would not hear anything."""
    path = tmp_path / "cursors.json"
    cursors = CursorFile(path)
    went, stays = SourceId("telegram-1"), SourceId("mastodon-1")
    for each in (went, stays):
        await cursors.save(each, "17")

    cursors.forget(went)
    if late:  # it was still running
        await cursors.save(went, "18")
    await cursors.keep_only([stays])

    again = CursorFile(path)
    assert (await again.load(went), await again.load(stays)) == (None, "17")


async def test_house_keeps_no_cursor_of_a_source_that_it_does_not_have(tmp_path: Path) -> None:
    path = tmp_path / SLUG / "cursors.json"
    async with open_place(tmp_path):
        pass
    path.write_text('{"telegram-1": "17"}')

    async with open_place(tmp_path):
        await eventually(lambda: path.read_text() == "{}")


def test_pictures_may_come_from_the_servers_however_they_were_written() -> None:
    options = {"servers": ("social.example", "http://127.0.0.1:81", "https://a.example")}

    assert _hosts(options) == ["social.example:443", "127.0.0.1:81", "a.example:443"]


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1", "fontein.local"])
def test_address_for_others_is_the_one_that_was_given(host: str) -> None:
    assert lan_address(host) == host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", ""])
def test_listening_takes_a_free_port(host: str) -> None:
    for each in listen(Config(host=host, port=0)):
        assert each.getsockname()[1] > 0
        each.close()


async def test_note_for_the_other_verbs_says_where_the_server_is(tmp_path: Path) -> None:
    async with open_place(tmp_path) as place:
        facts = json.loads((tmp_path / "server.json").read_text())

        assert facts["url"] == place.url
        assert (await place.visitor(facts["token"]).get("/v1/operator")).status == 200


async def test_what_was_not_taken_in_is_counted_with_its_source(tmp_path: Path) -> None:
    source = SourceId("mastodon-1")
    async with open_place(tmp_path) as place:
        node = place.hall.node
        await node.set_source(OPERATOR, source, "mastodon", SourceBody(), on=False)
        arrival = Arrival(
            source=source, network="mastodon", author_id="a", native_id="b/1", text="Van lang geleden", created=1
        )
        with pytest.raises(Conflict):
            await node.receive(arrival)
        assert node.passed.counts(source) == {"before-window": 1}

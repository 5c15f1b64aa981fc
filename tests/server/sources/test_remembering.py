"""A plug-in that is told at its start which posts the house has, in a house that opens twice."""

from __future__ import annotations

from pathlib import Path

from server.symposium.values import Status
from tests.house import eventually, open_place

MANIFEST = """
id = "diary"
name = "Diary"
version = "1.0"
homepage = "https://diary.example/"
summary = { nl = "Een dagboek.", en = "A diary." }

[facts]
live = true
deletes = "live"
third_country = ""
cost = { nl = "Niets.", en = "Nothing." }
needs = { nl = "Een dagboek.", en = "A diary." }
"""

CODE = """
import asyncio
from server.sources.contract import Delete, NetworkPost, Trial, Upsert

class Diary:
    network = "diary"
    def __init__(self, source):
        self.id = source
        self.kept = []
    def remember(self, kept):
        self.kept = list(kept)
    async def events(self, cursor):
        if cursor is None:
            for name in ("een", "twee"):
                post = NetworkPost(native_id=name, uri="diary:" + name, author_id="anna", text=name)
                yield Upsert(post=post), name
        for post in self.kept:
            if (post.native_id, post.uri, post.author_id) == ("een", "diary:een", "anna"):
                yield Delete(native_id=post.native_id), cursor
        await asyncio.Event().wait()
    async def check(self):
        return Trial(findings=())
    async def recheck(self, native_ids):
        return ()

def create(source, options, tools):
    return Diary(source)
"""


async def test_delete_of_a_post_that_waits_is_known_after_a_restart(tmp_path: Path) -> None:
    """The source itself has forgotten all: it passes on the delete only because it is told that the post is there."""
    plugin = tmp_path / "data/plugins/diary"
    plugin.mkdir(parents=True)
    (plugin / "manifest.toml").write_text(MANIFEST)
    (plugin / "__init__.py").write_text(CODE)

    async with open_place(tmp_path / "data") as place:
        added = await place.holder("organiser").ask("POST", "sources", {"network": "diary", "options": {}})
        assert added.status == 201, added
        cursors = place.house.config.folder / place.hall.slug / "cursors.json"
        await eventually(lambda: cursors.exists() and "twee" in cursors.read_text())
        waiting = [post.status for post in place.hall.node.state.posts.values()]

    async with open_place(tmp_path / "data") as place:
        posts = place.hall.node.state.posts
        await eventually(lambda: Status.GONE in {post.status for post in posts.values()})
        after = [post.status for post in posts.values()]

    assert (waiting, after) == ([Status.HELD] * 2, [Status.GONE, Status.HELD])

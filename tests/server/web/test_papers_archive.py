"""An archive holds the files of papers, and nothing that is under way; after a restore they are as they were."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from server.archive import Archive, restore
from tests.house import SLUG, command, open_place
from tests.server.papers import documents
from tests.server.web.test_papers import address, furnished
from tests.server.web.test_papers_uploads import add, begin


@pytest.mark.slow
async def test_archive_and_restore_take_papers_along_and_no_uploads(tmp_path: Path) -> None:
    large, dropped, erased = (documents.pdf(filler=n, title=f"f{n}") for n in (3_000_000, 1_000, 2_000))
    async with open_place(tmp_path / "data") as place:
        shelf = await furnished(place)
        paper, file = await shelf.filed(large, title="Blijft")
        gone = (await shelf.send(await shelf.paper(), dropped)).json
        await shelf.organiser.ask("DELETE", f"papers/{gone['paper']['id']}/files/{gone['file']}")
        away, _ = await shelf.filed(erased, title="Gewist")
        await shelf.organiser.ask("DELETE", f"papers/{away}?erase=1")
        back_later, _ = await shelf.filed(documents.epub(), title="Van de plank")
        await shelf.organiser.ask("DELETE", f"papers/{back_later}")
        await add(shelf.organiser, await begin(shelf.organiser, paper, 1_000), 0, b"x" * 500)
        operator = place.visitor(place.house.site.operator_token)
        made = await operator.get(f"/v1/operator/symposia/{SLUG}/archive")
        preview = (await place.visitor().get(f"papers/{paper}")).json["preview"]
        token = shelf.organiser.token
    tar = tmp_path / "a.tar"
    tar.write_bytes(made.body)

    with Archive(tar) as archive, tarfile.open(tar) as members:
        manifest, names = archive.manifest, members.getnames()
    restored = restore(tar, tmp_path / "spare")
    async with open_place(tmp_path / "spare") as place:
        files = (await place.visitor().get(address(paper, file))).body
        picture = await place.visitor().get(preview)
        undone = await place.visitor(token).get("papers")

    assert (manifest.damaged, restored.lost) == ((), ()), "nothing is missed that was dropped or erased"
    assert not [name for name in names if name.startswith("uploads")]
    assert files == large
    assert (picture.status, len(undone.json["papers"])) == (200, 2)
    assert len(manifest.blobs) == 4, "two files, one of them off the shelf but to be taken back, and their pictures"
    assert command("verify", SLUG, "--data", str(tmp_path / "spare"))[0] == 0

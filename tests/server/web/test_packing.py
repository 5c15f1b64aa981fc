"""Many modules in one file do what they did as many."""

from __future__ import annotations

import gzip
import re
import subprocess
from pathlib import Path

import pytest

from server.web.assets import _SCRIPTS, _STYLES, Assets
from server.web.packing import pack
from tests.house import SLUG, Place
from tools import needs

FILES = {
    "main.js": (
        "/** @import {Thing} from './types.js' */\n"
        "import { double, one as first } from './lib/numbers.js';\n"
        "import { name } from './name.js';\n"
        "\n"
        "/** Said at the end. */\n"
        "const local = 'main';\n"
        "console.log(local, double(first), name(), await Promise.resolve('waited'));\n"
    ),
    "name.js": "import { Named } from './lib/named.js';\nexport function name() { return new Named().local; }\n",
    "lib/named.js": (
        "import { double } from './numbers.js';\n"
        "const local = 'named';\n"
        "export class Named { local = `${local} ${double(4)}`; }\n"
    ),
    "lib/numbers.js": (
        "const local = 2;\n"
        "export const one = 1;\n"
        "export async function later() { return local; }\n"
        "export function double(n) { return local * n; }\n"
    ),
}


def run(script: Path) -> str:
    done = subprocess.run([needs.node(), str(script)], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def test_pack_does_what_its_modules_do(tmp_path: Path) -> None:
    for name, text in FILES.items():
        path = tmp_path / name.replace(".js", ".mjs")
        path.parent.mkdir(exist_ok=True)
        path.write_text(re.sub(r"\.js'", ".mjs'", text))
    packed = tmp_path / "packed.mjs"

    packed.write_text(pack("main.js", FILES))

    assert run(packed) == run(tmp_path / "main.mjs") == "main 2 named 8 waited\n"


def test_pack_leaves_out_descriptions_and_holds_each_module_once() -> None:
    packed = pack("main.js", FILES)

    assert "Said at the end" not in packed
    assert packed.count("return local * n") == 1


def test_pack_gives_what_its_entry_gives_and_nothing_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "late.mjs").write_text(pack("lib/numbers.js", FILES))
    (tmp_path / "page.mjs").write_text(
        "const late = await import(new URL('./late.mjs', import.meta.url));\n"
        "console.log(Object.keys(late).join(), late.double(4));\n"
    )

    assert run(tmp_path / "page.mjs") == "double,later,one 8\n"
    assert "export" not in pack("main.js", FILES)


def test_pack_may_ask_for_another_one_at_an_address_that_it_makes() -> None:
    text = "export async function more(base) { return import(`${base}packs/late.js`); }\n"

    assert "import(`${base}packs/late.js`)" in pack("main.js", {"main.js": text})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import all from './x.js';\n", "import all from './x.js';"),
        ("import { x } from './gone.js';\n", "gone.js is imported, and is not there"),
        ("export default function f() {}\n", "export default function f() {}"),
        ("export { f };\n", "export { f };"),
        ("const x = await import('./x.js');\n", "import("),
        ("console.log(import.meta.url);\n", "import.meta"),
    ],
)
def test_what_cannot_be_packed_is_named(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        pack("main.js", {"main.js": text, "x.js": "export const x = 1;\n"})


def test_modules_that_need_each_other_cannot_be_packed() -> None:
    files = {"a.js": "import { b } from './b.js';\n", "b.js": "import { a } from './a.js';\n"}

    with pytest.raises(ValueError, match="nodes are in a cycle"):
        pack("a.js", files)


def test_service_worker_is_another_one_with_every_change_of_the_files(tmp_path: Path) -> None:
    packed = (*_SCRIPTS.values(), *(part for parts in _STYLES.values() for part in parts))
    for name in packed:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "sw.js").write_text("const VERSION = './';\n")
    before = Assets(tmp_path)

    (tmp_path / "base.css").write_text("p { color: red; }")
    after = Assets(tmp_path)

    assert before.prefix in before.worker.body.decode()
    assert before.worker.body != after.worker.body


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", ["packs/phone.js", "packs/phone.css", "icons/sprite.svg"])
async def test_file_comes_packed_to_who_unpacks_and_plain_to_others(place: Place, name: str) -> None:
    assets = place.house.site.assets
    url = f"{place.url}{assets.url(name)}"

    sizes = {}
    for offered in ("gzip, deflate, br", "identity"):
        async with place.visitor().session.get(url, headers={"Accept-Encoding": offered}) as answer:
            assert await answer.read() == assets.files[name].body
            assert answer.headers["Vary"] == "Accept-Encoding"
            sizes[offered] = int(answer.headers["Content-Length"])

    assert sizes["identity"] == len(assets.files[name].body)
    assert sizes["gzip, deflate, br"] < sizes["identity"] / 2


@pytest.mark.asyncio(loop_scope="module")
async def test_page_comes_packed_to_who_unpacks(place: Place) -> None:
    async with place.visitor().session.get(f"{place.url}/{SLUG}", auto_decompress=False) as answer:
        body = await answer.read()

    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"<textarea" in gzip.decompress(body)

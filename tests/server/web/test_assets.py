"""The style sheets that phones wait for: without what only people need, and the same to a browser."""

from __future__ import annotations

import pytest

from server.web.assets import Assets, slim
from server.web.site import WALL_FOLDER


@pytest.mark.parametrize(
    ("css", "wanted"),
    [
        pytest.param("/* a */\na { color : red; }\n", "a{color : red}", id="comments and line breaks go"),
        pytest.param(
            'a::before { content: "x , { y } /"; }', 'a::before{content: "x , { y } /"}', id="quoted words stay"
        ),
        pytest.param(
            "a > b, a + b { margin: 0 -1px; }", "a>b,a + b{margin: 0 -1px}", id="selectors keep their meaning"
        ),
        pytest.param(
            "a { width: calc(1px + (2px * 3)); }", "a{width: calc(1px + (2px * 3))}", id="calc keeps its spaces"
        ),
        pytest.param("a:not(.b) .c { top: 0 }", "a:not(.b) .c{top: 0}", id="descendants stay descendants"),
        pytest.param("@media (a: 1) and (b: 2) { a { top: 0; } }", "@media (a: 1) and (b: 2){a{top: 0}}", id="media"),
        pytest.param("a{b:c}/* one *//* two */d{e:f}", "a{b:c}d{e:f}", id="neighbouring comments"),
    ],
)
def test_slim_sheet_says_the_same(css: str, wanted: str) -> None:
    assert slim(css).decode() == wanted


def test_every_pack_has_as_many_rules_as_its_sheets() -> None:
    files = Assets(WALL_FOLDER).files
    sheets = {
        "phone": ("base.css", "phone/phone.css"),
        "phone-rest": ("text/list.css", "phone/rest.css"),
        "text": ("base.css", "text/list.css"),
        "papers": ("base.css", "papers/papers.css"),
    }

    for name, parts in sheets.items():
        whole = b"".join(files[part].body for part in parts)
        pack = files[f"packs/{name}.css"].body
        assert pack.count(b"{") == pack.count(b"}") == whole.count(b"{")
        assert len(pack) < len(whole)

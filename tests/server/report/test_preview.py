"""What an author sees while they write: the same words as in the report, as plain nodes, whatever is typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.report import preview as module
from server.report.preview import Node, preview
from server.symposium.values import PostId

BLOCKS = {"paragraph", "heading", "list", "quote", "code", "rule", "table", "post", "cut"}
INLINES = {"text", "emph", "strong", "code", "link", "break", "paper"}


def seen(markdown: str) -> list[Node]:
    return preview(markdown, _post, lambda code, place: {"type": "paper", "code": code, "place": place, "title": None})


def _post(post: PostId) -> Node:
    return {"type": "post", "id": post, "known": False}


def all_nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from all_nodes(each)


def text(words: str) -> list[Node]:
    return [{"type": "text", "text": words}]


def paragraph(*inlines: Node) -> Node:
    return {"type": "paragraph", "inlines": list(inlines)}


PAPER = {"type": "paper", "code": "k7", "place": "p. 14", "title": None}
TABLE = {"type": "table", "head": [text("a"), text("b")], "rows": [[text("1"), text("2")]], "numeric": (1,)}
KINDS = {
    "paragraph": ("Dag *zaal*.", paragraph(*text("Dag "), {"type": "emph", "inlines": text("zaal")}, *text("."))),
    "strong": ("**Ja**", paragraph({"type": "strong", "inlines": text("Ja")})),
    "break": ("een\\\ntwee", paragraph(*text("een"), {"type": "break"}, *text("twee"))),
    "heading": ("# Kop", {"type": "heading", "level": 2, "inlines": text("Kop")}),
    "list": ("3. Drie", {"type": "list", "numbered": True, "start": 3, "items": [[paragraph(*text("Drie"))]]}),
    "quote": ("> Zei", {"type": "quote", "blocks": [paragraph(*text("Zei"))]}),
    "code": ("    a < b", {"type": "code", "text": "a < b"}),
    "rule": ("---", {"type": "rule"}),
    "table": ("|a|b|\n|-|-:|\n|1|2|", TABLE),
    "post": ("{{post aaaaaaaaaaaaaaaa}}", {"type": "post", "id": "aaaaaaaaaaaaaaaa", "known": False}),
    "paper": ("Zie[^p:k7 p. 14]", paragraph(*text("Zie"), PAPER)),
    "link": ("[x](https://a.nl)", paragraph({"type": "link", "address": "https://a.nl", "inlines": text("x")})),
    "no-script-no-html": ("[x](javascript:alert(1)) <b>y</b>", paragraph(*text("x <b>y</b>"))),
}


@pytest.mark.parametrize(("markdown", "block"), KINDS.values(), ids=KINDS.keys())
def test_each_kind_of_markdown_has_its_node(markdown: str, block: Node) -> None:
    assert seen(markdown) == [block]


@given(
    st.text(
        st.sampled_from("ab *_`[](){}<>|-#\n>1.:!\\&{post aaaaaaaaaaaaaaaa}[^p:k7]") | st.characters(), max_size=300
    )
)
def test_whatever_is_typed_becomes_nodes_that_pages_know(markdown: str) -> None:
    nodes = list(all_nodes(seen(markdown)))

    assert {node["type"] for node in nodes} <= BLOCKS | INLINES
    for node in nodes:
        if node["type"] == "link":
            assert node["address"].lower().startswith(("http://", "https://", "mailto:"))
    assert json.loads(json.dumps(nodes)) is not None


def test_too_much_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"type": "cut"} not in seen("a\n\n" * 100)
    monkeypatch.setattr(module, "MAX_NODES", 50)
    blocks = seen("a\n\n" * 100)
    assert blocks[-1] == {"type": "cut"}
    assert len(list(all_nodes(blocks))) <= 51

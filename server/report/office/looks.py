"""
How an office shows a report: one list of styles, told to Word and to Writer.

Pandoc takes the look of a file from a *reference*, a document of the same kind. Ours are made here, with the name of
the symposium in the header.
"""

from __future__ import annotations

import io
import re
import zipfile
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from server.report.office.text import clean

INK, MUTED, TEAL, RULE, TINT = "#10242f", "#475a5d", "#00616d", "#b9c6c8", "#e6f1f1"
HERE = Path(__file__).parent
STYLE_SHEET = HERE / "book.css"

_FACES = {"serif": ("Cambria", "roman"), "sans": ("Calibri", "swiss"), "mono": ("Consolas", "modern")}
"""Every Word has these; Writer has others of the same widths, and knows which. It takes one name, not a list."""
_BLANK = re.compile(r"\{\{(\w+)\}\}")
_LEFT_MM, _RIGHT_MM, _TOP_MM, _BOTTOM_MM = 45, 35, 30, 26
_HEADER_MM = 14
WIDE_MM = 168.0
"""Of a chart that takes the margins too."""
_WIDE_LEFT_MM = 20


class Style(NamedTuple):
    """
    A paragraph style, or with `part` one for some words.

    Args:
        word, writer: Its name there; "" where that office has none. A name of ours is the same in both.
        above: The name (in `word`) of the style that it takes the rest from.
        size: Points; so are `before` and `after`.
        left, right, hang: Millimetres; `hang` is the first line's own indent.
        level: In the outline, 1 to 3.
        keep: With the paragraph after it.
        rule: A line in teal: `below`, `left`.
        end: Set to the right.
    """

    word: str
    writer: str
    above: str = "Normal"
    face: str = ""
    size: float = 0
    bold: bool = False
    italic: bool = False
    colour: str = ""
    before: float | None = None
    after: float | None = None
    lines: float = 0
    left: float = 0
    right: float = 0
    hang: float | None = None
    level: int = 0
    keep: bool = False
    page: bool = False
    rule: str = ""
    rtl: bool = False
    end: bool = False
    part: bool = False


def _own(name: str, above: str, **how: Any) -> Style:
    return Style(name, name, above, **how)


_SAID = (
    _own("Pull", "Normal", face="serif", size=18, italic=True, before=18, after=3, lines=1.15, right=15, keep=True),
    _own("PullBy", "Meta", after=18),
    _own("Post", "Normal", face="serif", before=3, after=1, left=8, keep=True),
    _own("PostBy", "Meta", after=9, left=8),
    _own("Reply", "Post", left=17),
    _own("ReplyBy", "PostBy", left=17),
    _own("Asked", "Normal", face="serif", size=11.6, bold=True, before=1, after=1, keep=True),
    _own("Body", "Body Text"),
    _own("Below", "Body Text", before=9),
    _own("Lead", "Body Text", size=13.5, italic=True, after=9),
)
"""What may be in a language that goes from right to left."""

STYLES = (
    Style("Normal", "Standard", "", face="serif", size=11, colour=INK, before=0, after=0, lines=1.25),
    Style("Body Text", "Text_20_body", before=0, after=6),
    Style("First Paragraph", "First_20_paragraph", "Body Text", before=4),
    Style("Compact", "", "Body Text", after=2),
    _own("Kicker", "Normal", face="sans", size=11, colour=TEAL, before=60, after=12),
    Style("Title", "Title", size=40, bold=True, before=0, after=12, lines=1.05),
    Style("Subtitle", "Subtitle", size=17, italic=True, colour=MUTED, after=18, lines=1.1),
    _own("Cover", "Normal", before=12, after=12),
    _own("Foot", "Normal", face="sans", size=9, colour=MUTED, after=3),
    Style(
        "heading 1", "Heading_20_1", size=25, bold=True, before=0, after=9, lines=1.05, level=1, keep=True, page=True
    ),
    Style("heading 2", "Heading_20_2", size=14, bold=True, before=20, after=3, lines=1.1, level=2, keep=True),
    Style("heading 3", "Heading_20_3", size=11.6, bold=True, before=12, after=3, lines=1.1, level=3, keep=True),
    _own("Label", "heading 2", face="sans", size=9, bold=True, before=14, after=3, level=2, keep=True),
    _own("Bar", "Normal", face="sans", size=9.5, before=0, after=9, keep=True, rule="below"),
    _own("BarTime", "", bold=True, colour=TEAL, part=True),
    _own("Margin", "Normal", face="sans", size=8.5, colour=MUTED, after=6, lines=1.15),
    _own("Meta", "Normal", face="sans", size=8.5, colour=MUTED, after=6, lines=1.15),
    _own("Small", "Normal", face="sans", size=8.5, colour=MUTED, before=3, after=6, lines=1.2),
    _own("Wanted", "Meta", before=10, after=0, keep=True),
    _own("AskedBy", "Meta", after=3, keep=True),
    _own("Answered", "Meta", after=9, left=8),
    _own("Unanswered", "Meta", after=9),
    *_SAID,
    *(each._replace(word=f"{each.word}Rtl", writer=f"{each.writer}Rtl", above=each.word, rtl=True) for each in _SAID),
    _own("Number", "Normal", face="sans", size=10, after=3, lines=1.05),
    _own("Figure", "", face="serif", size=24, bold=True, colour=TEAL, part=True),
    _own("Picture", "Normal", before=9, after=4, keep=True),
    _own("PostPicture", "Picture", left=8),
    _own(
        "WidePicture",
        "Picture",
        left=_WIDE_LEFT_MM - _LEFT_MM,
        right=210 - _WIDE_LEFT_MM - WIDE_MM - _RIGHT_MM,
    ),
    _own("Caption", "Normal", face="sans", size=8.5, colour=MUTED, after=9, lines=1.15),
    _own("PostCaption", "Caption", left=8),
    _own("WideCaption", "Caption"),
    _own("Source", "Normal", face="sans", size=8.5, after=4, lines=1.2),
    _own("CardCode", "Normal", before=8, after=3, left=-3.4, keep=True),
    _own("CardTitle", "Normal", size=12, bold=True, after=1, keep=True),
    _own("CardLine", "Meta", after=1, keep=True),
    _own("CardLast", "Meta", after=4),
    _own("ContentsTitle", "Normal", face="sans", size=9, bold=True, before=14, after=3, keep=True),
    _own("Contents1", "Normal", face="sans", size=9.5, before=2),
    _own("Contents2", "Contents1", before=0, left=6, size=8.5),
    Style("Block Text", "Quotations", "Body Text", before=4, after=9, left=8, right=8, rule="left"),
    Style("Source Code", "Preformatted_20_Text", face="mono", size=8.5, before=0, after=0, lines=1.2),
    Style("footnote text", "Footnote", face="sans", size=8, after=2, lines=1.1),
    Style("Footnote Block Text", "", "footnote text"),
    _own("TableCaption", "Caption", before=9, after=3, keep=True),
    _own("Cell", "Normal", face="sans", size=8.6, before=2, after=2, lines=1.1),
    _own("CellRight", "Cell", end=True),
    _own("CellHead", "Cell", bold=True, keep=True),
    _own("CellHeadRight", "CellHead", end=True),
    _own("Separator", "Normal", size=6, before=3, after=14, left=50, right=50, rule="below"),
    Style("", "Table_20_Contents"),
    Style("", "Table_20_Heading"),
    Style("header", "Header", face="sans", size=8.5, colour=MUTED),
    Style("footer", "Footer", face="sans", size=8.5, bold=True),
    Style("Verbatim Char", "Source_Text", "", face="mono", size=9.5, part=True),
    Style("Hyperlink", "Internet_20_link", "", colour=TEAL, part=True),
    Style("", "Definition", "", colour=TEAL, part=True),
    Style("", "Emphasis", "", italic=True, part=True),
    Style("", "Strong_20_Emphasis", "", bold=True, part=True),
)


def reference(kind: str, running: tuple[str, str]) -> bytes:
    """The reference document for `docx` or `odt`; *running* stands left and right in the header."""
    left, right = (escape(clean(text)) for text in running)
    members = _word(left, right) if kind == "docx" else _writer(left, right)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        for name, text in members.items():
            pack.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


# Word: sizes in half points, spacing in twentieths of a point


def _word(left: str, right: str) -> dict[str, str]:
    fill = {"left": left, "right": right, "tab": _twips(210 - _LEFT_MM - _RIGHT_MM)}
    fill |= {"margins": _word_margins(), "styles": "".join(_word_style(style) for style in STYLES if style.word)}
    return {name: _part(f"docx/{name}", fill) for name in _WORD_PARTS}


_WORD_PARTS = (
    "[Content_Types].xml",
    "_rels/.rels",
    "word/document.xml",
    "word/_rels/document.xml.rels",
    "word/styles.xml",
    "word/header1.xml",
    "word/footer1.xml",
    "word/settings.xml",
)


def _part(name: str, fill: dict[str, object]) -> str:
    text = (HERE / name).read_text(encoding="utf-8")
    return _BLANK.sub(lambda blank: str(fill[blank[1]]), text)  # all at once: what is filled in may look like a blank


def _word_margins() -> str:
    sides = {"top": _TOP_MM, "right": _RIGHT_MM, "bottom": _BOTTOM_MM, "left": _LEFT_MM}
    sides |= {"header": _HEADER_MM, "footer": _HEADER_MM, "gutter": 0}
    return " ".join(f'w:{side}="{_twips(mm)}"' for side, mm in sides.items())


def _word_style(style: Style) -> str:
    ident = style_id(style.word)
    kind = "character" if style.part else "paragraph"
    based = f'<w:basedOn w:val="{style_id(style.above)}"/>' if style.above else ""
    following = '<w:next w:val="BodyText"/>' if style.level else ""
    default = ' w:default="1"' if ident == "Normal" else ""
    paragraph = "" if style.part else f"<w:pPr>{_word_paragraph(style)}</w:pPr>"
    return (
        f'<w:style w:type="{kind}"{default} w:styleId="{ident}"><w:name w:val="{style.word}"/>{based}{following}'
        f"<w:qFormat/>{paragraph}<w:rPr>{_word_run(style)}</w:rPr></w:style>"
    )


def _word_paragraph(style: Style) -> str:
    """In the order that the schema asks. Source: ISO/IEC 29500-1, 17.3.1.26."""
    marks = [
        name
        for name, on in (("keepNext", style.keep), ("keepLines", style.keep), ("pageBreakBefore", style.page))
        if on
    ]
    told = [f"<w:{mark}/>" for mark in marks]
    if style.rule:
        side = {"below": "bottom", "left": "left"}[style.rule]
        told.append(f'<w:pBdr><w:{side} w:val="single" w:sz="6" w:space="4" w:color="{TEAL[1:]}"/></w:pBdr>')
    if style.rtl:
        told.append("<w:bidi/>")
    spacing = {"before": style.before, "after": style.after}
    given = [f'w:{side}="{round(20 * points)}"' for side, points in spacing.items() if points is not None]
    if style.lines:
        given.append(f'w:line="{round(240 * style.lines)}" w:lineRule="auto"')
    if given:
        told.append(f"<w:spacing {' '.join(given)}/>")
    if style.left or style.right:
        told.append(f'<w:ind w:left="{_twips(style.left)}" w:right="{_twips(style.right)}"/>')
    if style.end:
        told.append('<w:jc w:val="right"/>')
    if style.level:
        told.append(f'<w:outlineLvl w:val="{style.level - 1}"/>')
    return "".join(told)


def _word_run(style: Style) -> str:
    """In the order that the schema asks. Source: ISO/IEC 29500-1, 17.3.2.28."""
    told = []
    if style.face:
        face, _ = _FACES[style.face]
        told.append(f'<w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:cs="{face}"/>')
    if style.bold:
        told.append("<w:b/><w:bCs/>")
    if style.italic:
        told.append("<w:i/><w:iCs/>")
    if style.colour:
        told.append(f'<w:color w:val="{style.colour[1:]}"/>')
    if style.size:
        told.append(f'<w:sz w:val="{round(2 * style.size)}"/><w:szCs w:val="{round(2 * style.size)}"/>')
    return "".join(told)


def style_id(name: str) -> str:
    """By which a Word document calls a style."""
    return "".join(word[:1].upper() + word[1:] for word in name.split())


def _twips(mm: float) -> int:
    return round(mm * 1440 / 25.4)


# Writer


def _writer(left: str, right: str) -> dict[str, str]:
    names = {style.word: style.writer for style in STYLES if style.word}
    fill: dict[str, object] = {
        "left": left,
        "right": right,
        "tab": f"{210 - _LEFT_MM - _RIGHT_MM}mm",
        "faces": "".join(
            f'<style:font-face style:name="{face}" svg:font-family="{name}" style:font-family-generic="{kind}"/>'
            for face, (name, kind) in _FACES.items()
        ),
        "styles": "".join(_writer_style(style, names) for style in STYLES if style.writer),
        "margins": (
            f'fo:margin-left="{_LEFT_MM}mm" fo:margin-right="{_RIGHT_MM}mm" '
            f'fo:margin-top="{_HEADER_MM}mm" fo:margin-bottom="{_HEADER_MM}mm"'
        ),
        "head": f"{_TOP_MM - _HEADER_MM}mm",
        "foot": f"{_BOTTOM_MM - _HEADER_MM}mm",
    }
    return {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "styles.xml": _part("odt/styles.xml", fill),
        "META-INF/manifest.xml": _part("odt/manifest.xml", {}),
    }


def _writer_style(style: Style, names: dict[str, str]) -> str:
    family = "text" if style.part else "paragraph"
    above = names.get(style.above, style.above)
    parent = f' style:parent-style-name="{above}"' if above else ""
    level = f' style:default-outline-level="{style.level}"' if style.level else ""
    following = ' style:next-style-name="Text_20_body"' if style.level else ""
    shown = f' style:display-name="{style.writer.replace("_20_", " ")}"' if "_20_" in style.writer else ""
    page = ' style:master-page-name="First"' if style.writer == "Kicker" else ""
    paragraph = "" if style.part else f"<style:paragraph-properties {_writer_paragraph(style)}/>"
    return (
        f'<style:style style:name="{style.writer}"{shown} style:family="{family}"{parent}{following}{level}{page}>'
        f"{paragraph}<style:text-properties {_writer_text(style)}/></style:style>"
    )


def _writer_paragraph(style: Style) -> str:
    given = []
    if style.before is not None or style.after is not None:  # to Writer they are one thing: it takes both or none
        before, after = _spacing(style)
        given.append(f'fo:margin-top="{before:g}pt" fo:margin-bottom="{after:g}pt"')
    if style.lines:
        given.append(f'fo:line-height="{style.lines:.0%}"')
    if style.left or style.right:
        given.append(f'fo:margin-left="{style.left:g}mm" fo:margin-right="{style.right:g}mm"')
    if style.keep:
        given.append('fo:keep-with-next="always" fo:keep-together="always"')
    if style.page:
        given.append('fo:break-before="page"')
    if style.rule:
        side = {"below": "bottom", "left": "left"}[style.rule]
        given.append(f'fo:border-{side}="0.75pt solid {TEAL}" fo:padding-{side}="1.5mm"')
    if style.end:
        given.append('fo:text-align="end"')
    if style.rtl:
        given.append('style:writing-mode="rl-tb" fo:text-align="right"')
    return " ".join(given)


def _spacing(style: Style) -> tuple[float, float]:
    """Before and after, in points: its own, or those of the styles above it."""
    if not style.above:
        return style.before or 0, style.after or 0
    before, after = _spacing(next(each for each in STYLES if each.word == style.above))
    return before if style.before is None else style.before, after if style.after is None else style.after


def _writer_text(style: Style) -> str:
    """The same for all scripts: Writer keeps Western, Asian and complex ones apart."""
    told = []
    for prefix, script in (("fo:", ""), ("style:", "-asian"), ("style:", "-complex")):
        if style.face and not script:
            told.append(f'style:font-name="{style.face}"')
        if style.size:
            told.append(f'{prefix}font-size{script}="{style.size:g}pt"')
        if style.bold:
            told.append(f'{prefix}font-weight{script}="bold"')
        if style.italic:
            told.append(f'{prefix}font-style{script}="italic"')
    if style.colour:
        told.append(f'fo:color="{style.colour}"')
    return " ".join(told)

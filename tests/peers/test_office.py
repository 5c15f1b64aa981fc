"""Reports in a real office: LibreOffice opens what we write, and makes a PDF of it."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any, Literal

import pytest
from pypdf import PdfReader

from server.report.compose import compose
from server.report.document import Heading
from server.report.office import office
from server.report.office.tree import plain
from tests.server.report import sample
from tools import needs

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.usefixtures("peers")]

PATIENCE_S = 180.0
_EXPORT = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'


def converted(data: bytes, suffix: str, folder: Path) -> bytes | None:
    """*data* as LibreOffice prints it; None when it will not open it. Without a screen it never repairs a file."""
    soffice = shutil.which("soffice")
    assert soffice is not None, needs.apt_line([needs.OFFICE])
    source = folder / f"report.{suffix}"
    source.write_bytes(data)
    subprocess.run(
        [soffice, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
         "--convert-to", _EXPORT, "--outdir", str(folder / "out"), str(source)],
        check=True,
        capture_output=True,
        timeout=PATIENCE_S,
    )  # fmt: skip
    made = folder / "out" / "report.pdf"
    return made.read_bytes() if made.exists() else None


def titles(outline: list[Any]) -> list[str]:
    return [
        title
        for each in outline
        for title in (titles(each) if isinstance(each, list) else [" ".join(each.title.split())])
    ]


def alternatives(reader: PdfReader) -> set[str]:
    """What the figures of a tagged PDF say that they show."""
    root: Any = reader.trailer["/Root"]
    found, waiting = set(), [root["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure":
                found.add(" ".join(str(node.get("/Alt", "")).split()))
            if "/K" in node:
                waiting.append(node["/K"])
    return found


@pytest.mark.parametrize("kind", ["odt", "docx"])
def test_office_opens_a_report_and_knows_its_headings_and_pictures(
    kind: Literal["odt", "docx"], tmp_path: Path
) -> None:
    document = compose(sample.report())
    headings = [block for part in document.parts for block in part.blocks if isinstance(block, Heading)]

    pdf = converted(office(document, kind, sample.picture), kind, tmp_path)

    assert pdf is not None
    reader = PdfReader(io.BytesIO(pdf))
    assert titles(list(reader.outline)) == [" ".join(plain(heading.inlines).split()) for heading in headings]
    assert {" ".join(document.cover_alt.split()), sample.BOARD.alt} <= alternatives(reader)
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "Niet het nee brak het vertrouwen" in text
    assert "<script>" in text


def test_office_does_not_open_a_file_whose_list_of_parts_is_not_complete(tmp_path: Path) -> None:
    """The negative control: what it opens has been looked at."""
    whole = office(compose(sample.one_post()), "odt", sample.picture)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "META-INF/manifest.xml":
                data = data.replace(b"meta.xml", b"elsewhere.xml")
            new.writestr(info, data)

    assert converted(whole, "odt", tmp_path) is not None
    shutil.rmtree(tmp_path / "out")
    assert converted(out.getvalue(), "odt", tmp_path) is None

"""The report over HTTP: each format as a file, for whom, and what is said when it cannot be made."""

from __future__ import annotations

import io
import json
import sys
import zipfile

import pytest
import pytest_asyncio

from server.errors import FonteinError, StorageFull
from server.report.exports import Format, Order
from server.reporting import WORK, Reporting
from tests.house import PATIENCE_S, SLUG, Place, eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

SAID = "Een goede vraag voor de burgemeester van vandaag."
BEGINS = {
    Format.HTML: b"<!doctype html>",
    Format.PDF: b"%PDF-1.",
    Format.ODT: b"PK",
    Format.DOCX: b"PK",
    Format.EPUB: b"PK",
    Format.MD: b"#",
    Format.CSV: b"\xef\xbb\xbf",
    Format.FIGURES: b"\xef\xbb\xbf",
    Format.QUESTIONS: b"\xef\xbb\xbf",
    Format.POLLS: b"\xef\xbb\xbf",
    Format.ODS: b"PK",
    Format.JSONL: b"{",
    Format.AS2: b"PK",
    Format.SCRIPT: b"{",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(place: Place) -> Place:
    await place.show(SAID)
    return place


@pytest.mark.parametrize("format_", Format)
async def test_each_format_is_a_file_to_save(told: Place, format_: Format) -> None:
    answer = await told.holder("author").get(f"report?format={format_}")

    assert answer.status == 200, answer
    assert answer.body.startswith(BEGINS[format_])
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{SLUG}-')
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    work = told.house.config.folder / SLUG / WORK
    await eventually(lambda: not list(work.iterdir()))


async def test_words_stand_in_it_and_those_that_are_gone_do_not(told: Place) -> None:
    author = told.holder("author")
    gone = await told.show("Dit neem ik terug.")
    rows = [json.loads(line) for line in (await author.get("report?format=jsonl")).body.splitlines()]
    assert [row["text"] for row in rows] == [SAID, "Dit neem ik terug."]
    await told.holder("organiser").ask("POST", "erasures", {"posts": [gone.id]})
    told_again = (await author.get("report?format=html")).body.decode()
    assert SAID in told_again
    assert "neem ik terug" not in told_again


async def test_language_and_names_are_chosen_for_one_file(told: Place) -> None:
    author = told.holder("author")
    for lang, heading in (("nl", "In het kort"), ("en", "In short")):
        answer = await author.get(f"report?format=html&lang={lang}")
        assert heading in answer.body.decode()
    assert told.hall.node.state.draft.lang == ""  # the draft itself is as its authors left it


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 422, "bad-query"),
        ("?format=exe", 404, "no-format"),
        ("?format=pdf&lang=fr", 422, "bad-query"),
        ("?format=pdf&names=nick", 422, "bad-query"),
        ("?format=pdf&version=1", 422, "bad-query"),
    ],
)
async def test_what_cannot_be_asked_is_said(told: Place, query: str, status: int, code: str) -> None:
    answer = await told.holder("author").get(f"report{query}")
    assert (answer.status, answer.code) == (status, code), answer


async def test_archive_holds_what_its_manifest_says(told: Place) -> None:
    answer = await told.holder("organiser").get("report?format=as2")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        members = json.loads(archive.read("manifest.json"))
        assert archive.testzip() is None
    assert members


@pytest.mark.parametrize(
    ("child", "status", "code"),
    [
        ("import sys; sys.exit(3)", 503, "report-failed"),
        ("print('not json')", 503, "report-failed"),
        ("import time; time.sleep(60)", 503, "report-failed"),
        (
            'print(\'{"type":"failure","code":"report-failed","message":"No space left on device","full":true}\')',
            507,
            "storage-full",
        ),
    ],
)
async def test_child_that_fails_is_told_and_leaves_nothing(told: Place, child: str, status: int, code: str) -> None:
    folder = told.house.config.folder / SLUG
    time_s = 0.5 if "sleep" in child else 60.0
    reports = Reporting(time_s=time_s, command=(sys.executable, "-c", f"import sys; sys.stdin.buffer.read(); {child}"))
    with pytest.raises(FonteinError) as refused:
        async with reports.made(told.hall.node.state, Order(formats=(Format.HTML,)), folder=folder):
            raise AssertionError("it was not made")
    assert refused.value.code == code
    assert isinstance(refused.value, StorageFull) == (status == 507)
    assert not list((folder / WORK).iterdir())


# The draft


async def test_two_authors_write_at_once_and_both_texts_are_kept(told: Place) -> None:
    author, organiser = told.holder("author"), told.holder("organiser")
    first = (await author.ask("PUT", "report/texts/opening", {"text": "Het was vol.", "base": 0})).json
    hers = (await author.ask("PUT", "report/texts/opening", {"text": "Het was stil.", "base": first["seq"]})).json
    his = (await organiser.ask("PUT", "report/texts/opening", {"text": "Het was laat.", "base": first["seq"]})).json

    assert (hers["beside"], his["beside"]) == (False, True)
    known = (await author.get("report/draft")).json["texts"]["opening"]
    assert known["text"]["text"] == "Het was stil."
    assert [each["text"] for each in known["beside"]] == ["Het was laat."]
    assert known["beside"][0]["by"] == "Badge organiser"
    both = {"text": "Het was stil en laat.", "base": hers["seq"], "settles": [his["seq"]]}
    assert not (await author.ask("PUT", "report/texts/opening", both)).json["beside"]
    assert "Het was stil en laat." in (await author.get("report?format=html")).body.decode()


async def test_what_an_author_did_is_taken_back_by_an_author_and_not_by_a_moderator(told: Place) -> None:
    author = told.holder("author")
    wrote = (await author.ask("PUT", "report/texts/closing", {"text": "Dag.", "base": 0})).json["seq"]
    assert (await told.holder("moderator").ask("POST", "undos", {"seq": wrote})).status == 403
    assert (await author.ask("POST", "undos", {"seq": wrote})).status == 200
    assert "closing" not in (await author.get("report/draft")).json["texts"]


async def test_choices_show_in_the_draft(told: Place) -> None:
    author = told.holder("author")
    one, two = [(await told.show(f"Bericht nummer {n} van vandaag.")).id for n in (1, 2)]
    await author.ask("POST", "report/quotes", {"posts": [one], "choice": "out", "names": "full"})
    passed = await author.ask("POST", "report/quotes", {"posts": [two, "a" * 16], "pull": "in", "into": None})
    await author.ask("PUT", "report/settings", {"names": "anonymous", "lang": "en", "cover": "paper"})

    draft = (await author.get("report/draft")).json
    assert passed.json["passed"] == ["a" * 16]
    assert draft["picks"][one] == {"choice": "out", "pull": "auto", "names": "full", "into": None}
    chosen = {post for section in draft["sections"] for post in section["chosen"]}
    assert two in chosen
    assert one not in chosen
    assert [post for section in draft["sections"] for post in section["pulls"]] == [two]
    assert (draft["names"], draft["lang"], draft["cover"]) == ("anonymous", "en", "paper")
    await author.ask("POST", "report/quotes", {"posts": [one], "choice": "auto", "names": None})
    assert one not in (await author.get("report/draft")).json["picks"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("texts/nowhere", {"text": "x", "base": 0}, 404, "unknown"),
        ("texts/summary", {"text": "x" * 20_001, "base": 0}, 422, "too-long"),
        ("texts/summary", {"text": "x" * 200_000, "base": 0}, 413, "too-large"),
        ("texts/summary", {"text": "x", "base": -1}, 422, "bad-input"),
        ("settings", {"names": "nick"}, 422, "bad-input"),
        ("order", {"section": "x" * 65, "posts": []}, 422, "bad-input"),
    ],
)
async def test_what_cannot_be_written_is_said(told: Place, path: str, body: object, status: int, code: str) -> None:
    answer = await told.holder("author").ask("PUT", f"report/{path}", body)
    assert (answer.status, answer.code) == (status, code), answer


# While somebody writes


async def test_preview_prints_posts_as_the_report_names_them_and_says_which_may_not_stand_there(told: Place) -> None:
    author = told.holder("author")
    shown, waits = await told.show("Dit mag erin."), await told.arrive("Dit nog niet.")
    text = f"Zo was het:\n\n{{{{post {shown.id}}}}}\n\n{{{{post {waits.id}}}}}\n\n{'é' * 15_000}"

    answer = await author.ask("POST", "report/preview", {"text": text})

    words, known, unknown, long = answer.json["blocks"]
    assert words == {"type": "paragraph", "inlines": [{"type": "text", "text": "Zo was het:"}]}
    assert (known["id"], known["known"], known["text"], known["author"]) == (shown.id, True, "Dit mag erin.", "")
    assert unknown == {"type": "post", "id": waits.id, "known": False}
    assert long["inlines"][0]["text"] == "é" * 15_000
    assert "Dit nog niet" not in answer.body.decode()


async def test_a_preview_is_no_longer_than_a_text(told: Place) -> None:
    refused = await told.holder("author").ask("POST", "report/preview", {"text": "a" * 20_001})
    assert (refused.status, refused.code) == (422, "too-long")
    huge = await told.holder("author").ask("POST", "report/preview", {"text": "a" * 200_000})
    assert (huge.status, huge.code) == (413, "too-large")


async def test_authors_hear_of_changes_and_of_who_writes_where_and_nobody_else_does(told: Place) -> None:
    author, organiser = told.holder("author"), told.holder("organiser")
    async with author.live("report") as mine, organiser.live("desk") as desk:
        snapshot = await mine.receive_json(timeout=PATIENCE_S)
        assert set(snapshot["view"]) == {"draft"}
        seq = snapshot["view"]["draft"]["seq"]

        wrote = (await organiser.ask("PUT", "report/settings", {"names": "initials", "lang": "en"})).json["seq"]
        beat = {"topic": "writing", "key": f"session:{'s' * 64}", "value": {"name": "Iemand anders"}}
        assert (await organiser.ask("POST", "pulses", beat)).status == 204

        frames = [await mine.receive_json(timeout=PATIENCE_S) for _ in range(3)]
        ((_, key, news),) = next(frame["changes"] for frame in frames if frame["type"] == "changes")
        assert (key, news["lang"]) == ("draft", "en")
        assert news["seq"] == wrote > seq
        pulse = next(frame for frame in frames if frame["type"] == "pulse")
        assert (pulse["topic"], pulse["key"]) == ("writing", f"session:{'s' * 64}")
        assert (pulse["value"]["name"], pulse["value"]["initials"]) == ("Badge organiser", "B. o.")

        await organiser.ask("POST", "pulses", {"topic": "looking", "key": "desk-1", "value": {}})
        heard = [await desk.receive_json(timeout=PATIENCE_S) for _ in range(3)]
        assert [frame["topic"] for frame in heard if frame["type"] == "pulse"] == ["looking"]
    await organiser.ask("PUT", "report/settings", {"names": "initials"})

"""The wall as a list without JavaScript: the posts, and what the hall asks and is asked, in words."""

from __future__ import annotations

import re
from html import unescape

import pytest

from server.symposium.hall_facts import ENOUGH
from server.symposium.values import OPERATOR, Stand
from tests.house import SLUG, Place
from tests.server.web.asked import FORMS, opened, phones, question, vote

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def told(place: Place, query: str = "plain=1") -> str:
    answer = await place.visitor().get(f"/{SLUG}/text?{query}")
    assert answer.status == 200, answer
    return unescape(answer.body.decode())


def lines(page: str) -> list[str]:
    """What the first poll in *page* says: the one that was opened last."""
    _, _, first = page.partition('<ul class="asked-lines">')
    return [re.sub(r"</?span[^>]*>", "", line) for line in marked(first)]


def marked(page: str) -> list[str]:
    """The same, and which language each label has."""
    return re.findall(r'<li dir="auto">(.*?)</li>', page.partition("</ul>")[0])


async def test_question_on_stage_and_polls_are_told_without_javascript(place: Place) -> None:
    asked = await question(place, "Wie beslist er als de computer twijfelt?")
    await question(place, "Wat kost dat?")
    await place.holder("chair").ask("PUT", f"questions/{asked}/stand", {"stand": Stand.ON_STAGE.value})
    made, opening = await opened(place, FORMS["single"])
    before = await told(place)
    for phone, option in zip(await phones(place, ENOUGH), (0, 0, 0, 1, 1), strict=True):
        await vote(phone, made, opening, [option])
    while_open = await told(place)
    await place.holder("moderator").ask("POST", f"polls/{made}/closings")
    after = await told(place)

    assert "Wie beslist er als de computer twijfelt?" in before
    assert before.count("<h2>Vraag op het podium</h2>") == 1, "the other one waits"
    assert (lines(before), lines(while_open)) == (["een", "twee", "drie"], ["een", "twee", "drie"])
    assert "0 stemmen tot nu toe." in before
    assert "5 stemmen tot nu toe." in while_open
    assert "De peiling is dicht: 5 stemmen." in after
    assert lines(after) == ["een: 60% (3)", "twee: 40% (2)", "drie: 0% (0)"]


async def test_in_english_the_words_are_english_and_the_poll_says_which_language_it_has(place: Place) -> None:
    await opened(place, FORMS["words"])

    page = await told(place, "plain=1&lang=en")

    assert "0 votes so far. Vote on your phone." in page
    assert '<p class="post-text" dir="auto" lang="nl">Wat vind je?</p>' in page


async def test_options_in_another_language_than_the_page_say_which_it_is(place: Place) -> None:
    made, opening = await opened(place, FORMS["single"])
    while_open = await told(place, "plain=1&lang=en")
    for phone in await phones(place, ENOUGH):
        await vote(phone, made, opening, [1])
    await place.holder("moderator").ask("POST", f"polls/{made}/closings")
    after = await told(place, "plain=1&lang=en")

    for page, rest in ((while_open, ("", "", "")), (after, (": 0% (0)", ": 100% (5)", ": 0% (0)"))):
        _, _, first = page.partition('<ul class="asked-lines">')
        labels = zip(("een", "twee", "drie"), rest, strict=True)
        assert marked(first) == [f'<span lang="nl">{label}</span>{more}' for label, more in labels]


async def test_heading_of_the_page_comes_first_and_posts_have_one_of_their_own(place: Place) -> None:
    await opened(place, FORMS["single"])

    headings = re.findall(r"<h(\d)[^>]*>(.*?)</h", await told(place))

    assert (headings[0], headings[-1]) == (("1", "Op het scherm"), ("2", "Berichten"))
    assert ("2", "Peiling") in headings[1:-1]
    assert {level for level, _ in headings[1:]} == {"2"}


async def test_nothing_of_the_hall_is_told_while_stopped_and_no_draft_ever(place: Place) -> None:
    asked = await question(place, "Staat deze er nog?")
    await place.holder("chair").ask("PUT", f"questions/{asked}/stand", {"stand": Stand.ON_STAGE.value})
    await opened(place, FORMS["scale"])
    await place.holder("moderator").ask("POST", "polls", {**FORMS["scale"], "title": {"nl": "Nog geheim?"}})
    told_before = await told(place)
    await place.hall.node.stop(OPERATOR, on=True)
    stopped = await told(place)
    await place.hall.node.stop(OPERATOR, on=False)

    assert ("Staat deze er nog?" in told_before, "1: oneens" in lines(told_before)) == (True, True), "control"
    assert "Staat deze er nog?" not in stopped
    assert 'class="asked-lines"' not in stopped
    assert "Nog geheim?" not in told_before + stopped


async def test_words_of_strangers_stay_words(place: Place) -> None:
    asked = await question(place, "<script>alert(1)</script> {n} {label}?")
    await place.holder("chair").ask("PUT", f"questions/{asked}/stand", {"stand": Stand.ON_STAGE.value})
    options = [{"nl": "<b>{share}</b>"}, {"nl": "{"}]
    await opened(place, {**FORMS["single"], "options": options})

    page = (await place.visitor().get(f"/{SLUG}/text?plain=1")).body.decode()

    assert "<script>alert" not in page
    assert "<b>" not in page
    assert lines(unescape(page)) == ["<b>{share}</b>", "{"]

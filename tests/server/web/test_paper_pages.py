"""The pages about papers: what a code leads to, all papers, and what nobody may read yet."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
import pytest_asyncio

from server.symposium.outcomes import Done
from server.symposium.values import OPERATOR, Form, PaperId
from server.web.paper_pages import size_words
from tests.house import SLUG, Answer, Place
from tests.shelf import BEFORE, LATER, NOW, Shelf, filled

pytestmark = pytest.mark.asyncio(loop_scope="module")

MAX_BYTES = 15_000
"""Of a paper's page without the style sheet that all pages share: on slow 3G a third of a second."""


class Page(HTMLParser):
    """What stands in a page: links with their attributes, words, and the tags that there are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[dict[str, str | None]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.words += data

    def link(self, end: str) -> dict[str, str | None]:
        """The one link whose address ends so."""
        (found,) = [link for link in self.links if (link.get("href") or "").endswith(end)]
        return found

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shelf(place: Place) -> Shelf:
    return await filled(place, preview=b"RIFF....WEBP")


async def page_of(shelf: Shelf, path: str, *, lang: str = "nl") -> tuple[Answer, Page]:
    answer = await shelf.place.visitor().get(f"/{SLUG}{path}", headers={"Accept-Language": lang})
    return answer, Page(answer.body.decode())


def path_of(shelf: Shelf, number: int) -> str:
    return f"/papers/{list(shelf.papers.values())[number]}"


# One paper


async def test_paper_has_a_button_for_the_newest_file_of_each_language_the_readers_first(shelf: Shelf) -> None:
    paper = shelf.node.state.papers[next(iter(shelf.papers.values()))]
    old, new, english = (file.seq for file in paper.files)

    _, dutch_page = await page_of(shelf, path_of(shelf, 0))
    _, english_page = await page_of(shelf, path_of(shelf, 0), lang="en")

    assert [attrs["href"] for attrs in dutch_page.links if "button" in (attrs.get("class") or "")] == [
        f"/{SLUG}/papers/{paper.id}/file/{new}",
        f"/{SLUG}/papers/{paper.id}/file/{english}",
    ]
    buttons = [attrs for attrs in english_page.links if "button" in (attrs.get("class") or "")]
    assert [attrs["hreflang"] for attrs in buttons] == ["en", "nl"]
    assert dutch_page.link(f"/file/{old}")["hreflang"] == "nl"


async def test_paper_says_who_when_where_and_how_large(shelf: Shelf) -> None:
    _, page = await page_of(shelf, path_of(shelf, 1))

    words = " ".join(page.words.split())
    for said in (
        "Chidi Okafor, Noor van Dalen",
        "Burgerberaad, en dan?",
        "Grote zaal",
        "6 blz.",
        "310\u00a0kB",
        "Nederlands",
    ):
        assert said in page.words or said in words, said
    assert re.search(r"\d\d:\d\d\u2013\d\d:\d\d", page.words)
    assert page.of("h1")[0] == {"dir": "auto", "lang": "nl"}


async def test_title_of_a_paper_in_several_languages_has_none(shelf: Shelf) -> None:
    _, page = await page_of(shelf, path_of(shelf, 0))

    assert page.of("h1")[0] == {"dir": "auto"}


async def test_first_page_is_loaded_late_and_keeps_its_place(shelf: Shelf) -> None:
    _, page = await page_of(shelf, path_of(shelf, 0))

    (picture,) = page.of("img")
    assert (picture["loading"], picture["width"], picture["height"]) == ("lazy", "320", "452")
    assert picture["alt"]


async def test_closed_paper_says_from_when_and_offers_nothing(shelf: Shelf) -> None:
    paper = list(shelf.papers.values())[2]
    (file,) = shelf.node.state.papers[paper].files

    answer, page = await page_of(shelf, f"/papers/{paper}")

    assert answer.status == 200
    assert re.search(r"Te lezen vanaf .*\d\d:\d\d", page.words)
    assert f"/file/{file.seq}" not in answer.body.decode()
    assert shelf.node.state.papers[paper].files  # there is something that could have leaked


async def test_link_leads_out_and_says_where_to(shelf: Shelf) -> None:
    _, page = await page_of(shelf, path_of(shelf, 4))

    link = page.link("voorbeeld.nl/dossier")
    assert link["rel"] == "noopener noreferrer nofollow"
    assert "Open voorbeeld.nl" in page.words


async def test_paper_needs_no_script_and_is_small(shelf: Shelf) -> None:
    answer, page = await page_of(shelf, path_of(shelf, 0))
    packed = await shelf.place.visitor().get(f"/{SLUG}{path_of(shelf, 0)}", headers={"Accept-Encoding": "gzip"})

    assert page.of("script") == []
    assert len(answer.body) <= MAX_BYTES
    assert packed.headers["Vary"] == "Accept-Encoding"


async def test_words_of_a_stranger_stay_words(shelf: Shelf) -> None:
    title = "<script>alert(1)</script> & <b>vet</b>"
    paper = await shelf.paper(title, authors=("<img src=x onerror=alert(1)>",), abstract="</p><script>1</script>")

    answer, page = await page_of(shelf, f"/papers/{paper}")

    assert page.of("script") == []
    assert page.of("img") == []
    assert title in page.words
    assert b"&lt;script&gt;" in answer.body


async def test_removed_and_unknown_papers_point_to_the_others(shelf: Shelf) -> None:
    paper = await shelf.paper("Tijdelijk")
    assert (await page_of(shelf, f"/papers/{paper}"))[0].status == 200
    assert isinstance(await shelf.node.shelf.remove_paper(OPERATOR, paper, erase=False), Done)

    for gone in (paper, PaperId("a" * 16), "iets-anders"):
        answer, page = await page_of(shelf, f"/papers/{gone}")
        assert answer.status == 404
        assert page.link(f"/{SLUG}/papers")
        assert "Tijdelijk" not in page.words


# All of them


async def test_all_papers_stand_by_session_in_the_order_of_the_day(shelf: Shelf) -> None:
    _, page = await page_of(shelf, "/papers")

    listed = [
        href.rsplit("/", 1)[1]
        for link in page.links
        if re.fullmatch(rf"/{SLUG}/papers/[a-z2-7]{{16}}", href := link["href"] or "")
    ]
    wanted = [
        paper.id for paper in sorted(shelf.node.state.papers.values(), key=lambda p: _order(shelf, p.session, p.made))
    ]
    assert listed == wanted
    assert page.words.index("Opening door de burgemeester") < page.words.index("Burgerberaad, en dan?")


def _order(shelf: Shelf, session: str | None, made: int) -> tuple[bool, int, int]:
    programme = shelf.node.state.programme
    assert programme is not None
    slot = next((slot for slot in programme.slots.values() if slot.session == session), None)
    return (slot is None, 0 if slot is None else slot.start, made)


async def test_all_papers_can_be_had_in_one_file_whole_and_by_session(shelf: Shelf) -> None:
    _, page = await page_of(shelf, "/papers")

    assert page.link("/papers.zip")
    assert page.link(f"/papers.zip?session={NOW}")
    # There is one open file at the later session: one file is no pile.
    assert [link for link in page.links if (link["href"] or "").endswith(f"session={LATER}")] == []
    answer = await shelf.place.visitor().ask("HEAD", f"/{SLUG}/papers.zip?session={NOW}")
    assert answer.status == 200


async def test_shelf_without_papers_says_so(place: Place) -> None:
    await place.symposium("leegplank", short="LP")

    answer = await place.visitor().get("/leegplank/papers", headers={"Accept-Language": "en"})

    assert answer.status == 200
    assert "There are no papers yet." in answer.body.decode()


# The keepers'


async def test_shelf_page_explains_itself_without_a_badge_and_tells_nothing(shelf: Shelf) -> None:
    answer, page = await page_of(shelf, "/shelf")

    assert answer.status == 200
    assert "spreker" in page.words
    for title in shelf.papers:
        assert title not in page.words


async def test_shelf_page_of_a_speaker_knows_its_session(shelf: Shelf) -> None:
    token = await shelf.speaker(NOW)
    speaker = shelf.place.visitor()
    assert (await speaker.ask("PUT", "me", {"token": token})).status == 204

    answer = await speaker.get(f"/{SLUG}/shelf")

    assert f'"session": "{NOW}"' in answer.body.decode()


# The phone's page, as a code leads to it


async def test_phone_page_says_the_room_of_the_code_and_posts_with_it(shelf: Shelf) -> None:
    answer, page = await page_of(shelf, "?room=zaal-2")

    assert "Zaal 2" in page.words
    assert {"type": "hidden", "name": "room", "value": "zaal-2"} in page.of("input")
    # What a code said of the room is of one visit: nobody else's page is made of it.
    assert "Fontein-Shell" not in answer.headers


@pytest.mark.parametrize(
    "query", ["?room=bestaat-niet", "?room=%3Cscript%3E", "?session=bestaat-niet", "?room=" + "x" * 500]
)
async def test_phone_page_leaves_alone_what_the_programme_does_not_know(shelf: Shelf, query: str) -> None:
    answer, page = await page_of(shelf, query)

    assert answer.status == 200
    assert {attrs.get("name") for attrs in page.of("input")} & {"room", "session"} == set()


async def test_form_without_script_sends_room_and_session(shelf: Shelf) -> None:
    visitor = shelf.place.visitor()
    await visitor.get(f"/{SLUG}")
    fields = {"text": "Uit zaal twee", "consent": "true", "room": "zaal-2"}

    answer = await visitor.ask("POST", f"/{SLUG}", data=fields)

    assert answer.status == 303
    (post,) = [post for post in shelf.node.state.posts.values() if post.session is not None]
    assert post.session == "ernaast"


# Words


@pytest.mark.parametrize(
    ("size", "dutch", "english"),
    [
        pytest.param(12, "1 kB", "1 kB", id="nothing is 0 kB"),
        pytest.param(310_400, "310 kB", "310 kB", id="kilobytes"),
        pytest.param(1_800_000, "1,8 MB", "1.8 MB", id="megabytes with a decimal"),
        pytest.param(199_900_000, "200 MB", "200 MB", id="large ones without"),
    ],
)
async def test_size_is_said_as_people_say_it(size: int, dutch: str, english: str) -> None:
    assert size_words(size, "nl") == dutch.replace(" ", "\u00a0")
    assert size_words(size, "en") == english.replace(" ", "\u00a0")


async def test_forms_have_words_in_both_languages(shelf: Shelf) -> None:
    for form in Form:
        link = "https://voorbeeld.nl/" if form is Form.LINK else ""
        paper = await shelf.paper(f"Soort {form.value}", form=form, link=link)
        for lang in ("nl", "en"):
            answer, _ = await page_of(shelf, f"/papers/{paper}", lang=lang)
            assert answer.status == 200


async def test_papers_of_a_session_that_the_programme_dropped_are_still_there(shelf: Shelf) -> None:
    """The last one here: it changes the programme."""
    assert (await page_of(shelf, path_of(shelf, 5)))[1].of("section")

    await shelf.programme(without=BEFORE)

    answer, page = await page_of(shelf, path_of(shelf, 5))
    assert answer.status == 200
    assert page.of("section") == []
    assert "Welkomstwoord" in (await page_of(shelf, "/papers"))[1].words

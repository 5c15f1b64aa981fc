"""What the screens show."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from server.symposium import acts, facts, views
from server.symposium.entries import PaperRemoved, PollForm, PollOpened, PollSet, QuestionSet, SceneSet
from server.symposium.outcomes import Refused
from server.symposium.scenes import MAX_PLAYLIST
from server.symposium.state import Showing, erase
from server.symposium.values import PaperId, PollId, PollKind, PostId, RoomId, Scene, ScreenId, SessionId
from server.symposium.views import WallBook, WirePost
from tests.server.symposium.day import ANNA, HALL, PANEL, SHOW, SLOTS, Day, code_of


def facts_of(day: Day) -> facts.SceneFacts:
    return facts.scene_facts(day.state)


def on_the_wall(day: Day) -> list[str]:
    book = WallBook()
    book.look(day.state)
    return [value.id for value in book.items.values() if isinstance(value, WirePost)]


def shown_day(*posts: str) -> Day:
    day = Day()
    for post in posts:
        day.arrive(post, verdict=SHOW)
    return day


class TestSetting:
    @pytest.mark.parametrize("screen", [None, "left"])
    @pytest.mark.parametrize("scene", [scene for scene in Scene if scene is not Scene.PAPER])
    def test_each_scene(self, scene: Scene, screen: str | None) -> None:
        day = shown_day("a", "b")
        posts = {"spotlight": ("a",), "playlist": ("b", "a", "b")}.get(scene, ())

        assert code_of(day.scene(scene, *posts, screen=screen)) == "Done"

        told: Any = facts_of(day) if screen is None else facts_of(day).screens[screen]
        assert (told.scene, told.post) == (scene, "a" if scene is Scene.SPOTLIGHT else None)
        assert told.posts == (("b", "a") if scene is Scene.PLAYLIST else ())
        assert told.text == (f"slide {day.seq}" if scene is Scene.TEXT else "")
        assert (facts_of(day).scene == "fountain") == (screen is not None or scene is Scene.FOUNTAIN)

    def test_a_screen_is_given_back(self) -> None:
        day = Day()
        day.scene("join", screen="left")
        day.scene(None, screen="left")
        assert (day.state.scene, day.state.screens) == (Showing(), {})

    def test_nothing_for_all_is_no_scene(self) -> None:
        assert code_of(Day().scene(None)) == "unknown"

    @pytest.mark.parametrize("scene", ["spotlight", "playlist"])
    @pytest.mark.parametrize("status", ["held", "hidden", "rejected", "withdrawn", "gone", "erased"])
    def test_only_posts_that_are_shown(self, scene: str, status: str) -> None:
        day = shown_day("ok")
        day.put_post_in(status)
        decided = day.post()
        posts = ("p",) if scene == "spotlight" else ("ok", "p")

        outcome = day.scene(scene, *posts)

        assert outcome == Refused(
            seq=day.seq, code="not-shown", post=decided.id, by=decided.decided_by, at=decided.decided_at
        )
        assert day.state.scene == Showing()

    @pytest.mark.parametrize("scene", ["spotlight", "playlist"])
    @pytest.mark.parametrize("posts", [(), ("nobody",)], ids=["none", "unknown"])
    def test_only_posts_that_there_are(self, scene: str, posts: tuple[str, ...]) -> None:
        assert code_of(Day().scene(scene, *posts)) == "unknown"


class TestBounds:
    def test_a_playlist(self) -> None:
        day = shown_day("a")
        assert code_of(day.scene("playlist", *["a"] * MAX_PLAYLIST)) == "Done"
        assert code_of(day.scene("playlist", *["a"] * (MAX_PLAYLIST + 1))) == "too-many-scenes"

    def test_screens_of_their_own(self) -> None:
        day = Day()
        codes = [code_of(day.scene("join", screen=str(n))) for n in range(acts.MAX_SCREENS + 1)]
        assert codes == [*["Done"] * acts.MAX_SCREENS, "too-many-scenes"]
        assert code_of(day.scene("blank", screen="0")) == "Done"

    def test_the_posts_of_all_scenes_together(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(acts, "MAX_SCENE_POSTS", 3)
        day = shown_day("a", "b", "c", "d")
        assert code_of(day.scene("playlist", "a", "b")) == "Done"
        assert code_of(day.scene("playlist", "b", "c", screen="left")) == "Done"
        assert code_of(day.scene("spotlight", "d", screen="right")) == "too-many-scenes"
        assert code_of(day.scene("spotlight", "a", screen="right")) == "Done"


class TestOnTheWall:
    @pytest.mark.parametrize("screen", [None, "left"])
    @pytest.mark.parametrize("scene", ["spotlight", "playlist", "join"])
    def test_the_posts_of_a_scene_are_there_also_beyond_the_newest(self, scene: str, screen: str | None) -> None:
        day = shown_day("old")
        day.scene(scene, "old", screen=screen)
        for number in range(views.WALL_POSTS):
            day.arrive(f"p{number}", verdict=SHOW)
        assert ("old" in on_the_wall(day)) == (scene != "join")

    @pytest.mark.parametrize("way", ["hide", "hold", "reject", "edit", "depart", "erase", "stop"])
    def test_what_leaves_the_screens_is_in_no_scene_and_not_in_the_view(self, way: str) -> None:
        day = shown_day("p", "q")
        day.scene("spotlight", "p")
        day.scene("playlist", "p", "q", screen="left")
        assert (facts_of(day).post, facts_of(day).screens["left"].posts) == ("p", ("p", "q"))

        {"edit": day.edit, "depart": day.depart, "erase": lambda: day.erase("p"), "stop": day.stop}.get(
            way, lambda: day.decide(way, "p")
        )()

        told = facts_of(day)
        assert (told.scene, told.post) == ("spotlight", None)
        assert told.screens["left"].posts == (() if way == "stop" else ("q",))
        assert "p" not in on_the_wall(day)
        book = WallBook()
        book.look(day.state)
        assert b"p says" not in msgspec.json.encode(book.items)

    def test_it_comes_back_with_the_post(self) -> None:
        day = shown_day("p")
        day.scene("spotlight", "p")
        day.decide("hide")
        day.undo()
        assert facts_of(day).post == "p"

    def test_what_is_released_during_a_pause_waits_in_its_scene_too(self) -> None:
        day = Day()
        day.pause()
        day.arrive("p", verdict=SHOW)
        assert code_of(day.scene("spotlight", "p")) == "Done"
        assert (facts_of(day).post, on_the_wall(day)) == (None, [])
        day.pause(on=False)
        assert (facts_of(day).post, on_the_wall(day)) == ("p", ["p"])


def test_a_slide_whose_words_were_erased_is_empty() -> None:
    day = Day()
    day.scene("text")
    erase(day.state, [day.seq])
    told = facts_of(day)
    assert (told.scene, told.title, told.text) == ("text", "", "")


class TestAnnouncement:
    def test_it_is_said_until_it_is_not(self) -> None:
        day = Day()
        assert facts.announcement_facts(day.state, names=False) == facts.AnnouncementFacts(text=None)
        day.announce("Coffee at three")
        at = day.state.at
        assert facts.announcement_facts(day.state, names=True) == facts.AnnouncementFacts(
            text="Coffee at three", at=at, by="Anna"
        )
        assert facts.announcement_facts(day.state, names=False).by is None
        day.announce(None)
        assert facts.announcement_facts(day.state, names=True).text is None

    def test_erased_it_says_nothing(self) -> None:
        day = Day()
        day.announce()
        erase(day.state, [day.seq])
        assert facts.announcement_facts(day.state, names=True) == facts.AnnouncementFacts(text=None)


class TestTheme:
    def test_the_houses_own_until_one_is_chosen(self) -> None:
        day = Day()
        assert facts.theme_facts(day.state, facts.plain_theme) == facts.ThemeFacts(
            name="fontein", mode="", css="/dag/theme.css?v=0", layout="fountain", logo=None, options={}
        )
        day.set_theme("krant", by=ANNA)
        chosen = facts.theme_facts(day.state, facts.plain_theme)
        assert (chosen.name, chosen.css) == ("krant", f"/dag/theme.css?v={day.seq}")

    def test_a_resolver_knows_address_and_layout(self) -> None:
        day = Day()
        day.set_theme("krant")
        book = WallBook(lambda slug, seq, body: facts.ThemeLook(f"/{slug}/{body.theme}/{seq}.css", "columns"))
        book.look(day.state)
        assert (book.items["theme"].css, book.items["theme"].layout) == (f"/dag/krant/{day.seq}.css", "columns")


class TestProgrammeAndPapers:
    def planned(self) -> Day:
        day = Day()
        day.programme()
        day.paper("paper")
        return day

    def put(self, day: Day, **fields: Any) -> str:
        return code_of(day.put(SceneSet(by=ANNA, **fields)))

    def test_a_room_shows_something_of_its_own_and_is_given_back(self) -> None:
        day = self.planned()
        self.put(day, scene=Scene.JOIN, room=HALL)
        told = facts_of(day)
        assert (told.scene, {room: each.scene for room, each in told.rooms.items()}) == ("fountain", {"hall": "join"})
        assert told.screens == {}
        self.put(day, scene=None, room=HALL)
        assert facts_of(day).rooms == {}
        day.undo_act()
        assert list(facts_of(day).rooms) == ["hall"]

    def test_all_is_all(self) -> None:
        day = self.planned()
        self.put(day, scene=Scene.JOIN, room=HALL)
        self.put(day, scene=Scene.TITLE)
        assert facts_of(day).rooms == {}

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"scene": Scene.PAPER, "paper": PaperId("paper")}, "Done"),
            ({"scene": Scene.PAPER, "paper": PaperId("nobody's")}, "unknown"),
            ({"scene": Scene.PAPER}, "unknown"),
            ({"scene": Scene.SESSION, "session": PANEL}, "Done"),
            ({"scene": Scene.SESSION}, "Done"),
            ({"scene": Scene.SESSION, "session": SessionId("no-session")}, "unknown"),
            ({"scene": Scene.PAPERS, "session": PANEL}, "Done"),
            ({"scene": Scene.JOIN, "room": RoomId("attic")}, "unknown"),
            ({"scene": Scene.JOIN, "room": HALL, "screen": ScreenId("left")}, "unknown"),
            ({"scene": Scene.JOIN, "screen": ScreenId("room:hall")}, "unknown"),
            ({"scene": None, "room": HALL}, "Done"),
        ],
    )
    def test_only_what_there_is(self, fields: dict[str, Any], code: str) -> None:
        assert self.put(self.planned(), **fields) == code

    def test_a_question_and_a_poll_that_there_are(self) -> None:
        day = shown_day("q")
        poll, form = PollId("poll"), PollForm(kind=PollKind.SINGLE, options=2)
        assert self.put(day, scene=Scene.QUESTION, post=PostId("q")) == "unknown", "it is no question yet"
        assert self.put(day, scene=Scene.POLL, poll=poll) == "unknown"
        day.put(QuestionSet(by=ANNA, post=PostId("q"), on=True))
        day.put(PollSet(by=ANNA, poll=poll, form=form))
        assert self.put(day, scene=Scene.QUESTION, post=PostId("q")) == "Done"
        assert facts_of(day).post == "q"
        day.decide("hide", "q")
        assert facts_of(day).post is None
        assert self.put(day, scene=Scene.QUESTION, post=PostId("q")) == "not-shown"
        assert self.put(day, scene=Scene.POLL, poll=poll) == "Done"
        assert facts_of(day).poll is None, "a draft is nobody's to see"
        day.put(PollOpened(by=ANNA, poll=poll))
        assert facts_of(day).poll == poll

    def test_what_is_gone_is_not_named(self) -> None:
        day = self.planned()
        self.put(day, scene=Scene.PAPER, paper=PaperId("paper"))
        assert facts_of(day).paper == "paper"
        day.put(PaperRemoved(by=ANNA, paper=PaperId("paper")))
        assert facts_of(day).paper is None
        self.put(day, scene=Scene.SESSION, session=PANEL)
        assert facts_of(day).session == "panel"
        day.programme(SLOTS[2:])
        assert facts_of(day).session is None

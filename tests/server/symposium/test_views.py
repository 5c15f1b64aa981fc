"""What each audience may see."""

from __future__ import annotations

import msgspec
import pytest

from server.symposium import views
from server.symposium.entries import SymposiumBody
from server.symposium.history import LAST_DECISIONS
from server.symposium.state import State
from server.symposium.values import OPERATOR, BlobId, Emoji, Hold, Picture, PostBody, Reason, Reject, RuleId
from server.symposium.views import DeskBook, PhoneBook, StageBook, WallBook
from tests.server.symposium.day import ANNA, PHONE_1, REJECT, SHOW, Day


def look(book: WallBook | PhoneBook | DeskBook | StageBook, day: Day) -> dict[str, object]:
    book.look(day.state)
    return book.items


def posts(items: dict[str, object]) -> list[str]:
    return [key.removeprefix("post:") for key in items if key.startswith("post:")]


class TestWall:
    @pytest.mark.parametrize("status", ["held", "shown", "hidden", "rejected", "withdrawn", "gone", "erased"])
    def test_only_what_is_shown_is_there(self, status: str) -> None:
        day = Day()
        day.put_post_in(status)
        assert posts(look(WallBook(), day)) == (["p"] if status == "shown" else [])

    def test_it_names_nobody_of_the_staff(self) -> None:
        day = Day()
        day.pause()
        day.stop()
        assert b"Anna" not in msgspec.json.encode(look(WallBook(), day))
        assert b"Anna" in msgspec.json.encode(look(DeskBook(), day))

    def test_it_tells_nothing_of_why_or_of_who_else(self) -> None:
        fields = {field.encode_name for field in msgspec.structs.fields(views.WirePost)}
        assert fields == {
            "id", "revision", "status", "kind", "source", "author", "text", "whole", "lang", "created", "received",
            "released", "permalink", "session", "media", "emojis", "warning", "pinned", "starred", "question",
        }  # fmt: skip

    def test_the_newest_and_all_that_is_pinned_or_starred(self) -> None:
        day = Day()
        for number in range(views.WALL_POSTS + 3):
            day.arrive(f"p{number}", verdict=SHOW)
        day.decide("pin", "p0")
        day.decide("star", "p1")

        shown = posts(look(WallBook(), day))

        assert len(shown) == len(set(shown)) == views.WALL_POSTS + 2
        assert {"p0", "p1"} < set(shown)
        assert "p2" not in shown

    def test_a_long_text_is_cut_for_screens_and_whole_for_the_desk(self) -> None:
        day = Day()
        day.arrive(body=PostBody(salt="", text="Een lange zin.", cut=9))

        desk, wall = views.desk_post(day.state, day.post()), views.wire_post(day.state, day.post())

        assert desk is not None
        assert (desk.text, desk.whole) == ("Een lange zin.", True)
        assert wall is not None
        assert (wall.text, wall.whole) == ("Een lange…", False)

    def test_every_picture_is_on_our_own_host(self) -> None:
        day = Day()
        body = PostBody(
            salt="",
            text="x",
            avatar=BlobId("a"),
            media=(Picture(blob=BlobId("b"), small=BlobId("s"), type="image/png", width=1, height=1),),
            emojis=(Emoji(shortcode="e", blob=BlobId("c")),),
        )
        day.arrive(body=body, verdict=SHOW)
        post = look(WallBook(), day)["post:p"]

        assert isinstance(post, views.WirePost)
        assert post.author.avatar == "/dag/media/a"
        assert (post.media[0].url, post.media[0].small) == ("/dag/media/b", "/dag/media/s")
        assert post.emojis[0].url == "/dag/media/c"

    def test_a_post_whose_body_was_redacted_is_not_there(self) -> None:
        day = Day()
        day.arrive(verdict=SHOW)
        day.state.bodies.clear()
        assert posts(look(WallBook(), day)) == []


class TestDesk:
    def test_everybodys_first_post_before_anybodys_second(self) -> None:
        day = Day()
        for post, author in (("a1", "ada"), ("a2", "ada"), ("a3", "ada"), ("g1", "grace"), ("g2", "grace")):
            day.arrive(post, author=author)

        items = look(DeskBook(), day)

        assert posts(items) == ["a1", "g1", "a2", "g2", "a3"]
        places = [post.place for post in items.values() if isinstance(post, views.DeskPost)]
        assert places == [0, 1, 2, 3, 4]

    def test_it_is_bounded(self) -> None:
        day = Day()
        for number in range(views.DESK_POSTS + 1):
            day.arrive(f"p{number}")

        items = look(DeskBook(), day)

        assert len(posts(items)) == views.DESK_POSTS
        assert items["counts"] == views.Counts(held=views.DESK_POSTS + 1, shown=0, hidden=0, rejected=0)

    @pytest.mark.parametrize(
        ("verdict", "why"),
        [
            (Hold(rule=RuleId("links"), found="link"), views.Why(rule="links", found="link")),
            (
                Reject(rule=RuleId("words"), reason=Reason.HURTFUL, found="insult"),
                views.Why(rule="words", found="insult", reason="hurtful"),
            ),
        ],
        ids=["hold", "reject"],
    )
    def test_it_says_why_a_post_waits(self, verdict: Hold | Reject, why: views.Why) -> None:
        day = Day()
        day.arrive(verdict=verdict)
        post = views.desk_post(day.state, day.post())
        assert post is not None
        assert post.why == why

    def test_those_that_say_the_same_are_one_group(self) -> None:
        """Also where the first of them left the queue."""
        day = Day()
        day.arrive("first", verdict=SHOW)
        day.arrive("second", like="first")
        day.arrive("third", like="second")
        day.phone("other")
        items = look(DeskBook(), day)
        told = {key: (post.group, post.alike, post.device) for key, post in items.items() if key.startswith("post:")}
        assert told == {
            "post:second": ("first", 2, False),
            "post:third": ("first", 2, False),
            "post:other": ("other", 1, True),
        }

    def test_a_group_that_changes_is_told(self) -> None:
        day, book = Day(), DeskBook()
        day.arrive("a")
        assert look(book, day)["post:a"].alike == 1
        day.arrive("b", like="a")
        assert look(book, day)["post:a"].alike == 2
        day.decide("reject", "b")
        assert look(book, day)["post:a"].alike == 1

    def test_posts_that_name_each_other_end_somewhere(self) -> None:
        """No journal of ours has such; any may be read."""
        day = Day()
        day.arrive("a", like="b")
        day.arrive("b", like="a")
        assert (views.group_of(day.state, day.post("a")), views.group_of(day.state, day.post("b"))) == ("a", "a")

    def test_revisions_are_counted(self) -> None:
        day = Day()
        day.arrive()
        day.edit()
        assert look(DeskBook(), day)["post:p"].revisions == 2

    def test_the_last_decisions_are_bounded_and_tell_what_was_undone(self) -> None:
        day = Day()
        day.arrive("p")
        for _ in range(LAST_DECISIONS):
            day.decide("show")
            day.decide("hide")
        undone = day.seq
        day.undo(undone)

        items = look(DeskBook(), day)

        last = [value for key, value in items.items() if key.startswith("last:")]
        assert len(last) == LAST_DECISIONS
        newest = items[f"last:{undone}"]
        assert isinstance(newest, views.Decision)
        assert (newest.by, newest.decision, newest.undone, newest.posts) == ("Anna", "hide", True, ("p",))

    def test_a_decision_shows_the_text_as_it_reads_now(self) -> None:
        """A book that was kept up must not differ from the book of a node that has just started."""
        day = Day()
        day.arrive()
        day.decide("reject")
        decision, kept = f"last:{day.seq}", DeskBook()
        look(kept, day)
        day.edit()

        assert look(kept, day)[decision] == look(DeskBook(), day)[decision]


class TestOwn:
    @pytest.mark.parametrize("status", ["held", "shown", "hidden", "rejected", "withdrawn", "gone", "erased"])
    def test_a_phone_is_told_how_its_posts_stand(self, status: str) -> None:
        day = Day()
        day.put_post_in(status)

        (own,) = views.own_posts(day.state, PHONE_1)

        assert (own.status, own.on_screen) == (status, status == "shown")
        assert own.text == ("" if status in ("withdrawn", "gone", "erased") else "p says p-1")

    def test_approved_is_not_on_a_screen_while_stopped_or_paused(self) -> None:
        day = Day()
        day.pause()
        day.put_post_in("shown")
        (own,) = views.own_posts(day.state, PHONE_1)
        assert (own.status, own.on_screen) == ("shown", False)

    @pytest.mark.parametrize("ending", ["withdrawn", "gone", "erased"])
    def test_a_phone_is_told_when_its_post_ended(self, ending: str) -> None:
        day = Day()
        day.put_post_in("shown")
        (before,) = views.own_posts(day.state, PHONE_1)
        end = {"withdrawn": day.withdraw, "gone": day.depart, "erased": lambda: day.erase("p")}[ending]
        end()
        (after,) = views.own_posts(day.state, PHONE_1)
        assert (before.ended_at, after.ended_at) == (None, day.state.at)
        assert after.decided_at == before.decided_at != after.ended_at

    @pytest.mark.parametrize("mark", [None, "pin", "star"])
    @pytest.mark.parametrize("paused", [False, True])
    def test_on_screen_is_what_the_walls_view_has(self, *, paused: bool, mark: str | None) -> None:
        """Approved long ago is not on the screens any more, unless it was pinned or starred."""
        day = Day(pending_cap=1_000)
        day.put_post_in("shown")
        if mark is not None:
            day.decide(mark)
        told = []
        for number in range(views.WALL_POSTS + 1):
            day.arrive(f"n{number}", verdict=SHOW)
            if number == views.WALL_POSTS - 2:
                told.append(views.own_posts(day.state, PHONE_1)[0].on_screen)
                if paused:
                    day.pause()
        (own,) = views.own_posts(day.state, PHONE_1)

        assert told == [True], "it was the last of the newest then"
        assert own.on_screen == (paused or mark is not None)
        assert own.on_screen == ("p" in posts(look(WallBook(), day)))
        assert views.own_post(day.state, day.post()) == own

    @pytest.mark.parametrize("status", ["shown", "held", "rejected"])
    def test_a_banned_author_is_never_told(self, status: str) -> None:
        day = Day()
        day.put_post_in(status)
        day.ban(PHONE_1, earlier=True)
        day.phone("later", verdict=REJECT)

        assert {own.status for own in views.own_posts(day.state, PHONE_1)} == {"held"}
        assert {own.reason for own in views.own_posts(day.state, PHONE_1)} == {None}
        assert {own.decided_at for own in views.own_posts(day.state, PHONE_1)} == {None}

    @pytest.mark.parametrize(
        ("reason", "told"), [(Reason.OFF_TOPIC, "off-topic"), (None, None)], ids=["a reason", "none"]
    )
    def test_the_reason_that_a_person_gave(self, reason: Reason | None, told: str | None) -> None:
        day = Day()
        day.phone(verdict=REJECT)
        day.decide("hold")
        day.decide("reject", reason=reason)
        assert views.own_posts(day.state, PHONE_1)[0].reason == told

    def test_the_reason_of_a_rule(self) -> None:
        day = Day()
        day.phone(verdict=REJECT)
        assert views.own_posts(day.state, PHONE_1)[0].reason == "hurtful"

    def test_only_ones_own_newest_first_and_bounded(self) -> None:
        day = Day(pending_cap=1_000)
        day.phone("other", device="phone-2")
        for number in range(views.OWN_POSTS + 1):
            day.phone(f"p{number}")
        own = [post.id for post in views.own_posts(day.state, PHONE_1)]
        assert own == [f"p{number}" for number in range(views.OWN_POSTS, 0, -1)]


class TestPhoneAndStage:
    def test_the_phones_view_holds_no_posts(self) -> None:
        day = Day()
        day.put_post_in("shown")
        items = look(PhoneBook(), day)
        assert set(items) == {
            "symposium", "scene", "announcement", "theme", "stop", "pause", "programme", "direction", "shelf"
        }  # fmt: skip

    def test_the_stage_sees_how_long_the_oldest_waits(self) -> None:
        day = Day()
        assert look(StageBook(), day)["figures"] == views.Figures(held=0, oldest_at=None)
        day.arrive("a")
        at = day.state.at
        day.arrive("b")
        assert look(StageBook(), day)["figures"] == views.Figures(held=2, oldest_at=at)

    def test_the_stage_sees_the_sources(self) -> None:
        items = look(StageBook(), Day())
        assert items["source:phone"] == views.SourceFacts(id="phone", network="phone", on=True, name="")
        assert items["source:mastodon-1"] == views.SourceFacts(
            id="mastodon-1", network="mastodon", on=True, name="Zwaan"
        )


class TestBooks:
    def test_what_did_not_change_is_the_same_object(self) -> None:
        day, book = Day(), WallBook()
        day.arrive("a", verdict=SHOW)
        before = dict(look(book, day))
        day.arrive("b", verdict=SHOW)

        after = look(book, day)

        assert all(after[key] is value for key, value in before.items())
        assert set(after) - set(before) == {"post:b"}

    def test_a_redacted_symposium_has_no_title(self) -> None:
        assert views.symposium_body(State()) == SymposiumBody(title="")

    def test_a_badge_is_called_by_its_name(self) -> None:
        day = Day()
        assert views.badge_name(day.state, ANNA) == "Anna"
        assert views.badge_name(day.state, None) is None
        assert views.badge_name(day.state, OPERATOR) == "operator"

"""From the state to the report: what stands where, who is named how, and that one state makes one report."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from server.report.compile import AUTO_PULLS, AUTO_QUOTES, compile_report
from server.report.model import Quote, Report, Section
from server.report.naming import initials, named
from server.symposium import entries
from server.symposium.entries import BlockBody, Count, Record, encode_body
from server.symposium.law import apply, replay
from server.symposium.values import (
    BlockId,
    Choice,
    Decision,
    Hold,
    Kept,
    Naming,
    Picture,
    Policy,
    PostBody,
    PostId,
    Reason,
    RuleId,
    SourceId,
    Status,
)
from tests.oracle.play import journals
from tests.server.symposium.day import (
    ANNA,
    AUTHOR,
    CLOSING,
    LUNCH,
    MINUTE,
    OPENING,
    ORGANISER,
    PANEL,
    SHOW,
    Day,
)

NOBODY = PostId("a" * 16)


class Told(Day):
    """A day with a clock, on which people say things in sessions."""

    def __init__(self) -> None:
        self.clock = 0
        super().__init__()
        self.programme()

    def put(self, head: entries.AnyHead, body: Any = None) -> Any:
        seq = len(self.records) + 1
        self.clock += 1
        record = Record(seq, self.clock, head, None if body is None else encode_body(body))
        self.records.append(record)
        return apply(self.state, record)

    def say(
        self, post: str, minute: float, text: str = "Dat is een goede vraag voor ons allemaal.", **rest: Any
    ) -> PostId:
        """A post on the screens; its id has sixteen characters, as all have."""
        self.clock = max(self.clock, round(minute * MINUTE))
        body = {key: rest.pop(key) for key in tuple(rest) if key in PostBody.__struct_fields__}
        known = PostId((post * 16)[:16])
        author = rest.pop("author", f"author-{post}")
        said = PostBody(salt="", text=text, **{"name": f"{post.title()} Jansen", **body})
        self.arrive(known, verdict=SHOW, author=author, body=said, **rest)
        return known

    def report(self, **rest: Any) -> Report:
        return compile_report(self.state, **rest)

    def section(self, id: str = OPENING, **rest: Any) -> Section:
        return next(each for each in self.report(**rest).all_sections() if each.id == id)

    def thread(self, id: str = OPENING) -> list[str]:
        """The first letter of each post in the thread, in its order; of what was answered in brackets behind it."""
        return [
            each.quote.post[0] + "".join(f"({reply.post[0]})" for reply in each.replies)
            for each in self.section(id).thread
        ]

    def quotes(self, *posts: PostId, **said: Any) -> None:
        self.put(entries.QuotesSet(by=AUTHOR, posts=posts, **said))

    def write(self, block: str, text: str) -> None:
        self.put(entries.BlockWritten(by=AUTHOR, block=BlockId(block), base=0), BlockBody(text=text))


class TestSections:
    def test_each_post_stands_where_it_belongs(self) -> None:
        day = Told()
        day.say("a", 12, session=OPENING)
        day.say("b", 5)
        day.say("c", 45, session="no longer in the programme")
        day.say("d", 200)
        day.say("e", 200, session=PANEL)
        report = day.report()

        posts = {each.id: [t.quote.post[0] for t in each.thread] for each in report.all_sections()}
        assert posts == {
            OPENING: ["a"],
            PANEL: ["e"],
            CLOSING: [],
            "aside": [],
            "loose": ["b", "c"],
            "after": ["d"],
        }
        assert [row.session for row in report.programme] == [OPENING, "aside", PANEL, LUNCH, CLOSING]
        assert [row.posts for row in report.programme] == [1, 0, 1, 0, 0]

    @pytest.mark.parametrize(
        ("until", "slots", "places"),
        [
            pytest.param("1970-01-02", False, ["loose", "loose", "after"], id="two-days-without-a-programme"),
            pytest.param("1970-01-02", True, ["loose", "loose", "after"], id="two-days-with-half-a-programme"),
            pytest.param("", False, ["loose", "after", "after"], id="one-day"),
            pytest.param("", True, ["after", "after", "after"], id="a-programme-alone"),
        ],
    )
    def test_afterwards_begins_with_the_end_of_the_last_day(self, until: str, slots: bool, places: list[str]) -> None:
        day = Told()
        body = entries.SymposiumBody(title="Twee dagen", date="1970-01-01", until=until)
        day.put(entries.SymposiumChanged(by=ORGANISER), body)
        if not slots:
            day.programme(())
        hours = {"a": 4, "b": 30, "c": 50}
        for post, hour in hours.items():
            day.say(post, hour * 60)
        found = {each.quote.post[0]: section.id for section in day.report().all_sections() for each in section.thread}
        assert [found[post] for post in hours] == places

    def test_a_break_has_a_place_when_something_was_said_in_it(self) -> None:
        day = Told()
        assert LUNCH not in {each.id for each in day.report().sections}
        day.say("a", 80, session=LUNCH)
        assert LUNCH in {each.id for each in day.report().sections}

    def test_what_is_late_stands_at_its_real_time(self) -> None:
        day = Told()
        day.shift(OPENING, 7)
        assert day.section().start == 17 * MINUTE

    def test_only_what_stands_on_the_screens_is_in_it(self) -> None:
        day = Told()
        for post, decision in (("a", None), ("b", "hide"), ("c", "reject"), ("d", "hold")):
            known = day.say(post, 12, session=OPENING, digest=f"{post}-1")
            if decision:
                day.put(
                    entries.Decided(
                        by=ANNA,
                        decision=Decision(decision),
                        posts=(entries.Target(known, 1, f"{post}-1"),),
                        reason=Reason.HURTFUL if decision == "reject" else None,
                    )
                )
        day.erase(day.say("e", 13, session=OPENING))
        report = day.report()

        assert day.thread() == ["a"]
        made = report.moderation
        assert (made.came, made.shown, made.waiting, made.erased) == (5, 1, 1, 1)
        assert {figure.name: figure.n for figure in made.not_shown} == {"hurtful": 1, "no-reason": 1}
        assert made.people == ("Anna",)
        assert b"goede vraag" not in msgspec.json.encode(msgspec.structs.replace(report, sections=()))

    def test_a_session_where_nobody_is_pictured_has_no_photos(self) -> None:
        day = Told()
        photo = (Picture(blob="b" * 64, type="image/jpeg", width=4, height=3, alt="De zaal"),)
        day.say("a", 12, session=OPENING, media=photo)
        day.say("b", 110, session=CLOSING, media=photo)
        assert [p.alt for p in day.section().thread[0].quote.photos] == ["De zaal"]
        assert day.section(CLOSING).thread[0].quote.photos == ()


class TestThreads:
    def test_what_answers_stands_below_what_it_answers_one_level_deep(self) -> None:
        day = Told()
        day.say("a", 11, session=OPENING, native_id="a")
        day.say("b", 12, session=OPENING, native_id="b")
        day.say("c", 13, session=OPENING, native_id="c", reply_to="a")
        day.say("d", 14, session=OPENING, native_id="d", reply_to="c")
        day.say("e", 15, session=OPENING, native_id="e", reply_to="elsewhere")
        assert day.thread() == ["a(c)(d)", "b", "e"]

    def test_answers_in_a_ring_are_all_there(self) -> None:
        day = Told()
        for post, answers in (("a", "b"), ("b", "c"), ("c", "a")):
            day.say(post, 11, session=OPENING, native_id=post, reply_to=answers)
        letters = "".join(day.thread())
        assert sorted(letters.replace("(", "").replace(")", "")) == ["a", "b", "c"]

    def test_the_compiler_chooses_so_many_and_of_all_people(self) -> None:
        day = Told()
        for n, letter in enumerate("abcdefghijklmnopqrst"):
            day.say(letter, 11, session=OPENING, author="one who says much" if n < 12 else letter)
        chosen = [t.quote.post[0] for t in day.section().thread]
        assert len(chosen) == AUTO_QUOTES
        assert set("mnopqrst") <= set(chosen)

    def test_the_author_has_the_last_word(self) -> None:
        day = Told()
        posts = [day.say(letter, 11, session=OPENING) for letter in "abcdefghijklmnopqrst"]
        assert "t" not in day.thread()
        day.quotes(posts[-1], choice=Choice.IN)
        day.quotes(posts[0], choice=Choice.OUT)
        assert "t" in day.thread()
        assert "a" not in day.thread()
        day.put(entries.QuotesOrdered(by=AUTHOR, section=OPENING, posts=(posts[-1], posts[5])))
        assert day.thread()[:2] == ["t", "f"]

    def test_nearly_equal_posts_count_under_one(self) -> None:
        day = Told()
        one, two, three = (day.say(letter, 11, session=OPENING) for letter in "abc")
        day.quotes(two, three, into=one)
        assert day.thread() == ["a"]
        assert day.section().thread[0].quote.alike == 2
        assert day.section().posts == 3
        assert day.report().moderation.merged == 2

    @pytest.mark.parametrize("gone", [True, False])
    def test_what_is_merged_into_nothing_or_in_a_ring_stands_alone(self, gone: bool) -> None:
        day = Told()
        one, two = (day.say(letter, 11, session=OPENING) for letter in "ab")
        day.quotes(one, into=two)
        if gone:
            day.erase(two)
        else:
            day.quotes(two, into=one)
        assert day.thread() == ["a"]
        assert day.section().posts == (1 if gone else 2)

    def test_posts_with_a_star_are_pull_quotes_and_the_author_may_differ(self) -> None:
        day = Told()
        posts = [day.say(letter, 11, session=OPENING, digest=f"{letter}-1") for letter in "abcdef"]
        for post, letter in zip(posts[:5], "abcde", strict=True):
            day.decide("star", entries.Target(post, 1, f"{letter}-1"))
        assert [quote.post[0] for quote in day.section().pulls] == ["a", "b", "c"]
        assert len(day.section().pulls) == AUTO_PULLS
        day.quotes(posts[0], pull=Choice.OUT)
        day.quotes(posts[5], pull=Choice.IN)
        assert [quote.post[0] for quote in day.section().pulls] == ["b", "c", "f"]


class TestNames:
    def test_initials_until_somebody_says_otherwise_and_for_one_post_differently(self) -> None:
        day = Told()
        one = day.say("a", 11, session=OPENING, name="Noor van Dalen", handle="@noor@zwaan.example")
        day.say("b", 12, session=OPENING, name="")

        def names() -> list[tuple[str, str]]:
            return [(t.quote.author, t.quote.handle) for t in day.section().thread]

        assert names() == [("N. v. D.", ""), ("", "")]
        day.put(entries.ReportSet(by=AUTHOR, naming=Naming.FULL))
        assert names() == [("Noor van Dalen", "@noor@zwaan.example"), ("", "")]
        day.quotes(one, naming=Naming.ANONYMOUS)
        assert names() == [("", ""), ("", "")]

    @pytest.mark.parametrize(
        ("name", "wanted"),
        [
            ("Noor van Dalen", "N. v. D."),
            ("ijsbrand IJzerman", "ij. IJ."),
            ("José-María  O'Neill", "J. O."),
            ("😀", ""),
            ("", ""),
            ("42", ""),
            ("陈 伟", "陈. 伟."),
            ("a b c d e f", "a. b. c. d."),
            ("E\u0301ric", "É."),
        ],
    )
    def test_initials_of_any_name(self, name: str, wanted: str) -> None:
        assert initials(name) == wanted

    def test_a_handle_goes_only_with_the_whole_name(self) -> None:
        body = PostBody(salt="", text="", name="Noor", handle="@noor")
        assert [named(body, each) for each in Naming] == [("Noor", "@noor"), ("N.", ""), ("", "")]


class TestSources:
    def test_addresses_are_numbered_in_the_order_of_reading(self) -> None:
        day = Told()
        day.put(entries.ReportSet(by=AUTHOR, naming=Naming.FULL))
        day.say("b", 12, session=OPENING, permalink="https://zwaan.example/b")
        day.say("a", 11, session=PANEL, permalink="https://zwaan.example/a")
        day.say("c", 13, session=OPENING)
        day.paper("slides", session=PANEL)
        report = day.report(home="https://host.example/dag", short="https://host.example/DG")
        assert [(note.number, note.address) for note in report.notes] == [
            (1, "https://zwaan.example/b"),
            (2, "https://zwaan.example/a"),
            (3, f"https://host.example/DG/{day.state.codes_of['paper:slides']}"),
        ]
        assert [t.quote.note for t in report.sections[0].thread] == [1, None]

    def test_an_address_names_its_author_and_goes_with_the_name(self) -> None:
        day = Told()
        post = day.say("a", 11, session=OPENING, permalink="https://zwaan.example/@ada/1")
        assert day.report().notes == ()
        day.quotes(post, naming=Naming.FULL)
        assert [note.address for note in day.report().notes] == ["https://zwaan.example/@ada/1"]

    def test_a_network_that_lets_nobody_keep_words_gives_its_address_and_nothing_else(self) -> None:
        day = Told()
        day.say("a", 11, "Geheim woord #heelgeheim", session=OPENING, permalink="https://x.example/1", lang="nl")
        told = day.report(link_only=("mastodon",))
        assert b"eheim" not in msgspec.json.encode(told)
        assert b"Jansen" not in msgspec.json.encode(told)
        quote = told.sections[0].thread[0].quote
        assert (quote.link_only, quote.text, quote.note) == (True, "", 1)
        assert b"Geheim" in msgspec.json.encode(day.report())  # the control: only the network's rule keeps it out

    def test_papers_that_are_closed_are_not_told(self) -> None:
        day = Told()
        day.paper("open", session=OPENING)
        day.paper("closed", session=CLOSING, embargo=True)
        day.put(entries.Counted(counts=(Count("open", "download", 4, 3),)))
        papers = [paper for each in day.report().all_sections() for paper in each.papers]
        assert [(paper.paper, paper.fetched) for paper in papers] == [("open", 4)]

    def test_a_post_that_the_author_cites_and_that_went_is_not_there(self) -> None:
        day = Told()
        one, two = day.say("a", 11, session=OPENING), day.say("b", 12, session=OPENING)
        day.write("summary", f"Zie {{{{post {one}}}}}, {{{{post {two}}}}} en {{{{post {NOBODY}}}}}.")
        assert set(day.report().cited) == {one, two}
        day.erase(one)
        assert set(day.report().cited) == {two}


class TestFigures:
    def test_the_day_is_drawn_in_columns_on_the_clock(self) -> None:
        day = Told()
        for n, minute in enumerate((12, 13, 14, 76, 119)):
            day.say("abcde"[n], minute, source=SourceId("phone") if n == 3 else SourceId("mastodon-1"))
        figures = day.report().figures
        assert figures.slot_s == 300
        assert figures.slots[0].start == 10 * MINUTE
        assert sum(slot.n for slot in figures.slots) == 5
        assert [(slot.start // MINUTE, slot.phones, slot.networks) for slot in figures.slots if slot.n] == [
            (10, 0, 3),
            (75, 1, 0),
            (115, 0, 1),
        ]
        assert (figures.peaks[0], figures.clear) == (0, True)
        assert figures.talk == 80  # one came at lunch

    def test_what_came_long_before_says_nothing_about_the_day(self) -> None:
        day = Told()
        far = [
            msgspec.structs.replace(slot, start=slot.start + 600 * MINUTE, end=slot.end + 600 * MINUTE)
            for slot in day.state.programme.slots.values()  # type: ignore[union-attr]
        ]
        day.say("a", 1)
        day.programme(tuple(far))
        day.say("b", 640, session=OPENING)
        figures = day.report().figures
        assert sum(slot.n for slot in figures.slots) == 1
        assert figures.posts == 2

    def test_an_empty_symposium_has_a_report(self) -> None:
        day = Day()
        report = compile_report(day.state)
        assert (report.figures.posts, report.figures.slots, report.sections) == (0, (), ())
        assert report.figures.shown_p50_s is None
        assert report.loose is None
        assert report.after is None

    def test_brakes_and_stops_are_told(self) -> None:
        day = Told()
        day.set_policy(Policy.RULES_DECIDE)
        day.brake()
        day.stop()
        day.stop(on=False)
        made = day.report().moderation
        assert [(each.posts_per_minute, each.new_percent) for each in made.brakes] == [(91, 70)]
        assert len(made.stops) == 1

    def test_how_long_posts_waited(self) -> None:
        day = Told()
        for n in range(4):
            post = day.say("abcd"[n], 11 + n, session=OPENING, digest="x-1") if n == 0 else None
            if post is None:
                post = PostId("abcd"[n] * 16)
                day.arrive(post, verdict=Hold(rule=RuleId("links")), digest=f"{post}-1")
                day.clock += n * 10_000_000
                day.decide("show", entries.Target(post, 1, f"{post}-1"))
        assert (day.report().figures.shown_p50_s, day.report().figures.shown_p95_s) == (10, 30)

    def test_an_answer_brings_what_it_answers_along(self) -> None:
        day = Told()
        for n in range(AUTO_QUOTES):
            day.say(chr(ord("c") + n), 12 + n, session=OPENING)
        day.say("a", 11, "Ja.", session=OPENING, native_id="1", author="first")
        day.say("b", 30, "Nee dank je? Dat zei toen toch echt bijna iedereen.", session=OPENING, reply_to="1")
        assert "a(b)" in day.thread()
        day.quotes(PostId("a" * 16), choice=Choice.OUT)
        assert "b" in day.thread()
        assert "a(b)" not in day.thread()

    def test_what_lapsed_is_counted_and_never_quoted(self) -> None:
        day = Told()
        for n, session in enumerate((OPENING, OPENING, PANEL)):
            day.say("abc"[n], 11 + n, session=session)
        before = day.report()
        day.put(entries.Lapsed(kinds=(Kept.POSTS,)))
        after = day.report()
        assert quotes_of(before)
        assert quotes_of(after) == []
        assert (after.figures.posts, after.figures.authors) == (before.figures.posts, before.figures.authors)
        assert [row.posts for row in after.programme] == [row.posts for row in before.programme]
        assert after.figures.slots == before.figures.slots
        assert after.moderation.shown == before.moderation.shown


def quotes_of(report: Report) -> list[Quote]:
    return [
        quote
        for each in report.all_sections()
        for quote in (*each.pulls, *(q for t in each.thread for q in (t.quote, *t.replies)))
    ]


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(journals())
def test_of_any_day_there_is_one_report_and_it_holds_only_what_is_shown(journal: list[Record]) -> None:
    state = replay(journal)
    report = compile_report(state)

    assert msgspec.json.encode(report) == msgspec.json.encode(compile_report(replay(journal)))
    stood = len(state.shown) + sum(post.stood and post.status is Status.LAPSED for post in state.posts.values())
    assert {quote.post for quote in quotes_of(report)} <= set(state.shown)
    assert report.figures.posts == stood
    assert report.moderation.came == len(state.posts)
    in_sections = sum(each.posts for each in report.all_sections())
    assert in_sections == stood


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(journals())
def test_compiling_changes_nothing(journal: list[Record]) -> None:
    state = replay(journal)
    before = msgspec.json.encode(state)
    compile_report(state)
    assert msgspec.json.encode(state) == before

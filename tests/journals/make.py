"""
Makes the journal of a release, and the state that it makes: `python -m tests.journals.make 0.1.0`.

Once, when a release is made. What is kept is never made again: it is what somebody's data folder holds.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from server.symposium import entries
from server.symposium.entries import (
    AddressBody,
    AnnouncementBody,
    AnswerBody,
    BadgeBody,
    BlockBody,
    PollBody,
    ReasonBody,
    RulesBody,
    SceneBody,
    SourceBody,
    SymposiumBody,
    ThemeBody,
)
from server.symposium.law import replay
from server.symposium.values import (
    OPERATOR,
    AuthorKey,
    BlobId,
    BlockId,
    Choice,
    Cover,
    Emoji,
    Form,
    Hold,
    Kept,
    Naming,
    PaperId,
    Part,
    Picture,
    Policy,
    PollId,
    PollKind,
    PostBody,
    PostId,
    Reaction,
    Reason,
    Reject,
    Reveal,
    Role,
    RuleId,
    Scene,
    ScreenId,
    Show,
    SourceId,
    Stand,
    VoterKey,
)
from tests.journals.files import write_journal
from tests.server.symposium.day import (
    ANNA,
    AUTHOR,
    BRAM,
    HALL,
    MASTODON,
    OPENING,
    ORGANISER,
    PANEL,
    REVOKED,
    SLOTS,
    SPEAKER,
    STRANGER,
    Day,
)

FOLDER = Path(__file__).parent
_POLLS = {
    PollId("single"): entries.PollForm(kind=PollKind.SINGLE, options=2, reveal=Reveal.LIVE),
    PollId("several"): entries.PollForm(kind=PollKind.SEVERAL, options=2, most=2, session=OPENING),
    PollId("ranking"): entries.PollForm(kind=PollKind.RANKING, options=2, binding=True),
    PollId("scale"): entries.PollForm(kind=PollKind.SCALE, low=0, high=4),
    PollId("number"): entries.PollForm(kind=PollKind.NUMBER, low=0, high=100),
    PollId("quiz"): entries.PollForm(kind=PollKind.QUIZ, options=2, right=1, seconds=30, reveal=Reveal.VOTED),
    PollId("statements"): entries.PollForm(kind=PollKind.STATEMENTS, options=2),
    PollId("words"): entries.PollForm(kind=PollKind.WORDS),
    PollId("again"): entries.PollForm(kind=PollKind.SINGLE, options=2, again=PollId("single")),
}


def a_day() -> Day:
    """A short day in which everything happens, refusals too."""
    day = Day(policy=Policy.RULES_DECIDE, pending_cap=2)
    day.put(entries.SymposiumChanged(by=ORGANISER), SymposiumBody(title="Open overheid, dag 1", hashtags=("dag", "oo")))
    day.put(entries.BadgeMade(by=REVOKED, badge=STRANGER, role=Role.ORGANISER, token_hash="h"), BadgeBody(name="No"))
    _posts_come(day)
    _staff_decide(day)
    _screens_change(day)
    _the_whole_changes(day)
    _the_programme_goes_on(day)
    _people_leave(day)
    _the_report(day)
    _the_hall_asks(day)
    _time_goes_on(day)
    return day


def _posts_come(day: Day) -> None:
    body = PostBody(
        salt="00ff",
        text="Één vraag over 🚲 en ‮rechts‬",
        cut=9,
        name="Ada",
        handle="@ada@zwaan.example",
        avatar=BlobId("a" * 64),
        media=(Picture(blob=BlobId("b" * 64), type="image/jpeg", width=640, height=480, alt="Een fiets"),),
        emojis=(Emoji(shortcode="fiets", blob=BlobId("c" * 64)),),
        lang="nl",
        created=1,
        warning="fietsen",
        permalink="https://zwaan.example/@ada/1",
        uri="https://zwaan.example/ada/1",
        native_id="zwaan.example/1",
        author_id="https://zwaan.example/ada",
        reply_to="zwaan.example/0",
    )
    head = entries.PostArrived(
        post=PostId("rich"),
        source=MASTODON,
        network="mastodon",
        author=AuthorKey("ada"),
        digest="rich-1",
        seen=day.seq,
        verdict=Show(rule=RuleId("clean")),
        keys=("uri-rich", "native-rich"),
        lang="nl",
        session="opening",
        photos=1,
        notes=("seen-before",),
    )
    day.put(head, body)
    day.put(head, body)
    day.arrive("like", verdict=Hold(rule=RuleId("links"), found="link"), like=PostId("rich"))
    day.arrive("bad", verdict=Reject(rule=RuleId("words"), reason=Reason.HURTFUL, found="insult"), author="grace")
    day.arrive("overtaken", verdict=Show(rule=RuleId("clean")), seen=1)
    day.phone("question", request="r1", request_digest="x")
    day.phone("question-again", request="r1", request_digest="x")
    day.phone("question-other", request="r1", request_digest="y")
    day.phone("second")
    day.phone("one-too-many")


def _staff_decide(day: Day) -> None:
    day.decide("show", "like", "question", "second", by=BRAM, seen=day.seq)
    for decision in ("pin", "star", "unpin", "unstar", "pin"):
        day.decide(decision, "like")
    day.decide("show", day.target("like", digest="of other bytes"))
    day.decide("hide", "second")
    day.undo(by=BRAM)
    day.decide("hold", "second")
    day.decide("reject", "second", reason=Reason.OFF_TOPIC)
    day.edit("rich")
    day.decide("show", "rich", by=ANNA)
    day.ban("ada", earlier=True, across="ada-over-a-bridge")
    ban = day.seq
    day.ban("ada", by=BRAM)
    day.undo(ban)
    day.undo(day.seq - 1)


def _screens_change(day: Day) -> None:
    day.stop()
    day.stop(on=False, by=BRAM)
    day.pause(by=STRANGER)
    day.pause()
    day.put(entries.PolicySet(by=ANNA, policy=Policy.EVERYTHING_WAITS))
    day.put(entries.SceneSet(by=ANNA, scene=Scene.JOIN))
    day.put(entries.SourceSwitched(by=ANNA, source=MASTODON, on=False))
    other = SourceId("mastodon-2")
    options: dict[str, str | int | bool | tuple[str, ...]] = {"servers": ("gans.example",), "limit": 40, "media": True}
    day.put(entries.SourceSet(by=ORGANISER, source=other, network="mastodon", on=True), SourceBody(options=options))
    day.put(entries.SourceRemoved(by=ORGANISER, source=MASTODON))
    day.put(entries.SourceSwitched(by=None, source=other, on=False))
    day.put(entries.ListeningSet(by=ORGANISER, days=7))


def _the_whole_changes(day: Day) -> None:
    """Rules, brake, scenes, announcement, theme and alt texts; and most of it is taken back."""
    day.amend("rich", session="after lunch")
    day.amend("rich", revision=1)
    left = ScreenId("left")
    for body in (RulesBody(rules={"posts_per_minute": 4}), RulesBody(rules={"order": ("banned", "emergency")})):
        day.put(entries.RulesSet(by=ANNA), body)
    day.undo_act()
    day.set_policy(Policy.KNOWN_PASS)
    day.brake()
    day.brake()
    day.put(entries.SceneSet(by=ANNA, scene=Scene.SPOTLIGHT, screen=left, post=PostId("question")))
    day.put(entries.SceneSet(by=ANNA, scene=Scene.PLAYLIST, posts=(PostId("question"),)))
    day.put(entries.SceneSet(by=ANNA, scene=Scene.TEXT, screen=left), SceneBody(title="Pauze", text="Tot 15.00 uur"))
    day.put(entries.SceneSet(by=ANNA, scene=None, screen=left))
    back = day.seq
    day.scene("spotlight", "second")
    for text in ("Koffie om drie uur", "Koffie om half vier"):
        day.put(entries.Announced(by=BRAM, on=True), AnnouncementBody(text=text))
    day.put(entries.Announced(by=BRAM, on=False))
    theme = ThemeBody(theme="krant", mode="dark", options={"columns": 3}, colours={"--accent": "#154273"})
    day.put(entries.ThemeSet(by=ORGANISER), theme)
    day.undo_act(back, by=STRANGER)
    day.undo_act(back)
    day.undo_act(back)


def _the_programme_goes_on(day: Day) -> None:
    """A programme, late; a screen; papers by staff and by a speaker, fetched and taken away."""
    day.programme()
    day.programme(base=1)
    day.programme(SLOTS[:4])
    day.undo_act(by=ORGANISER)
    day.shift(PANEL, 7, rest=True)
    day.on_stage(PANEL, part=Part.QUESTIONS)
    day.put(entries.DirectionSet(by=ANNA, stage_safe=False, papers_s=90))
    address = AddressBody(url="https://rooster.example/schedule.json")
    day.put(entries.ProgrammeFollowed(by=ORGANISER, on=True), address)
    day.move("rich", "like", "nobody", to=PANEL)
    day.undo_act()
    day.pair("left", stage=True)
    day.pair("right", room=None)
    day.put(entries.ScreenRemoved(by=ANNA, screen=ScreenId("right")))
    day.put(entries.SceneSet(by=ANNA, scene=Scene.SESSION, room=HALL, session=OPENING))
    day.paper("slides", session=OPENING, form=Form.SLIDES, embargo=True, by=SPEAKER)
    day.paper("theirs", session=PANEL, by=SPEAKER)
    day.file("slides", by=SPEAKER, preview=BlobId("e" * 64), flags=("javascript",))
    day.file("slides", blob="b2")
    day.put(entries.FileDropped(by=ORGANISER, paper=PaperId("slides"), file=day.seq))
    day.put(entries.Struck(papers=(PaperId("slides"),)))
    day.put(entries.SceneSet(by=ANNA, scene=Scene.PAPER, paper=PaperId("slides")))
    day.paper("link")
    day.put(entries.Counted(counts=(entries.Count("slides", "download", 3, 2), entries.Count("", "scan", 40))))
    day.put(entries.PaperRemoved(by=ANNA, paper=PaperId("link")))
    day.undo_act()
    day.put(entries.PaperRemoved(by=ORGANISER, paper=PaperId("link"), erase=True))


def _the_report(day: Day) -> None:
    """Written by two at once, chosen, taken back, frozen twice; one version loses its bytes to an erasure."""
    day.put(entries.ReportSet(by=AUTHOR, naming=Naming.FULL, lang="nl", cover=Cover.PAPER))
    summary = BlockId("summary")
    day.put(entries.BlockWritten(by=AUTHOR, block=summary, base=0), BlockBody(text="Kort."))
    first = day.seq
    day.put(entries.BlockWritten(by=AUTHOR, block=summary, base=first), BlockBody(text="Korter: {{post last}}."))
    second = day.seq
    day.put(entries.BlockWritten(by=ORGANISER, block=summary, base=first), BlockBody(text="Langer."))
    day.put(entries.BlockWritten(by=AUTHOR, block=summary, base=second, settles=(day.seq,)), BlockBody(text="Samen."))
    day.undo_act(by=AUTHOR)
    posts = (PostId("last"), PostId("rich"))
    day.put(entries.QuotesSet(by=AUTHOR, posts=posts, choice=Choice.IN, pull=Choice.IN, naming=Naming.ANONYMOUS))
    day.put(entries.QuotesSet(by=AUTHOR, posts=posts[:1], into=posts[1], as_all=True))
    day.put(entries.QuotesOrdered(by=AUTHOR, section=OPENING, posts=posts))
    for number in (1, 2):
        files = (entries.FrozenFile("html", BlobId("f" * 64), 1_000),)
        quoted = posts[: number - 1]
        head = entries.ReportFrozen(
            by=AUTHOR, number=number, through=day.seq, sha256="f" * 64, files=files, posts=quoted
        )
        day.put(head)
    day.withdraw("last")


def _the_hall_asks(day: Day) -> None:
    """Questions, merged and answered; polls of some kinds, one by printed codes, one in words of one's own."""
    voters = tuple(map(VoterKey, ("voter-1", "voter-2", "voter-3")))
    for post in ("asked", "asked-too"):
        day.arrive(post, author="bo", verdict=Show(rule=RuleId("clean")), question=True, voter=voters[0])
        day.decide("show", post)
    one, two = PostId("asked"), PostId("asked-too")
    day.put(entries.QuestionSet(by=ANNA, post=PostId("last"), on=True, asker=voters[2]))
    for voter in voters:
        day.put(entries.QuestionVoted(post=one, voter=voter, fresh=True))
    day.put(entries.QuestionVoted(post=two, voter=voters[1]))
    day.put(entries.QuestionVoted(post=one, voter=voters[2], on=False))
    day.put(entries.QuestionsMerged(by=ANNA, into=one, posts=(two, PostId("nothing"))))
    day.put(entries.QuestionsSplit(by=ANNA, posts=(two,)))
    day.undo_act()
    day.put(entries.QuestionStood(by=SPEAKER, post=one, stand=Stand.ON_STAGE))
    head = entries.QuestionStood(by=ANNA, post=one, stand=Stand.ANSWERED, words=True)
    day.put(head, AnswerBody(name="Els", text="Ja, vanaf mei."))
    words = PollBody(title={"nl": "Wie was hier eerder?"}, options=({"nl": "ik"}, {"nl": "ik niet"}))
    for poll, form in _POLLS.items():
        day.put(entries.PollSet(by=ANNA, poll=poll, form=form), words)
        if form.binding:
            day.put(entries.PollCodesMade(by=ANNA, poll=poll, codes=voters[:2]))
        day.put(entries.PollOpened(by=ANNA, poll=poll))
        for voter, answers in zip(voters, ((1, 0), (1,), (0,)), strict=True):
            day.put(entries.Voted(poll=poll, opening=day.state.polls[poll].opened, voter=voter, answers=answers))
        day.arrive(f"words-{poll}", verdict=Show(rule=RuleId("clean")), author="bo", poll=poll, voter=voters[0])
        day.put(entries.VotesSetAside(by=ANNA, voters=voters[:1], on=True, poll=poll), ReasonBody(reason="Een robot."))
        day.put(entries.PollClosed(by=ANNA, poll=poll))
        day.put(entries.Voted(poll=poll, opening=day.seq, voter=voters[0], answers=(1,)))
    day.put(entries.VotesSetAside(by=ANNA, voters=voters[:1], on=True, post=one), ReasonBody(reason="Nog een robot."))
    day.put(entries.PollSet(by=ANNA, poll=PollId("draft"), form=_POLLS[PollId("single")]), words)
    day.put(entries.PollRemoved(by=ANNA, poll=PollId("draft")))
    day.put(entries.HallSet(by=ANNA, reactions=True, follows=False))
    day.put(entries.HallSet(by=ANNA, questions=False))
    day.undo_act()
    for session in (OPENING, None):
        counts = {Reaction.CLAP: 12, Reaction.IDEA: 1}
        day.put(entries.ReactionsCounted(minute=60_000_000, session=session, counts=counts))
    day.put(entries.SceneSet(by=ANNA, scene=Scene.QUESTION, post=one))
    day.put(entries.SceneSet(by=ANNA, scene=Scene.POLL, poll=PollId("single"), screen=ScreenId("left")))


def _time_goes_on(day: Day) -> None:
    """Other periods, a legal hold that keeps a version, somebody who stays out, and what lapses."""
    day.put(entries.KeepingSet(by=ORGANISER, rejected_hours=12, posts_days=14, audit_days=None))
    day.put(entries.KeepingSet(by=ORGANISER, posts_days=-1))
    day.put(entries.HoldSet(by=ORGANISER, on=True), ReasonBody(reason="Er loopt een klacht."))
    day.put(entries.Erased(by=ORGANISER, posts=(PostId("rich"),), suppress=(AuthorKey("handle-of-ada"),)))
    day.put(entries.Lapsed(kinds=(Kept.PICTURES,)))
    day.put(entries.HoldSet(by=ORGANISER, on=False))
    day.put(entries.Lapsed(kinds=(Kept.PICTURES, Kept.AUDIT)))
    day.put(entries.Lapsed(kinds=(Kept.DEVICES, Kept.POSTS)))


def _people_leave(day: Day) -> None:
    day.withdraw("question")
    day.depart("overtaken")
    day.arrive("of-grace", author="grace")
    day.expire("bad", "second", "rich")
    day.put(entries.AuthorDeparted(author=AuthorKey("grace")))
    day.erase("question")
    day.erase(author="ada", by=OPERATOR)
    day.arrive("of-ada")
    day.put(entries.BadgeRevoked(by=ORGANISER, badge=BRAM))
    day.phone("last", device="phone-2")
    day.arrive("copied")
    day.claim("copied", author="linus")
    day.arrive("deleted-at-home")
    day.depart("deleted-at-home", "original", network="bluesky")


def main(release: str) -> None:
    """Write the two files of *release*, unless they are there."""
    journal, state = FOLDER / f"{release}.jsonl", FOLDER / f"{release}.state.json"
    if journal.exists():
        sys.exit(f"{journal.name} is kept as it is: choose the number of a release that has none")
    day = a_day()
    write_journal(journal, day.records)
    state.write_bytes(msgspec.json.format(msgspec.json.encode(replay(day.records))) + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

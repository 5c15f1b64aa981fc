"""
What of a day may be seen again: what was shown, minus what was taken off since.

A replay shows a post where the wall had it, when that post is on the screens now, and in the words that its author has
let stand: what was erased, withdrawn, deleted at its source, hidden, rejected or put back in the queue since is not
there, at no moment, and neither are words that an edit has replaced. What staff described later (an alt text, another
session) is as they described it. Title, programme and papers are in the words that they have now, and the look of the
wall is today's. A question of the hall is there as long as its post is, with the votes that it had; of a poll in words
only what still stands is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec

from server.symposium.bodies import media_url
from server.symposium.entries import PostAmended, Record
from server.symposium.facts import SceneFacts, ScreenScene
from server.symposium.hall_facts import LivePoll, LiveQuestion, TallyFacts, answer_facts, result_facts
from server.symposium.hall_views import HallPages
from server.symposium.law import apply
from server.symposium.outcomes import Done
from server.symposium.programme import has_no_photos
from server.symposium.programme_facts import ProgrammeFacts, programme_facts
from server.symposium.shelf import PaperFacts, ShelfFacts, open_previews, paper_facts
from server.symposium.state import Post, State
from server.symposium.values import PaperId, PollId, PostId, SessionId, Status
from server.symposium.views import Items, WallBook, WirePost, symposium_facts

POST = "post:"

AnyScene = TypeVar("AnyScene", bound=ScreenScene)


class Standing:
    """
    What stands at the end of a journal.

    Args:
        final: The state that the whole journal makes. It is kept, and must not change.
        amended: The seqs of the revisions that staff made: the same words with another alt text or session.
    """

    def __init__(self, final: State, amended: frozenset[int]) -> None:
        self.final = final
        self._seqs = {post.id: frozenset(_same_words(post, amended)) for post in _shown(final)}
        self._symposium = symposium_facts(final)
        self._programme = programme_facts(final)
        self._previews = {media_url(final.slug, blob) for blob in open_previews(final)}

    @classmethod
    def of(cls, records: Iterable[Record]) -> Standing:
        """Read a whole journal."""
        final, amended = State(), set[int]()
        for record in records:
            if type(apply(final, record)) is Done and isinstance(record.head, PostAmended):
                amended.add(record.seq)
        return cls(final, frozenset(amended))

    def has(self, post: Post) -> bool:
        """Whether *post*, as a moment had it, may be seen now: it is on the screens, with these words."""
        return post.body in self._seqs.get(post.id, ())

    def words(self) -> Iterator[tuple[int, bytes]]:
        """By the seq of an older revision, the words that hold now: the journal has overwritten its own."""
        for post_id, seqs in self._seqs.items():
            body = self.final.bodies.get(self.final.posts[post_id].body)
            if body is not None:
                yield from ((seq, body) for seq in seqs)

    def see(self, state: State, key: str, value: Any) -> Any:
        """What is to be seen now of a value that the wall's view had at *state*; None for nothing."""
        if key.startswith(POST):
            return self._post(state, value)
        kind, _, of = key.partition(":")
        match kind:
            case "question" | "votes":
                return self._asked(state, PostId(of), value)
            case "poll" | "tally":
                return self._poll(PollId(of), value)
            case "symposium":
                return self._symposium
            case "scene":
                return self._scene(state, value)
            case "programme":
                return self._plan(value)
            case "shelf":
                return self._shelf(value)
            case "announcement" | "stop" | "pause" | "direction" | "screens" | "hall":
                return value
            case _:
                return None  # Also the theme, since the page asks for today's, and what nobody has thought about yet.

    def _post(self, state: State, wire: WirePost) -> WirePost | None:
        if not self.has(state.posts[wire.id]):
            return None
        bare = has_no_photos(self.final, self.final.posts[wire.id].session)
        return msgspec.structs.replace(wire, media=()) if bare and wire.media else wire

    def _asked(self, state: State, post: PostId, then: LiveQuestion | int) -> LiveQuestion | int | None:
        """A question, or its votes, while its post stands and is one; the answer as it reads now."""
        now = self.final.questions.get(post)
        if now is None or not self.has(state.posts[post]):
            return None
        if isinstance(then, int) or then.answer is None:
            return then
        return msgspec.structs.replace(then, answer=answer_facts(self.final, now))

    def _poll(self, poll: PollId, then: LivePoll | TallyFacts) -> LivePoll | TallyFacts | None:
        """A poll, or what was counted of it; of answers in words those that still stand."""
        now = self.final.polls.get(poll)
        if now is None:
            return None
        if not isinstance(then, TallyFacts) or then.result is None or not then.result.words:
            return then
        stand = dict(result_facts(self.final, now).words)
        words = tuple((word, min(n, stand[word])) for word, n in then.result.words if word in stand)
        return msgspec.structs.replace(then, result=msgspec.structs.replace(then.result, words=words))

    def _scene(self, state: State, scene: SceneFacts) -> SceneFacts:
        return msgspec.structs.replace(
            self._screen(state, scene),
            screens={screen: self._screen(state, each) for screen, each in scene.screens.items()},
            rooms={room: self._screen(state, each) for room, each in scene.rooms.items()},
        )

    def _screen(self, state: State, scene: AnyScene) -> AnyScene:
        def stands(post: PostId) -> bool:
            return self.has(state.posts[post])

        return msgspec.structs.replace(
            scene,
            post=scene.post if scene.post is not None and stands(scene.post) else None,
            posts=tuple(filter(stands, scene.posts)),
            session=scene.session if self._has_session(scene.session) else None,
            paper=scene.paper if scene.paper in self.final.papers else None,
            poll=scene.poll if scene.poll in self.final.polls else None,
        )

    def _has_session(self, session: str | None) -> bool:
        programme = self.final.programme
        return session is not None and programme is not None and SessionId(session) in programme.slots

    def _plan(self, then: ProgrammeFacts) -> ProgrammeFacts:
        """The programme of today, with what was late and on stage at that moment."""
        if not then.known:
            return then
        return msgspec.structs.replace(
            self._programme,
            shifts={session: late for session, late in then.shifts.items() if self._has_session(session)},
            on_stage={
                room: on for room, on in then.on_stage.items() if on.session is None or self._has_session(on.session)
            },
        )

    def _shelf(self, then: ShelfFacts) -> ShelfFacts:
        there = (each for each in then.papers if each.id in self.final.papers)
        return msgspec.structs.replace(then, papers=tuple(self._paper(each) for each in there))

    def _paper(self, then: PaperFacts) -> PaperFacts:
        """A paper in the words of today; closed where it was closed at that moment."""
        now = paper_facts(self.final, self.final.papers[PaperId(then.id)], abstract=False)
        if not then.open:
            return msgspec.structs.replace(
                now, open=False, files=(), link="", preview=None, embargo=then.embargo, opens_at=then.opens_at
            )
        return now if now.preview in self._previews else msgspec.structs.replace(now, preview=None)


def _shown(state: State) -> Iterator[Post]:
    posts = (state.posts[each] for each in state.shown)
    return (post for post in posts if post.status is Status.SHOWN)


def _same_words(post: Post, amended: frozenset[int]) -> Iterator[int]:
    """The revisions that say what the newest one says, newest first."""
    for seq in reversed(post.bodies):
        yield seq
        if seq not in amended:
            return


class ReplayBook:
    """
    The wall's view of a moment that is over, as far as it stands; from look to look what did not change stays the same
    object.
    """

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._wall, self._hall = WallBook(), HallPages()
        self._seen: dict[str, tuple[Any, Any]] = {}
        """What the wall had, and what is to be seen of it."""
        self.items: Items = {}

    def look(self, state: State) -> None:
        """Bring the view up to *state*, which is not kept."""
        self._wall.look(state)
        self._hall.look(state)
        before, self._seen = self._seen, {}
        for key, value in (self._wall.items | self._hall.wall).items():
            known = before.get(key)
            # What is to be seen of a scene hangs on its posts too.
            if known is None or known[0] is not value or key == "scene":
                known = (value, self._see(state, key, value, known))
            self._seen[key] = known
        self.items = {key: seen for key, (_, seen) in self._seen.items() if seen is not None}

    def _see(self, state: State, key: str, value: Any, known: tuple[Any, Any] | None) -> Any:
        seen = self._standing.see(state, key, value)
        return known[1] if known is not None and known[1] == seen else seen

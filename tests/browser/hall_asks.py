"""A hall that asks and is asked: questions with votes, some that ask the same, polls, answers in words."""

from __future__ import annotations

from dataclasses import dataclass

from server.node import Node
from server.symposium.entries import PollBody, PollForm
from server.symposium.outcomes import Done, Outcome
from server.symposium.state import Post
from server.symposium.values import OPERATOR, Decision, DeviceId, PollId, PollKind, Reveal, SessionId
from tests.browser.content import Filler
from tests.house import SLUG, Place

WANTED = "Wat doet een gemeente als de uitkomst van het beraad niet binnen de wet past?"
LIKE_IT = "Als de uitkomst van het beraad niet past binnen de wet, wat doet de gemeente dan?"
ALSO_LIKE_IT = "wat doet de gemeente als de uitkomst niet binnen de wet past"
MEANT_FOR = "Marjolein, hoe kies je wie er aan tafel zit?"
IN_ENGLISH = "Could you share the letters that did not work?"
FRESH = "Komt er een vervolg op deze dag?"
TITLE = {"nl": "Welk woord past bij een goede brief?", "en": "Which word fits a good letter?"}
CHOICE = {"nl": "Wie heeft er wel eens een brief van de overheid weggegooid?", "en": "Who has thrown away a letter?"}


def done(outcome: Outcome) -> Done:
    """What was carried out; a test that prepared something wrong fails here."""
    assert isinstance(outcome, Done), outcome
    return outcome


@dataclass
class HallAsks:
    """Puts what the hall asks in the symposium of *place*."""

    place: Place
    filler: Filler

    @classmethod
    async def of(cls, place: Place) -> HallAsks:
        return cls(place, await Filler.of(place, SLUG))

    @property
    def node(self) -> Node:
        return self.place.hall.node

    async def ask(self, text: str, *, name: str = "", votes: int = 0, session: str | None = None, to: str = "") -> Post:
        """A question that is on the screens, and *votes* others who want to know."""
        post = await self.held(text, name=name, session=session, to=to)
        await self.filler.decide(Decision.SHOW, post)
        await self.want(post, votes)
        return post

    async def held(self, text: str, *, name: str = "", session: str | None = None, to: str = "") -> Post:
        """A question that waits."""
        device = f"asker-{self.node.state.seq}"
        voter = self.node.ask.voter_of_questions(DeviceId(device))
        post = await self.filler.phone(text, device=device, name=name, question=True, to=to, voter=voter)
        if session is not None:
            done(await self.node.shelf.move_posts(OPERATOR, [post.id], SessionId(session)))
        return post

    async def want(self, post: Post, n: int, *, fresh: bool = False, who: str = "phone") -> None:
        """*n* phones want to know it too."""
        for each in range(n):
            done(await self.node.ask.want(DeviceId(f"{who}-{post.id}-{each}"), post.id, on=True, fresh=fresh))

    async def poll(self, kind: PollKind = PollKind.SINGLE, title: dict[str, str] | None = None) -> PollId:
        """A poll that is open."""
        words = kind is PollKind.WORDS
        options = () if words else ({"nl": "Ja", "en": "Yes"}, {"nl": "Nee", "en": "No"})
        form = PollForm(kind=kind, options=len(options), reveal=Reveal.CLOSED)
        before = set(self.node.state.polls)
        body = PollBody(title=title or (TITLE if words else CHOICE), options=options)
        done(await self.node.ask.draft(OPERATOR, body, form))
        (poll,) = set(self.node.state.polls) - before
        done(await self.node.ask.open(OPERATOR, poll))
        return PollId(poll)

    async def vote(self, poll: PollId, n: int, *, fresh: bool = False, who: str = "voter") -> None:
        """*n* phones choose the first option."""
        opening = self.node.state.polls[poll].opened
        for each in range(n):
            device = DeviceId(f"{who}-{each}")
            done(await self.node.ask.vote(device, poll, (0,), opening=opening, fresh=fresh))

    async def answer(self, poll: PollId, text: str, *, name: str = "") -> Post:
        """An answer in words, which waits."""
        device = f"answerer-{self.node.state.seq}"
        voter = self.node.ask.voter(poll, DeviceId(device))
        return await self.filler.phone(text, device=device, name=name, poll=poll, voter=voter)

    async def forget(self) -> None:
        """Nothing is there any more, so that the next test begins anew."""
        for poll in list(self.node.state.polls):
            await self.node.ask.close(OPERATOR, poll)
        await self.node.erase(OPERATOR, posts=list(self.node.state.posts))

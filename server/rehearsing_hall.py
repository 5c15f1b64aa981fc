"""The hall of the demo on a real symposium: its questions, votes and applause take the same road as everybody's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

import msgspec

from server.errors import FonteinError
from server.rehearsal import hall as script
from server.rehearsal.hall import AnyAct, Asked, Claps, Closes, Opens, Stands, Votes, Wants
from server.symposium.hall_facts import live_poll
from server.symposium.outcomes import Refused
from server.symposium.polls import is_open
from server.symposium.state import State
from server.symposium.values import OPERATOR, SHOWN, DeviceId, PollId, PostId, SessionId, Stand
from server.web.site import Hall

_log = logging.getLogger(__name__)

RETRY_S = 2.0
"""A question that is not shown yet is put to the stage so many real seconds later, a few times."""
TRIES = 15


class RehearsedHall:
    """
    Plays what the hall of the rehearsal does.

    Args:
        hall: The symposium.
        speed: 1 is 25 minutes for the day.
    """

    def __init__(self, hall: Hall, *, speed: float) -> None:
        self._hall = hall
        self._speed = speed
        self._polls: dict[str, PollId] = {}
        self._posts: dict[str, PostId] = {}
        self._stood: set[str] = set()

    async def lay_out(self) -> None:
        """Draft the polls, and let phones applaud; what an earlier run of the demo drafted is taken up again."""
        ask, state = self._hall.node.ask, self._hall.node.state
        known = {poll: _title_of(state, poll) for poll, found in state.polls.items() if not found.opened}
        for asked in script.polls():
            again = None if asked.again is None else self._polls.get(asked.again)
            form = msgspec.structs.replace(asked.form, session=_session(state, asked), again=again)
            draft = next((poll for poll, title in known.items() if title == asked.title), None)
            if draft is not None:
                del known[draft]
            outcome = await ask.draft(OPERATOR, asked.body, form, poll=draft)
            if isinstance(outcome, Refused):
                _log.warning("the poll %s was not drafted: %s", asked.id, outcome.code)
                continue
            self._polls[asked.id] = draft or next(reversed(state.polls))
        await ask.set_hall(OPERATOR, questions=True, reactions=True, follows=True)

    def came_in(self, key: str, post: str) -> None:
        """A post of the rehearsal is known to the symposium as *post*."""
        self._posts[key] = PostId(post)

    async def run(self, acts: Iterable[AnyAct]) -> None:
        """Play them to the end; what is refused is logged and passed over."""
        began = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as later:
            for act in acts:
                left = act.at_s / self._speed - (asyncio.get_running_loop().time() - began)
                await asyncio.sleep(max(0.0, left))
                try:
                    if isinstance(act, Stands):
                        later.create_task(self._stand(act))
                    else:
                        await self._play(act)
                except FonteinError as refusal:
                    _log.info("rehearsal: %s was refused: %s", type(act).__name__, refusal)

    async def _play(self, act: AnyAct) -> None:
        node, state = self._hall.node, self._hall.node.state
        match act:
            case Opens(poll=name) if self._has(name):
                await node.ask.open(OPERATOR, self._polls[name])
            case Closes(poll=name) if self._has(name) and is_open(state.polls[self._polls[name]]):
                await node.ask.close(OPERATOR, self._polls[name])
            case Votes(poll=name, phone=phone, answers=answers) if self._has(name):
                poll = self._polls[name]
                await node.ask.vote(_phone(phone), poll, answers, opening=state.polls[poll].opened)
            case Wants(post=key, phone=phone) if self._is_asked(key):
                await node.ask.want(_phone(phone), self._posts[key], on=True)
            case Claps(kind=kind, n=n) if state.hall.reactions:
                self._hall.reacting.add(kind, n)
            case _:
                pass

    def _has(self, name: str) -> bool:
        """Whether nobody has thrown that draft away."""
        return self._polls.get(name) in self._hall.node.state.polls

    def _is_asked(self, key: str) -> bool:
        post = self._posts.get(key)
        return post in self._hall.node.state.questions and self._hall.node.state.posts[post].status is SHOWN

    async def _stand(self, act: Stands) -> None:
        """A question goes to the stage when a moderator has shown it; it is answered only when it was there."""
        for _ in range(TRIES):
            if self._is_asked(act.post):
                break
            await asyncio.sleep(RETRY_S)
        if not self._is_asked(act.post) or (act.answer is not None and act.post not in self._stood):
            return
        post, ask = self._posts[act.post], self._hall.node.ask
        try:
            if act.answer is None:
                self._stood.add(act.post)
                await ask.stand(OPERATOR, post, Stand.ON_STAGE)
            else:
                await ask.stand(OPERATOR, post, Stand.ANSWERED, name=act.answer.by, words=act.answer.text)
        except FonteinError as refusal:
            _log.info("rehearsal: a question did not come on stage: %s", refusal)


def _phone(number: int) -> DeviceId:
    return DeviceId(f"rehearsal-hall-{number}")


def _title_of(state: State, poll: PollId) -> dict[str, str]:
    return live_poll(state, poll).title


def _session(state: State, asked: Asked) -> SessionId | None:
    session = SessionId(asked.session)
    return session if state.programme is not None and session in state.programme.slots else None

"""Where is my post? By the API: among ours, what was not taken in, and at a network. Nothing leaves the computer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from server import whereabouts
from server.errors import NotFound
from server.intake.arrival import Arrival, Departure
from server.sources.backoff import Cause, SourceUnavailable
from server.sources.contract import Delete, Event, NetworkPost
from server.sources.nostr.names import written
from server.symposium.entries import SourceBody
from server.symposium.state import Post
from server.symposium.values import OPERATOR, SourceId
from tests.house import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")

MASTODON = SourceId("mastodon-1")
ADDRESS = "https://social.example/@anna/{}"
URI = "https://social.example/users/anna/statuses/{}"


class Network:
    """A network with one post, or trouble; `asked` counts."""

    id = MASTODON
    network = "mastodon"

    def __init__(self) -> None:
        self.posts: dict[str, NetworkPost] = {}
        self.trouble: Exception | None = None
        self.asked: list[str] = []
        self.deleted: set[str] = set()

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        return tuple(Delete(native_id=each) for each in native_ids if each in self.deleted)

    async def find(self, address: str) -> NetworkPost | None:
        self.asked.append(address)
        if self.trouble is not None:
            raise self.trouble
        return self.posts.get(address)

    def has(self, number: int, **more: Any) -> str:
        address = ADDRESS.format(number)
        self.posts[address] = NetworkPost(
            **{
                "native_id": f"social.example/{number}",
                "uri": URI.format(number),
                "author_id": "https://social.example/users/anna",
                "name": "Anna",
                "text": f"Bericht {number} van een netwerk #proef",
                "permalink": address,
                "lang": "nl",
            }
            | more
        )
        return address


@pytest.fixture
def network(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    made = Network()
    monkeypatch.setattr(place.house.site, "make_source", lambda name, options: made)
    with place.no_refill():
        place.house.site.buckets._levels.clear()
        yield made
        place.house.site.buckets._levels.clear()


async def listen(place: Place) -> None:
    if MASTODON not in place.hall.node.state.sources:
        body = SourceBody(name="social.example")
        await place.hall.node.set_source(OPERATOR, MASTODON, "mastodon", body, on=False)


async def arrive(place: Place, number: int, **more: Any) -> Post:
    await listen(place)
    given: dict[str, Any] = {
        "source": MASTODON,
        "network": "mastodon",
        "author_id": "https://social.example/users/anna",
        "native_id": f"social.example/{number}",
        "uri": URI.format(number),
        "permalink": ADDRESS.format(number),
        "text": f"Bericht {number} van een netwerk",
        "name": "Anna",
    }
    return (await place.hall.node.receive(Arrival(**given | more)))[0]


async def look(place: Place, address: str) -> dict[str, Any]:
    answer = await place.holder("moderator").ask("GET", f"whereabouts?address={address}")
    assert answer.status == 200, answer
    told: dict[str, Any] = answer.json
    return told


async def ask(place: Place, address: str, **more: Any) -> dict[str, Any]:
    answer = await place.holder("moderator").ask("POST", "whereabouts", {"address": address, **more})
    assert answer.status == 200, answer
    told: dict[str, Any] = answer.json
    return told


class TestAmongOurs:
    @pytest.mark.parametrize(
        "address",
        [
            ADDRESS.format(1001),
            URI.format(1001),
            "http://www.social.example/@anna/1001/",
            "social.example/@anna/1001?utm_source=x",
        ],
    )
    async def test_a_post_is_found_by_any_spelling_of_its_address(self, place: Place, address: str) -> None:
        post = await arrive(place, 1001)
        told = await look(place, address)
        assert (told["where"], told["post"]["id"], told["source"]["name"]) == ("waiting", post.id, "social.example")

    async def test_a_permalink_that_its_identity_does_not_tell_is_found(self, place: Place) -> None:
        post = await arrive(
            place, 1002, uri="https://social.example/objects/aaaa-bbbb", permalink="https://s.example/n/1002"
        )
        assert (await look(place, "https://s.example/n/1002"))["post"]["id"] == post.id
        assert (await look(place, "https://s.example/n/1003"))["where"] == "unseen"

    @pytest.mark.parametrize("spelled", ["{}", "nostr:{}", "https://notes.example/{}"])
    async def test_a_note_is_found_by_its_bare_number(self, place: Place, network: Network, spelled: str) -> None:
        number = "0123456789abcdef" * 4
        uri = f"nostr:{written('note', number)}"
        post = await arrive(
            place,
            1007,
            network="nostr",
            native_id=f"{'ab' * 32}/{number}",
            uri=uri,
            permalink=f"https://notes.example/{number}",
        )
        other = "f" * 64

        told = await look(place, spelled.format(number.upper() if spelled == "{}" else number))
        asked = await ask(place, spelled.format(other))

        assert (told["where"], told["post"] and told["post"]["id"]) == ("waiting", post.id)
        assert (asked["where"], network.asked) == (
            "unseen",
            [f"nostr:{other}" if spelled == "{}" else spelled.format(other)],
        )

    async def test_one_message_of_a_page_with_many_is_found_by_its_own_address_only(self, place: Place) -> None:
        page = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
        posts = [
            await arrive(place, number, uri=f"youtube:{number}", permalink=f"{page}#{number}")
            for number in (1010, 1011)
        ]
        told = [await look(place, f"{page}%23{number}") for number in (1010, 1011)]
        assert [each["post"]["id"] for each in told] == [post.id for post in posts]
        assert (await look(place, page))["where"] == "unseen"

    async def test_it_tells_what_became_of_it(self, place: Place) -> None:
        post = await arrive(place, 1003)
        moderator, address = place.holder("moderator"), ADDRESS.format(1003)
        seen = [(await look(place, address))["where"]]
        for decision in ("show", "hide", "reject"):
            assert (await moderator.decide(post.id, decision)).status == 200
            seen.append((await look(place, address))["where"])
        await place.hall.node.depart(Departure(source=MASTODON, network="mastodon", uri=URI.format(1003)))
        gone = await look(place, address)

        assert [*seen, gone["where"]] == ["waiting", "on-wall", "hidden", "rejected", "gone"]
        assert (gone["post"], gone["at"] is not None) == (None, True)

    async def test_a_badge_looks_sixty_times_at_once_and_no_more(self, place: Place, network: Network) -> None:
        """Each may read many posts. Another badge is not held up, and what is no address costs nothing."""
        mine, other = place.holder("moderator"), place.holder("organiser")
        asked = f"whereabouts?address={ADDRESS.format(1009)}"
        for _ in range(3):
            assert (await mine.ask("GET", "whereabouts?address=koffie")).status == 422

        answers = [await mine.ask("GET", asked) for _ in range(61)]

        assert [each.status for each in answers] == [200] * 60 + [429]
        assert (answers[-1].headers["Retry-After"], answers[-1].json["code"]) == ("1", "rate")
        assert (await mine.ask("POST", "whereabouts", {"address": ADDRESS.format(1009)})).status == 429
        assert (await other.ask("GET", asked)).status == 200

    async def test_what_is_approved_and_not_on_the_wall_is_shown(self, place: Place) -> None:
        post = await arrive(place, 1004)
        await place.holder("moderator").decide(post.id, "show")
        await place.hall.node.stop(OPERATOR, on=True)
        stopped = await look(place, ADDRESS.format(1004))
        await place.hall.node.stop(OPERATOR, on=False)
        assert (stopped["where"], (await look(place, ADDRESS.format(1004)))["where"]) == ("shown", "on-wall")

    async def test_a_rule_that_rejected_is_named(self, place: Place) -> None:
        await arrive(place, 1005, text="Jij bent een teringlijer")
        told = await look(place, ADDRESS.format(1005))
        assert (told["where"], told["post"]["why"]["rule"], told["post"]["why"]["found"]) == (
            "rejected",
            "words",
            "severe",
        )

    async def test_an_erased_post_has_no_words(self, place: Place) -> None:
        post = await arrive(place, 1006)
        await place.hall.node.erase(OPERATOR, posts=[post.id])
        told = await look(place, ADDRESS.format(1006))
        assert (told["where"], told["post"]) == ("erased", None)

    @pytest.mark.parametrize("address", ["", "anna", "https://social.example/", "x" * 3000])
    async def test_what_is_no_address_is_told(self, place: Place, address: str) -> None:
        answers = [
            await place.holder("moderator").ask("GET", f"whereabouts?address={address}"),
            await place.holder("moderator").ask("POST", "whereabouts", {"address": address[:2000]}),
        ]
        assert [(each.status, each.code) for each in answers] == [(422, "not-an-address")] * 2


class TestNotTaken:
    async def test_it_tells_why(self, place: Place, network: Network) -> None:
        await arrive(place, 2001, text="x")
        with pytest.raises(Exception, match="empty"):
            await arrive(place, 2002, text=" ")
        told = await look(place, ADDRESS.format(2002))
        assert (told["where"], told["code"], told["source"]["id"]) == ("not-taken", "empty", MASTODON)

    async def test_a_copy_leads_to_the_post_that_stands_for_it(self, place: Place, network: Network) -> None:
        text = "Dit is hetzelfde bericht, op twee netwerken tegelijk gezet."
        post = await arrive(place, 2003, text=text, handle="@anna@social.example")
        uri = "at://did:plc:abc/app.bsky.feed.post/3k2003"
        copy = {"network": "bluesky", "native_id": uri, "uri": uri, "permalink": None, "handle": "anna.bsky.social"}
        await arrive(place, 2003, source=SourceId("bluesky-1"), text=text, **copy)

        told = await look(place, "https://bsky.app/profile/did:plc:abc/post/3k2003")

        assert (told["where"], told["code"], told["post"]["id"]) == ("waiting", "same-post", post.id)


class TestAtANetwork:
    async def test_looking_asks_nobody_outside(self, place: Place, network: Network) -> None:
        await listen(place)
        told = await look(place, network.has(3001))
        assert (told["where"], network.asked, [each["id"] for each in told["sources"]]) == ("unseen", [], [MASTODON])

    async def test_what_a_network_has_is_shown_and_not_taken(self, place: Place, network: Network) -> None:
        await listen(place)
        posts = len(place.hall.node.state.posts)

        told = await ask(place, network.has(3002, text="Zonder hashtag", lang="fr"))

        assert (told["where"], told["found"]["text"], told["asked"]) == (
            "unseen",
            "Zonder hashtag",
            [{"source": MASTODON, "what": ""}],
        )
        assert "other-language" in told["found"]["notes"]
        assert len(place.hall.node.state.posts) == posts

    async def test_what_is_added_goes_the_usual_road(self, place: Place, network: Network) -> None:
        await listen(place)
        fine, foul = network.has(3003), network.has(3004, text="Jij bent een teringlijer")

        told, bad, again = [await ask(place, each, take=True) for each in (fine, foul, fine)]

        assert (told["where"], told["post"]["source"], told["source"]["id"]) == ("waiting", "mastodon", MASTODON)
        assert (bad["where"], bad["post"]["why"]["rule"]) == ("rejected", "words")
        assert (again["post"]["id"], len(network.asked)) == (told["post"]["id"], 2)

    async def test_what_is_ours_under_another_address_is_not_offered_again(
        self, place: Place, network: Network
    ) -> None:
        """As a profile's page names a person by a handle, and the network knows them by a number."""
        post = await arrive(place, 3055, permalink=None)
        pasted = "https://other.example/profile/anna/post/3055"
        network.posts[pasted] = network.posts[network.has(3055)]

        told = await ask(place, pasted)

        assert (told["where"], told["found"], told["post"]["id"]) == ("waiting", None, post.id)
        assert told["asked"] == [{"source": MASTODON, "what": ""}]

    async def test_what_is_deleted_while_it_is_added_does_not_stay(self, place: Place, network: Network) -> None:
        await listen(place)
        address = network.has(3044)
        network.deleted.add("social.example/3044")

        told = await ask(place, address, take=True)

        assert told["where"] == "gone"

    @pytest.mark.parametrize("listens", [True, False])
    async def test_the_source_that_listens_hears_what_was_added(
        self, place: Place, network: Network, monkeypatch: pytest.MonkeyPatch, listens: bool
    ) -> None:
        """Else a delete that its stream tells would be of nobody's post. One that does not run is asked itself."""
        await listen(place)
        told: list[tuple[SourceId, list[str]]] = []

        async def running(source: SourceId, native_ids: Sequence[str]) -> bool:
            told.append((source, [*native_ids]))
            return listens

        assert place.hall.freezing is not None
        monkeypatch.setattr(place.hall.freezing, "ask", running)
        number = 3045 + listens
        network.deleted.add(f"social.example/{number}")

        taken = await ask(place, network.has(number), take=True)

        assert told == [(MASTODON, [f"social.example/{number}"])]
        assert taken["where"] == ("waiting" if listens else "gone")

    async def test_what_is_refused_on_the_road_is_not_taken(self, place: Place, network: Network) -> None:
        await listen(place)
        told = await ask(place, network.has(3005, text=" "), take=True)
        assert (told["where"], told["code"], told["post"]) == ("not-taken", "empty", None)

    @pytest.mark.parametrize(
        ("trouble", "what"),
        [
            (None, "not-there"),
            (NotFound("x", code="not-public"), "not-public"),
            (SourceUnavailable("x", code="unreachable", cause=Cause.DROPPED), "unreachable"),
        ],
    )
    async def test_who_does_not_have_it_says_so(
        self, place: Place, network: Network, trouble: Exception | None, what: str
    ) -> None:
        await listen(place)
        network.trouble = trouble
        told = await ask(place, ADDRESS.format(3999))
        assert (told["where"], told["found"], told["asked"]) == ("unseen", None, [{"source": MASTODON, "what": what}])

    async def test_a_source_that_hangs_is_not_waited_for(
        self, place: Place, network: Network, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await listen(place)

        async def hang(address: str) -> None:
            await asyncio.sleep(3_600)

        monkeypatch.setattr(network, "find", hang)
        monkeypatch.setattr(whereabouts, "ASK_S", 0.01)
        assert (await ask(place, ADDRESS.format(3998)))["asked"] == [{"source": MASTODON, "what": "timeout"}]

    async def test_a_source_that_cannot_look_up_one_post_says_so(
        self, place: Place, network: Network, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await listen(place)
        monkeypatch.setattr(place.house.site, "make_source", lambda name, options: object())
        assert (await ask(place, ADDRESS.format(3997)))["asked"] == [{"source": MASTODON, "what": "cannot-find"}]

    async def test_other_peoples_servers_are_not_asked_without_end(self, place: Place, network: Network) -> None:
        await listen(place)
        moderator = place.holder("moderator")
        answers = [
            (await moderator.ask("POST", "whereabouts", {"address": ADDRESS.format(n)})).status
            for n in range(4001, 4012)
        ]
        assert (answers, len(network.asked)) == ([200] * 10 + [429], 10)

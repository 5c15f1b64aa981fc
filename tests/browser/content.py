"""A symposium with something of everything, for tests that look at pages rather than use them."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw

from server.blobs.images import Kind
from server.blobs.pictures import take_in
from server.intake.arrival import Arrival
from server.symposium.outcomes import Done
from server.symposium.state import Post
from server.symposium.values import PHONE, BadgeId, BlobId, Decision, DeviceId, Picture, Role, SourceId
from server.web.site import Hall
from tests.house import Place

MASTODON = SourceId("mastodon-1")

SAID = (
    ("nl", "Marijke Verbeek", "Wie beslist er als de computer twijfelt? Daar wil ik vandaag een antwoord op."),
    ("en", "Tom Akerman", "Best talk so far. Public money, public code. #proefdag"),
    ("nl", "Fatima el Idrissi", "Bij ons in de gemeente doen we dit al twee jaar. Het scheelt elke week een dag werk."),
    ("nl", "", "Mooi."),
    ("nl", "Jan-Willem", "De koffie op de tweede verdieping is beter dan die op de eerste. Echt waar."),
    ("en", "Priya", "Could the slides be shared afterwards? Asking for the whole row behind me."),
    ("ar", "ليلى", "شكرا على العرض الرائع، تعلمت الكثير اليوم."),
    ("nl", "Oma Riet", "Ik begreep niet alles, maar wel dat het over mij gaat. Fijn dat er iemand luistert."),
)


@dataclass
class Filler:
    """Puts posts of many kinds in one symposium."""

    place: Place
    hall: Hall
    moderator: BadgeId
    made: int = 0

    @classmethod
    async def of(cls, place: Place, slug: str) -> Filler:
        hall = place.house.site.halls[slug]
        badge, _ = await hall.node.make_badge(BadgeId("operator"), Role.MODERATOR, "Vuller")
        return cls(place, hall, badge)

    async def picture(self, size: tuple[int, int] = (800, 600), alt: str = "Een zaal vol mensen") -> Picture:
        """A drawn photo, in the symposium's store."""
        self.made += 1
        image = Image.new("RGB", size, (20 + self.made * 37 % 200, 110, 120))
        ImageDraw.Draw(image).ellipse((40, 40, size[0] - 40, size[1] - 40), fill=(240, 200, 60 + self.made))
        out = io.BytesIO()
        image.save(out, "JPEG")
        stored = await take_in(
            out.getvalue(), kind=Kind.PHOTO, images=self.place.house.site.images, store=self.hall.store
        )
        small = None if stored.small is None else BlobId(stored.small.id)
        return Picture(
            blob=BlobId(stored.id), type=stored.media_type, width=size[0], height=size[1], alt=alt, small=small
        )

    async def phone(self, text: str, *, device: str = "", name: str = "", **more: object) -> Post:
        """A post as from a phone; each from another, unless *device* says whose."""
        self.made += 1
        who = DeviceId(device or f"filled-{self.made}")
        arrival = Arrival(
            source=PHONE, network=PHONE, author_id=who, device=who, text=text, name=name,
            **more,  # type: ignore[arg-type]  # whatever of an arrival a test needs
        )  # fmt: skip
        post, _ = await self.hall.node.receive(arrival)
        return post

    async def network(self, text: str, **more: object) -> Post:
        """A post as a source hands it in."""
        self.made += 1
        fields = {"native_id": f"n{self.made}", "author_id": f"a{self.made}", "handle": "@iemand@voorbeeld.social"}
        arrival = Arrival(
            source=MASTODON, network="mastodon", text=text,
            **{**fields, **more},  # type: ignore[arg-type]  # the same
        )  # fmt: skip
        post, _ = await self.hall.node.receive(arrival)
        return post

    async def decide(self, decision: Decision, *posts: Post) -> None:
        """Decide on all of these; nobody decided before."""
        outcome = await self.hall.node.decide(self.moderator, decision, [(p.id, p.revision) for p in posts], seen=None)
        assert isinstance(outcome, Done), outcome
        assert outcome.passed == (), outcome

    async def fill(self) -> list[Post]:
        """Posts in every state. Returns those on the screens."""
        shown = [await self.phone(text, name=name, lang=lang) for lang, name, text in SAID]
        shown.append(await self.phone("Kijk eens hoe vol het is!", media=(await self.picture(),), name="Bram"))
        shown.append(
            await self.network("Zo ziet het er van achteren uit.", name="Lotte", warning="knipperend licht", lang="nl")
        )
        await self.decide(Decision.SHOW, *shown)
        await self.decide(Decision.PIN, shown[1])
        await self.decide(Decision.STAR, shown[2])
        for text in ("Kijk op http://voorbeeld.nl/gratis", "Bel me op 06 12345678", "Nog een vraag over de planning"):
            await self.phone(text, name="Wachter")
        await self.network("Net als bij ons.", name="Wachtend", lang="nl")
        await self.phone("Met een foto erbij", media=(await self.picture(alt=""),))
        rejected, hidden = await self.phone("Koop nu goedkope horloges"), await self.phone("Toch liever niet")
        await self.decide(Decision.REJECT, rejected)
        await self.decide(Decision.SHOW, hidden)
        await self.decide(Decision.HIDE, hidden)
        return shown

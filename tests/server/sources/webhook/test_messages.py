"""WhatsApp and text messages: what people wrote goes on, the number that they wrote from does not."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.contract import AuthorGone, Delete, NetworkPost, Upsert
from server.sources.webhook import nicknames
from server.sources.webhook.messages import Said, Taken, parse_messages
from server.sources.webhook.nicknames import nickname
from server.sources.webhook.options import NUMBERED, Profile
from tests.server.sources.webhook.sender import (
    AT_S,
    NUMBER,
    encoded,
    of_bird,
    of_cm,
    sms,
    wamid,
    whatsapp,
)

NOW_US = (AT_S + 60) * 1_000_000
USER = "NL.13491208655302741918"

SAMPLES: dict[Profile, Any] = {
    Profile.WHATSAPP: lambda text: encoded(whatsapp(text, user=None)),
    Profile.TWILIO: lambda text: urlencode(sms(text)).encode(),
    Profile.BIRD: lambda text: encoded(of_bird(text)),
    Profile.CM: lambda text: encoded(of_cm(text)),
}


def hashed(identity: str) -> str:
    return hashlib.blake2b(identity.encode("utf-8", "replace"), key=b"a key", digest_size=15).hexdigest()


def taken(profile: Profile, body: bytes, *, language: str = "nl") -> tuple[Taken, ...]:
    return parse_messages(profile, body, hashed=hashed, language=language, now_us=NOW_US)


def posts(profile: Profile, body: bytes) -> list[NetworkPost]:
    return [each.event.post for each in taken(profile, body) if isinstance(each.event, Upsert)]


def leaks(value: object, number: str = NUMBER) -> bool:
    """Whether *number* can be read in *value*, as it is or in base64 at any place."""
    said = msgspec.json.encode(value)
    inside = [base64.b64decode(run + b"=" * (-len(run) % 4)) for run in re.findall(rb"[A-Za-z0-9+/]{8,}", said)
              if len(run) % 4 != 1]  # fmt: skip
    return any(number.encode() in each for each in (said, *inside))


@pytest.mark.parametrize("profile", sorted(NUMBERED))
def test_sample_of_the_documentation_is_a_post(profile: Profile) -> None:
    (one,) = taken(profile, SAMPLES[profile]("Mooie sessie! #DemoConf"))

    assert isinstance(one.event, Upsert)
    post = one.event.post
    assert one.network == ("whatsapp" if profile is Profile.WHATSAPP else "sms")
    assert (post.text, post.author_id) == ("Mooie sessie! #DemoConf", hashed(NUMBER))
    assert post.name == nickname(hashed(NUMBER), "nl")
    assert post.handle == ""


@pytest.mark.parametrize("profile", sorted(NUMBERED))
def test_number_goes_no_further(profile: Profile) -> None:
    assert not leaks(taken(profile, SAMPLES[profile]("Mooie sessie!")))


def test_number_would_be_seen_if_it_went_further() -> None:
    """The control: the id of a message of WhatsApp has it inside, in base64."""
    assert leaks({"id": f"+{NUMBER}"})
    assert leaks({"id": wamid(NUMBER, "Mooie sessie!")})
    assert not leaks({"id": wamid("", "Mooie sessie!")})


@pytest.mark.parametrize("profile", sorted(NUMBERED))
def test_same_message_again_is_the_same_post(profile: Profile) -> None:
    (one,), (again,) = (posts(profile, SAMPLES[profile]("Ja")) for _ in range(2))
    (other,) = posts(profile, SAMPLES[profile]("Nee").replace(b"SM01", b"SM02").replace(b"96a0", b"96a1"))

    assert one.native_id == again.native_id != other.native_id
    assert one.author_id == other.author_id


@pytest.mark.parametrize("profile", sorted(NUMBERED))
@pytest.mark.parametrize("word", ["STOP", "stop", " Stop! ", "stoppen", "STOP ALL", "Afmelden."])
def test_stop_erases_its_sender(profile: Profile, word: str) -> None:
    (one,) = taken(profile, SAMPLES[profile](word))

    assert one.event == AuthorGone(author_id=hashed(NUMBER))


@pytest.mark.parametrize("text", ["Stop de plastic soep!", "Niet stoppen", "stopcontact"])
def test_post_with_stop_in_it_is_a_post(text: str) -> None:
    (post,) = posts(Profile.TWILIO, SAMPLES[Profile.TWILIO](text))

    assert post.text == text


def test_twilio_says_itself_that_somebody_wants_no_more() -> None:
    fields = sms("Basta") | {"OptOutType": "STOP"}

    (one,) = taken(Profile.TWILIO, urlencode(fields).encode())

    assert isinstance(one.event, AuthorGone)


@pytest.mark.parametrize("how", [f"+{NUMBER}", f"00{NUMBER}", NUMBER, "+31 6 0000 0001", "(+31) 6-00000001"])
def test_number_is_one_person_however_it_is_written(how: str) -> None:
    (post,) = posts(Profile.TWILIO, urlencode(sms("Ja") | {"From": how}).encode())

    assert post.author_id == hashed(NUMBER)


# WhatsApp


def test_id_of_meta_comes_before_the_number() -> None:
    (with_both,) = posts(Profile.WHATSAPP, encoded(whatsapp("Ja")))
    (without_number,) = posts(Profile.WHATSAPP, encoded(whatsapp("Nee", number=None)))

    assert with_both.author_id == without_number.author_id == hashed(USER)


def test_stop_erases_what_came_by_number_and_by_id() -> None:
    """Before Meta gave ids, posts were known by the number."""
    gone = [each.event for each in taken(Profile.WHATSAPP, encoded(whatsapp("STOP")))]

    assert gone == [AuthorGone(author_id=hashed(each)) for each in (USER, NUMBER)]


def test_batch_is_taken_whole_and_in_order() -> None:
    assert [post.text for post in posts(Profile.WHATSAPP, encoded(whatsapp("Een", "Twee", "Drie")))] == [
        "Een", "Twee", "Drie",
    ]  # fmt: skip


def test_large_batch_loses_nobody() -> None:
    texts = [f"Bericht {n}" for n in range(1_000)]

    assert [post.text for post in posts(Profile.WHATSAPP, encoded(whatsapp(*texts)))] == texts


def test_several_people_in_one_delivery_stay_apart() -> None:
    batch = whatsapp("Een", number="31611111111", user=None)
    value, more = (each["entry"][0]["changes"][0]["value"] for each in (batch, whatsapp("Twee", number="31622222222",
                                                                                           user=None)))  # fmt: skip
    value["contacts"] += more["contacts"]
    value["messages"] += more["messages"]

    assert [post.author_id for post in posts(Profile.WHATSAPP, encoded(batch))] == [
        hashed("31611111111"),
        hashed("31622222222"),
    ]


@pytest.mark.parametrize(
    ("message", "texts"),
    [
        ({"type": "image", "image": {"id": "1", "caption": "De zaal"}}, ["De zaal"]),
        ({"type": "image", "image": {"id": "1"}}, []),
        ({"type": "audio", "audio": {"id": "1"}}, []),
        ({"type": "reaction", "reaction": {"emoji": "👍"}}, []),
        ({"type": "unsupported"}, []),
        ({"type": "text", "text": {"body": "  "}}, []),
        ({"type": "text", "text": "Ja"}, []),
    ],
)
def test_only_words_of_whatsapp_are_taken(message: dict[str, Any], texts: list[str]) -> None:
    batch = whatsapp("Ja")
    batch["entry"][0]["changes"][0]["value"]["messages"] = [
        {"id": "wamid.X", "from": NUMBER, "timestamp": "1795290000"} | message
    ]

    assert [post.text for post in posts(Profile.WHATSAPP, encoded(batch))] == texts


def test_receipts_are_left_out() -> None:
    batch = whatsapp()
    batch["entry"][0]["changes"][0]["value"]["statuses"] = [{"id": "wamid.X", "status": "read"}]

    assert taken(Profile.WHATSAPP, encoded(batch)) == ()


def test_what_we_sent_ourselves_is_left_out() -> None:
    event = of_bird("Bedankt")
    event["payload"]["direction"] = "outgoing"

    assert taken(Profile.BIRD, encoded(event)) == ()


def about(text: str, **what: Any) -> bytes:
    """A message about the one that said *text*, as Meta documents it for numbers of the WhatsApp Business app."""
    body = whatsapp(text, user=None)
    (message,) = body["entry"][0]["changes"][0]["value"]["messages"]
    (kind,) = what
    del message["text"]
    message |= {"id": "wamid.new", "type": kind, kind: {"original_message_id": message["id"]} | what[kind]}
    return encoded(body)


def test_message_that_is_taken_back_goes() -> None:
    (post,) = posts(Profile.WHATSAPP, encoded(whatsapp("Spijt", user=None)))

    (one,) = taken(Profile.WHATSAPP, about("Spijt", revoke={}))

    assert one.event == Delete(native_id=post.native_id, uri=post.uri)
    assert not leaks(one)


@pytest.mark.parametrize("now", [{"text": {"body": "Beter"}}, {"image": {"caption": "Beter"}}])
def test_message_that_is_edited_is_the_same_post_with_other_words(now: dict[str, Any]) -> None:
    (before,) = posts(Profile.WHATSAPP, encoded(whatsapp("Eerst", user=None)))

    (after,) = posts(Profile.WHATSAPP, about("Eerst", edit={"message": now}))

    assert (after.native_id, after.author_id, after.text) == (before.native_id, before.author_id, "Beter")
    assert (before.edited, after.edited) == (None, AT_S * 1_000_000)
    assert not leaks(after)


def test_message_that_is_edited_into_stop_erases_its_sender() -> None:
    (one,) = taken(Profile.WHATSAPP, about("Eerst", edit={"message": {"text": {"body": "Stop"}}}))

    assert one.event == AuthorGone(author_id=hashed(NUMBER))


def test_time_of_the_message_is_kept_and_never_after_now() -> None:
    (post,) = posts(Profile.WHATSAPP, encoded(whatsapp("Ja")))
    later = encoded(whatsapp("Ja")).replace(str(AT_S).encode(), b"2795290000")

    assert post.created == AT_S * 1_000_000
    assert posts(Profile.WHATSAPP, later)[0].created == NOW_US


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["entry", "changes", "value", "messages", "contacts", "id", "from", "text", "body", "user_id",
                         "wa_id", "payload", "sender", "contact", "identifierValue", "number", "message", "timestamp",
                         "image", "caption", "event", "channel", "timeUtc", "createdAt", "revoke", "edit",
                         "original_message_id"]), inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@given(st.sampled_from(sorted(NUMBERED)), st.binary(max_size=100) | _JSON.map(json.dumps).map(str.encode))
def test_any_body_is_events_or_bad_input(profile: Profile, body: bytes) -> None:
    found: tuple[Taken, ...] = ()
    with contextlib.suppress(BadInput):
        found = taken(profile, body)

    assert all(isinstance(each.event, Upsert | Delete | AuthorGone) for each in found)


@given(st.text(st.characters(categories=["Nd", "Ll"]), min_size=1, max_size=15))
def test_nobody_is_printed(identity: str) -> None:
    said = Said(network="sms", id=identity + "!", identities=(identity,), text=identity, at=None)

    assert repr(said) == "Said(sms, **********)"


# Names


def test_name_stays_the_same_and_is_of_the_language() -> None:
    key = hashed(NUMBER)

    assert nickname(key, "nl") == nickname(key, "nl-NL") != nickname(key, "en") == nickname(key, "fr")


def test_names_are_spread_over_all_words() -> None:
    names = {nickname(str(n), "nl") for n in range(10_000)}

    assert 2_400 < len(names) <= 2_500


@pytest.mark.parametrize("words", [*nicknames._DUTCH, *nicknames._ENGLISH])
def test_each_word_stands_once_in_its_list(words: tuple[str, ...]) -> None:
    assert len(set(words)) == len(words) == 50
    assert all(word.isalpha() and word.istitle() for word in words)

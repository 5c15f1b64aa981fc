"""What becomes of an arrival: its body, and the verdict with its reason."""

from __future__ import annotations

import time
import unicodedata
from typing import Any, cast, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.intake.arrival import Arrival
from server.intake.checks import CHECKS
from server.intake.rules import ALWAYS, ORDER, Rules, title_names
from server.intake.text import clean, match_text
from server.intake.verdict import MAX_NETWORK_ALT, MAX_NETWORK_TEXT, Circumstances, Recent, judge, text_of
from server.symposium.values import (
    PHONE,
    AuthorKey,
    BlobId,
    DeviceId,
    Emoji,
    Hold,
    Picture,
    Policy,
    PostId,
    Reason,
    Reject,
    RuleId,
    Show,
    SourceId,
    Verdict,
)

SALT = "5a" * 16
PHOTO = Picture(blob=BlobId("aa" * 32), type="image/webp", width=800, height=600, alt="een volle zaal")
ANNA, BOB, CAS, DION = (AuthorKey(name) for name in ("anna", "bob", "cas", "dion"))
DAY = 86_400_000_000
SAID = "Wat een prachtig verhaal over open data"


def phone(text: str = "Mooie vraag over algoritmen!", **fields: Any) -> Arrival:
    return Arrival(
        **{"source": PHONE, "network": "phone", "author_id": "device", "device": DeviceId("d"), "text": text} | fields
    )


def mastodon(text: str = "Mooie vraag over algoritmen!", **fields: Any) -> Arrival:
    known = {
        "source": SourceId("mastodon-1"),
        "network": "mastodon",
        "author_id": "https://a.example/anna",
        "native_id": "1",
    }
    return Arrival(**known | {"text": text} | fields)


def rules_decide(**fields: Any) -> Circumstances:
    return Circumstances(**{"policy": Policy.RULES_DECIDE, "author": ANNA} | fields)


def said(*authors: AuthorKey, text: str = SAID) -> tuple[Recent, ...]:
    return tuple(Recent(PostId(f"post-{number}"), match_text(text), author) for number, author in enumerate(authors))


def verdict(arrival: Arrival, **fields: Any) -> Verdict:
    return judge(arrival, rules_decide(**fields), salt=SALT).verdict


def notes(arrival: Arrival, **fields: Any) -> tuple[str, ...]:
    return judge(arrival, rules_decide(**fields), salt=SALT).notes


def show() -> Show:
    return Show(rule=RuleId("policy"))


def hold(rule: str, found: str | None = None) -> Hold:
    return Hold(rule=RuleId(rule), found=found)


def reject(rule: str, reason: Reason, found: str | None = None) -> Reject:
    return Reject(rule=RuleId(rule), reason=reason, found=found)


CASES = [
    # One rule fires, and beside it the nearest thing that must not.
    pytest.param(phone(), {"author_banned": True}, reject("banned", Reason.OFF_TOPIC), id="banned"),
    pytest.param(phone(), {"author_banned": False}, show(), id="not-banned"),
    pytest.param(mastodon(sensitive=True), {}, hold("warning", "sensitive"), id="sensitive"),
    pytest.param(mastodon(warning="eten"), {}, hold("warning", "content-warning"), id="content-warning"),
    pytest.param(mastodon(warning=" \u200b "), {}, show(), id="blank-warning"),
    pytest.param(phone("wat een kankerlijer"), {}, reject("words", Reason.HURTFUL, "severe"), id="severe-word"),
    pytest.param(
        phone("kаnkerlijer met een Russische a"), {}, reject("words", Reason.HURTFUL, "severe"), id="severe-disguised"
    ),
    pytest.param(phone("hallo", name="sieg heil"), {}, reject("words", Reason.HURTFUL, "severe"), id="severe-name"),
    pytest.param(
        phone("", media=(msgspec.structs.replace(PHOTO, alt="kys"),)),
        {},
        reject("words", Reason.HURTFUL, "severe"),
        id="severe-alt",
    ),
    pytest.param(phone("wat een idioot plan"), {}, hold("words", "mild"), id="mild-word"),
    pytest.param(phone("klassiek kunstmatig assessment in Scunthorpe"), {}, show(), id="innocent-words"),
    pytest.param(phone("Er is brand in de hal"), {}, hold("emergency"), id="emergency"),
    pytest.param(
        phone("EVACUATE now"), {"author_known": True, "source_trusted": True}, hold("emergency"), id="emergency-trusted"
    ),
    pytest.param(phone("een brandende vraag"), {}, show(), id="no-emergency"),
    pytest.param(phone("welkom", name="Оrganisatie"), {}, hold("names"), id="reserved-name-disguised"),
    pytest.param(phone("welkom", name="Team Fontein"), {}, hold("names"), id="reserved-name-inside"),
    pytest.param(phone("welkom", name="h0st"), {}, hold("names"), id="reserved-name-short"),
    pytest.param(mastodon("welkom", handle="@moderator@a.example"), {}, hold("names"), id="reserved-handle"),
    pytest.param(
        mastodon("welkom", name="Organisatie"), {"source_trusted": True}, show(), id="reserved-name-of-the-organisation"
    ),
    pytest.param(phone("welkom", name="Ghostwriter"), {}, show(), id="not-a-reserved-name"),
    pytest.param(phone("bel 06-12345678"), {}, hold("personal-data", "phone-number"), id="phone-number"),
    pytest.param(phone("NL91 ABNA 0417 1643 00"), {}, hold("personal-data", "iban"), id="iban"),
    pytest.param(phone("111222333"), {}, hold("personal-data", "bsn"), id="bsn"),
    pytest.param(phone("in 2026 waren er 111222334 mensen"), {}, show(), id="no-personal-data"),
    pytest.param(phone("zie voorbeeld.nl"), {"author_known": True}, hold("links", "link"), id="link-from-a-phone"),
    pytest.param(mastodon("zie https://voorbeeld.nl"), {}, hold("links", "link"), id="link-from-an-unknown-author"),
    pytest.param(mastodon("zie https://voorbeeld.nl"), {"author_known": True}, show(), id="link-from-a-known-author"),
    pytest.param(phone("zie https://bit.ly/x"), {}, reject("links", Reason.ADVERTISING, "shortener"), id="shortener"),
    pytest.param(phone("http://192.0.2.1/x"), {}, reject("links", Reason.ADVERTISING, "ip-address"), id="ip-address"),
    pytest.param(phone("http://xn--pple-43d.com"), {}, reject("links", Reason.ADVERTISING, "punycode"), id="punycode"),
    pytest.param(
        phone("http://pаypal.com"), {}, reject("links", Reason.ADVERTISING, "mixed-scripts"), id="mixed-scripts"
    ),
    pytest.param(phone("klaar.Nu koffie"), {}, show(), id="no-link"),
    pytest.param(phone("kijk", media=(PHOTO,)), {"author_known": True}, hold("photos", "photo"), id="photo"),
    pytest.param(mastodon("kijk", media=(PHOTO,)), {"source_trusted": True}, show(), id="photo-of-the-organisation"),
    pytest.param(phone(), {"author_posts_last_minute": 6}, hold("rate", "many-posts"), id="seventh-post-in-a-minute"),
    pytest.param(phone(), {"author_posts_last_minute": 5}, show(), id="sixth-post-in-a-minute"),
    pytest.param(phone(SAID), {"recent": said(BOB, CAS, DION, BOB)}, hold("flood", "many-alike"), id="flood"),
    pytest.param(
        phone(SAID), {"recent": said(BOB, CAS, BOB, CAS)}, hold("alike", "near-duplicate"), id="no-flood-two-authors"
    ),
    pytest.param(
        phone(SAID), {"recent": said(BOB, CAS, DION)}, hold("alike", "near-duplicate"), id="no-flood-three-posts"
    ),
    pytest.param(
        phone(SAID + "!!"), {"recent": said(ANNA)}, reject("repeat", Reason.DUPLICATE, "own-post"), id="own-post-again"
    ),
    pytest.param(
        phone("Ik stem voor optie B"),
        {"recent": said(ANNA, text="Ik stem voor optie A")},
        hold("repeat", "own-post"),
        id="own-post-with-another-letter",
    ),
    pytest.param(
        phone(SAID), {"recent": said(ANNA), "author": None}, hold("alike", "near-duplicate"), id="author-without-a-key"
    ),
    pytest.param(phone("Welk verhaal ging daarover?"), {"recent": said(ANNA, BOB)}, show(), id="another-text"),
    pytest.param(phone("Ja!"), {"recent": said(ANNA, BOB, text="Ja!")}, show(), id="too-short-to-compare"),
    pytest.param(mastodon(bot=True), {}, hold("bot"), id="bot"),
    pytest.param(mastodon(bot=True), {"source_trusted": True}, show(), id="bot-of-the-organisation"),
    pytest.param(mastodon(created=8 * DAY, author_since=2 * DAY), {}, hold("new-account"), id="new-account"),
    pytest.param(mastodon(created=8 * DAY, author_since=DAY), {}, show(), id="an-account-of-seven-days"),
    pytest.param(
        mastodon(created=8 * DAY, author_since=2 * DAY),
        {"author_known": True},
        show(),
        id="new-account-of-somebody-known",
    ),
    pytest.param(mastodon(created=8 * DAY), {}, show(), id="nobody-tells-how-old-the-account-is"),
    pytest.param(mastodon(lang="fr-BE"), {}, show(), id="other-language"),
    pytest.param(mastodon(), {"hashtags": ("DemoConf",)}, show(), id="without-the-hashtag"),
    # What is no reason at all.
    pytest.param(phone("🎉"), {}, show(), id="emoji-only"),
    pytest.param(phone("", media=(PHOTO,)), {"source_trusted": True}, show(), id="photo-only"),
]


@pytest.mark.parametrize(("arrival", "known", "expected"), CASES)
def test_verdict(arrival: Arrival, known: dict[str, Any], expected: Verdict) -> None:
    assert verdict(arrival, **known) == expected


def test_every_rule_has_a_case_in_which_it_decides_or_notes() -> None:
    expected = [cast("Verdict", case.values[2]) for case in CASES]
    decided = {each.rule for each in expected if not isinstance(each, Show)}
    noted = {RuleId("language"), RuleId("hashtag")}

    assert decided | noted == set(ORDER) == set(CHECKS)


@pytest.mark.parametrize(
    ("arrival", "known", "expected"),
    [
        pytest.param(mastodon(lang="fr"), {}, ("language:other-language",), id="language"),
        pytest.param(mastodon(lang="nl-NL"), {}, (), id="own-language"),
        pytest.param(mastodon(lang="fr"), {"rules": Rules(languages=())}, (), id="every-language"),
        pytest.param(mastodon(), {"hashtags": ("DemoConf",)}, ("hashtag:no-hashtag",), id="hashtag"),
        pytest.param(
            mastodon(), {"hashtags": ("DemoConf",), "had_hashtag": True}, ("hashtag:hashtag-removed",), id="taken-out"
        ),
        pytest.param(
            mastodon("hoi #democonf"), {"hashtags": ("DemoConf",), "had_hashtag": True}, (), id="hashtag-still-there"
        ),
        pytest.param(mastodon(waits=True), {}, ("unsigned",), id="unsigned"),
        pytest.param(mastodon("hoi #démoconf"), {"hashtags": ("DemoConf",)}, (), id="hashtag-folded"),
        pytest.param(phone(), {"hashtags": ("DemoConf",)}, (), id="phones-need-no-hashtag"),
        pytest.param(mastodon("voorbeeld.nl"), {"author_known": True}, ("links:link",), id="link-of-a-known-author"),
        pytest.param(
            phone("Er is brand, bel 06-12345678 of a@b.nl, idioot!", media=(PHOTO,)),
            {"author_posts_last_minute": 9},
            (
                "words:mild",
                "emergency",
                "personal-data:phone-number",
                "personal-data:email",
                "photos:photo",
                "rate:many-posts",
            ),
            id="everything-that-was-found-in-order",
        ),
    ],
)
def test_notes_name_every_rule_that_found_something(
    arrival: Arrival, known: dict[str, Any], expected: tuple[str, ...]
) -> None:
    assert notes(arrival, **known) == expected


@pytest.mark.parametrize(
    ("arrival", "known", "expected"),
    [
        pytest.param(
            phone("brand! https://bit.ly/x"),
            {},
            reject("links", Reason.ADVERTISING, "shortener"),
            id="a-later-reject-beats-an-earlier-hold",
        ),
        pytest.param(
            phone("kys https://bit.ly/x"), {}, reject("words", Reason.HURTFUL, "severe"), id="the-first-reject"
        ),
        pytest.param(phone("kys"), {"author_banned": True}, reject("banned", Reason.OFF_TOPIC), id="a-ban-comes-first"),
        pytest.param(phone("brand, bel 06-12345678"), {}, hold("emergency"), id="the-first-hold"),
        pytest.param(
            phone("brand, bel 06-12345678"),
            {"rules": Rules(order=(RuleId("banned"), RuleId("personal-data"), RuleId("emergency")))},
            hold("personal-data", "phone-number"),
            id="another-order",
        ),
        pytest.param(
            phone("bel 06-12345678"),
            {"rules": Rules(order=(RuleId("banned"), RuleId("emergency")))},
            show(),
            id="a-rule-switched-off",
        ),
    ],
)
def test_order_decides_which_rule_is_named(arrival: Arrival, known: dict[str, Any], expected: Verdict) -> None:
    assert verdict(arrival, **known) == expected


@pytest.mark.parametrize(
    ("policy", "known", "expected"),
    [
        pytest.param(Policy.EVERYTHING_WAITS, {}, hold("policy"), id="everything-waits"),
        pytest.param(Policy.EVERYTHING_WAITS, {"author_known": True}, hold("policy"), id="everything-waits-known"),
        pytest.param(Policy.KNOWN_PASS, {}, hold("policy"), id="known-pass-unknown"),
        pytest.param(Policy.KNOWN_PASS, {"author_known": True}, show(), id="known-pass-known"),
        pytest.param(Policy.KNOWN_PASS, {"source_trusted": True}, show(), id="known-pass-trusted"),
        pytest.param(Policy.RULES_DECIDE, {}, show(), id="rules-decide"),
    ],
)
def test_policy_decides_where_no_rule_does(policy: Policy, known: dict[str, Any], expected: Verdict) -> None:
    clean_post = judge(phone(), Circumstances(policy=policy, **known), salt=SALT)
    alarm = judge(phone("bommelding"), Circumstances(policy=policy, **known), salt=SALT)

    assert clean_post.verdict == expected
    assert alarm.verdict == hold("emergency")


def test_known_author_with_another_photo_waits() -> None:
    known = Circumstances(policy=Policy.KNOWN_PASS, author_known=True)

    assert judge(phone(media=(PHOTO,)), known, salt=SALT).verdict == hold("photos", "photo")


@pytest.mark.parametrize("member", get_args(Verdict))
def test_every_verdict_carries_its_rule(member: type[msgspec.Struct]) -> None:
    required = {field.name for field in msgspec.structs.fields(member) if field.required}

    assert "rule" in required


def test_like_is_the_closest_post_and_the_oldest_of_equals() -> None:
    recent = (
        *said(BOB, text=SAID + " van deze stad"),
        Recent(PostId("first"), match_text(SAID), CAS),
        Recent(PostId("second"), match_text(SAID), DION),
    )

    assert judge(phone(SAID), rules_decide(recent=recent), salt=SALT).like == "first"
    assert judge(phone("iets heel anders dan dit"), rules_decide(recent=recent), salt=SALT).like is None


def test_match_of_one_judgement_finds_the_next() -> None:
    first = judge(phone(SAID), rules_decide(), salt=SALT)
    recent = (Recent(PostId("first"), first.match, BOB),)

    assert judge(phone(f"#demo {SAID.upper()}…"), rules_decide(recent=recent), salt=SALT).like == "first"


# Bodies


def test_body_is_cleaned_and_complete() -> None:
    arrival = mastodon(
        "Hoi\u202e\x00 allemaal\r\n",
        name="An\u202ena\n",
        handle="@anna@a.example",
        avatar=BlobId("bb"),
        media=(msgspec.structs.replace(PHOTO, alt="zaal\x07"),),
        emojis=(Emoji(shortcode="kat", blob=BlobId("cc")), Emoji(shortcode="<b>", blob=BlobId("cc"))),
        lang="nl",
        created=1_000_000,
        edited=2_000_000,
        warning="let\x00 op",
        permalink="https://a.example/@anna/1",
        uri="https://a.example/1",
    )

    body = judge(arrival, rules_decide(), salt=SALT).body

    assert msgspec.json.decode(msgspec.json.encode(body)) == {
        "salt": SALT,
        "text": "Hoi allemaal",
        "name": "Anna",
        "handle": "@anna@a.example",
        "avatar": "bb",
        "media": [msgspec.to_builtins(PHOTO) | {"alt": "zaal"}],
        "emojis": [{"shortcode": "kat", "blob": "cc"}],
        "lang": "nl",
        "created": 1_000_000,
        "edited": 2_000_000,
        "warning": "let op",
        "permalink": "https://a.example/@anna/1",
        "uri": "https://a.example/1",
        "native_id": "1",
        "author_id": "https://a.example/anna",
    }


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://a b",
        "https://a/" + "x" * 2100,
        "//a.example",
        "https://\ud800",
    ],
)
def test_body_has_no_permalink_that_a_page_could_not_link_to(address: str) -> None:
    assert judge(mastodon(permalink=address), rules_decide(), salt=SALT).body.permalink is None


@pytest.mark.parametrize("lang", ["<b>", "x" * 40, "", "nl_NL"])
def test_body_has_no_language_that_is_no_tag(lang: str) -> None:
    assert judge(mastodon(lang=lang), rules_decide(), salt=SALT).body.lang is None


def test_long_post_of_a_network_is_kept_whole_and_cut_after_a_word() -> None:
    body = judge(mastodon("woord " * 200), rules_decide(), salt=SALT).body

    assert body.text == ("woord " * 200).strip()
    assert body.cut is not None
    assert body.text[: body.cut] == ("woord " * 83).strip()


@pytest.mark.parametrize(
    "written", ["Hoi\r\n\u202e allemaal", "\u200b", "woord " * 4000], ids=["cleaned", "blank", "beyond-the-bound"]
)
def test_text_of_an_arrival_is_the_text_of_its_body(written: str) -> None:
    arrival = mastodon(written, media=(PHOTO,))

    assert text_of(arrival) == judge(arrival, rules_decide(), salt=SALT).body.text


@pytest.mark.parametrize("letter", ["ﷺ", "㌀", "½", "a"])
def test_long_post_of_a_network_is_bounded_by_the_letters_that_rules_read(letter: str) -> None:
    """To them ﷺ is eighteen letters: one post of such would hold up all others for a second."""
    body = judge(mastodon(letter * 100_000), rules_decide(), salt=SALT).body

    read = unicodedata.normalize("NFKC", body.text)
    assert MAX_NETWORK_TEXT // 4 < len(read) <= MAX_NETWORK_TEXT
    assert body.text == letter * len(body.text)


def test_what_pictures_show_is_bounded_in_the_same_way() -> None:
    photo = msgspec.structs.replace(PHOTO, alt="ﷺ" * 100_000)

    (picture,) = judge(mastodon("Kijk", media=(photo,)), rules_decide(), salt=SALT).body.media

    assert MAX_NETWORK_ALT // 4 < len(unicodedata.normalize("NFKC", picture.alt)) <= 2 * MAX_NETWORK_ALT


def test_long_names_of_a_network_are_cut() -> None:
    body = judge(
        mastodon(name="naam " * 20, handle="@" + "h" * 300, warning="w " * 900), rules_decide(), salt=SALT
    ).body

    assert body.name == ("naam " * 8).strip() + "…"
    assert body.handle == "@" + "h" * 119 + "…"
    assert len(body.warning) == 500


# Bad input


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "\u200b\u200d\ufe0f", "\u202e", "\x00", "\u3164"],
    ids=["nothing", "space", "invisible", "bidi", "nul", "filler"],
)
@pytest.mark.parametrize("arrival", [phone, mastodon])
def test_nothing_to_see_is_empty(arrival: Any, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        judge(arrival(text), rules_decide(), salt=SALT)

    assert (refused.value.code, refused.value.field) == ("empty", "$.text")
    assert judge(arrival(text, media=(PHOTO,)), rules_decide(), salt=SALT).body.text == ""


@pytest.mark.parametrize(
    ("fields", "field", "over"),
    [
        pytest.param({"text": "a" * 501}, "$.text", "1 character too", id="one-letter"),
        pytest.param({"text": "a" * 512}, "$.text", "12 characters too", id="twelve-letters"),
        pytest.param({"text": "😀" * 10_000}, "$.text", "9500 characters too", id="ten-thousand-emoji"),
        pytest.param({"text": "👨‍👩‍👧‍👦" * 200}, "$.text", "37 characters too", id="five-thousand-bytes"),
        pytest.param({"text": "👩\u200d" * 2000}, "$.text", "1 character too", id="one-endless-grapheme"),
        pytest.param({"name": "n" * 43}, "$.name", "3 characters too", id="name"),
        pytest.param(
            {"media": (PHOTO, msgspec.structs.replace(PHOTO, alt="x" * 302))},
            "$.media[1].alt",
            "2 characters too",
            id="alt",
        ),
    ],
)
def test_too_long_says_by_how_many(fields: dict[str, Any], field: str, over: str) -> None:
    with pytest.raises(BadInput, match=over) as refused:
        judge(phone(**fields), rules_decide(), salt=SALT)

    assert (refused.value.code, refused.value.field) == ("too-long", field)


def test_ten_thousand_emoji_are_refused_quickly() -> None:
    arrival = phone("😀" * 10_000)
    best = min(_refusal_seconds(arrival) for _ in range(3))

    assert best < 0.05


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "a" * 500},
        {"text": "👍🏽" * 500},
        {"name": "👩‍🔬" * 40},
        {"media": (msgspec.structs.replace(PHOTO, alt="é" * 300),)},
    ],
    ids=["letters", "skin-tones", "name", "alt"],
)
def test_exactly_long_enough_is_accepted(fields: dict[str, Any]) -> None:
    assert judge(phone(**fields), rules_decide(), salt=SALT).body.salt == SALT


# Rules as data


def test_rules_come_from_toml() -> None:
    rules = msgspec.toml.decode('mild = ["stroopwafel"]\nlanguages = ["fy"]\nposts_per_minute = 2', type=Rules)

    assert verdict(phone("Stroopwafels!"), rules=rules) == show()
    assert verdict(phone("Stroopwafel!"), rules=rules) == hold("words", "mild")
    assert verdict(phone(), rules=rules, author_posts_last_minute=2) == hold("rate", "many-posts")


@pytest.mark.parametrize(
    ("order", "says"),
    [
        pytest.param((*ORDER, RuleId("luck")), "no rule 'luck'", id="unknown"),
        pytest.param((*ORDER, RuleId("rate")), "twice", id="twice"),
        pytest.param(tuple(rule for rule in ORDER if rule != "banned"), "'banned' cannot", id="banned-left-out"),
        pytest.param(
            tuple(rule for rule in ORDER if rule != "emergency"), "'emergency' cannot", id="emergency-left-out"
        ),
    ],
)
def test_rules_refuse_an_order(order: tuple[RuleId, ...], says: str) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        Rules(order=order)

    assert refused.value.field == "$.order"


def test_only_bans_and_alarms_cannot_be_switched_off() -> None:
    assert Rules(order=tuple(rule for rule in ORDER if rule in ALWAYS)).order == ("banned", "emergency")


def test_title_reserves_its_long_words() -> None:
    rules = Rules(reserved_names=title_names("Dag van de Democratie 2026"))

    assert rules.reserved_names == ("Dag van de Democratie 2026", "Democratie")
    assert verdict(phone("hoi", name="Democr4tie"), rules=rules) == hold("names")
    assert verdict(phone("hoi", name="Dag"), rules=rules) == show()


# Whatever comes in


@given(
    st.text(max_size=200),
    st.text(max_size=60),
    st.sampled_from(list(Policy)),
    st.booleans(),
    st.lists(st.sampled_from(["brand", "bom", "ev\u200bacuate", "schutter", "b r a n d"]), max_size=1),
)
def test_judge_never_shows_an_alarm_and_never_fails(
    text: str, name: str, policy: Policy, known: bool, alarm: list[str]
) -> None:
    arrival = mastodon(" ".join(["hoi", text, *alarm]), name=name)
    circumstances = Circumstances(policy=policy, author_known=known)

    judged = judge(arrival, circumstances, salt=SALT)

    msgspec.json.encode(judged)
    assert not (alarm and isinstance(judged.verdict, Show))
    assert judged.body.text == clean(judged.body.text)
    assert judge(arrival, circumstances, salt=SALT) == judged


def _refusal_seconds(arrival: Arrival) -> float:
    started = time.thread_time()
    with pytest.raises(BadInput):
        judge(arrival, rules_decide(), salt=SALT)
    return time.thread_time() - started


@pytest.mark.parametrize("policy", Policy)
@given(known=st.booleans(), trusted=st.booleans())
def test_what_nothing_proves_is_never_shown_without_a_person(policy: Policy, known: bool, trusted: bool) -> None:
    """Whatever the policy, and however well its author is known. The control is the same post that proves itself."""
    circumstances = Circumstances(policy=policy, author=ANNA, author_known=known, source_trusted=trusted)
    waiting, other = (judge(mastodon(waits=waits), circumstances, salt=SALT) for waits in (True, False))
    assert waiting.verdict == Hold(rule=RuleId("unsigned"))
    may_show = policy is Policy.RULES_DECIDE or (policy is Policy.KNOWN_PASS and (known or trusted))
    assert isinstance(other.verdict, Show) is may_show


def test_what_nothing_proves_is_rejected_and_held_by_its_first_rule() -> None:
    severe, photo = mastodon("kankerhoer", waits=True), mastodon(waits=True, media=(PHOTO,))
    assert [judge(each, rules_decide(), salt=SALT).verdict.rule for each in (severe, photo)] == ["words", "photos"]

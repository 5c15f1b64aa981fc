from __future__ import annotations

import contextlib
import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.contract import NetworkPost, PictureRef
from server.sources.nostr import parse
from server.sources.nostr.parse import Dropped, NostrEvent, Profile, Why
from tests.server.sources.nostr.relay import ANNA, BRAM, Json

NOW_US = 1_795_291_200_000_000  # 2026-11-21T20:00:00Z
AT = 1_795_290_000
SINCE = AT - 3600
TAGS = frozenset({"democonf"})
ID = "ab" * 32


def _signed(*tags: list[str], content: str = "gm #DemoConf", kind: int = 1, at: int = AT) -> Json:
    return ANNA.signed(kind, content, [["t", "democonf"], *tags], at=at)


def _event(*tags: list[str], **changes: Any) -> NostrEvent:
    return parse.parse_event(_signed(*tags, **changes))


def _parsed(event: NostrEvent) -> NetworkPost | Dropped:
    return parse.parse_note(event, tags=TAGS, since_s=SINCE, now_us=NOW_US)


def _post(*tags: list[str], **changes: Any) -> NetworkPost:
    found = _parsed(_event(*tags, **changes))
    assert isinstance(found, NetworkPost)
    return found


# Genuine


def test_event_with_its_own_id_and_signature_is_genuine() -> None:
    assert parse.is_genuine(_event())


def test_signature_of_the_standard() -> None:
    """Source: BIP 340, test vector 0."""
    event = NostrEvent(
        id="00" * 32,
        pubkey="f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9",
        created_at=AT,
        kind=1,
        tags=(),
        content="",
        sig="e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca8215"
        "25f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0",
    )

    assert parse.is_signed(event)
    assert not parse.is_signed(NostrEvent(**{**_fields(event), "id": "01" * 32}))


def _fields(event: NostrEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__struct_fields__}


@pytest.mark.parametrize(
    "change",
    [
        {"content": "gm #DemoConf!"},
        {"created_at": AT + 1},
        {"kind": 0},
        {"tags": [["t", "democonf"], ["t", "x"]]},
        {"pubkey": BRAM.pubkey},
        {"pubkey": "f" * 64},
        {"id": ID},
        {"sig": "0" * 128},
    ],
    ids=lambda change: next(iter(change)),
)
def test_event_of_which_anything_is_changed_is_forged(change: dict[str, Any]) -> None:
    assert not parse.is_genuine(parse.parse_event(_signed() | change))


def test_both_ways_to_write_a_control_character_are_right() -> None:
    """As NIP-01 has it: `\\b` escaped, `\\x01` as it is; and as JSON has it."""
    by_json = _event(content='a\x01"\\\b\f\n\r\t\x7f\u2028é🎈')
    by_nip = parse._hash(parse._canonical([0, by_json.pubkey, AT, 1, by_json.tags, by_json.content]))

    assert by_nip != by_json.id
    assert parse.has_own_id(by_json)
    assert parse.has_own_id(NostrEvent(**{**_fields(by_json), "id": by_nip}))


@given(st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=["Cs"])), st.lists(st.text('ab\n"\\\t🎈')))
def test_canonical_form_is_that_of_json_for_usual_characters(content: str, tag: list[str]) -> None:
    said: list[Any] = [0, ANNA.pubkey, AT, 1, [tag], content]

    assert parse._canonical(said) == json.dumps(said, ensure_ascii=False, separators=(",", ":"))


# Notes


def test_note() -> None:
    event = _event(["l", "nl", "ISO-639-1"])

    assert _parsed(event) == NetworkPost(
        native_id=f"{ANNA.pubkey}/{event.id}",
        uri=f"nostr:{parse.names.written('note', event.id)}",
        author_id=f"nostr:{parse.names.written('npub', ANNA.pubkey)}",
        handle=_post().handle,
        text="gm #DemoConf",
        lang="nl",
        created=AT * 1_000_000,
        tags=("democonf",),
    )


@pytest.mark.parametrize(
    ("event", "why"),
    [
        pytest.param(_event(at=SINCE - 1), Why.EARLY, id="early"),
        pytest.param(_event(at=NOW_US // 1_000_000 + parse.AHEAD_S + 1), Why.FUTURE, id="future"),
        pytest.param(_event(["expiration", str(NOW_US // 1_000_000)]), Why.EXPIRED, id="expired"),
        pytest.param(_event(content=" \n"), Why.EMPTY, id="empty"),
        pytest.param(_event(content="x" * 20_001), Why.TOO_LONG, id="too-long"),
        pytest.param(parse.parse_event(ANNA.signed(1, "#DemoConf", [], at=AT)), Why.OTHER_TAG, id="without-tag"),
    ],
)
def test_note_that_is_not_for_a_wall_is_dropped(event: NostrEvent, why: Why) -> None:
    assert _parsed(event) == Dropped(why=why)


@pytest.mark.parametrize(
    ("tag", "warning"),
    [
        (["content-warning", "bloed"], "bloed"),
        (["content-warning"], ""),
        (["content-warning", "x" * 60_000], "x" * 500),
    ],
    ids=["reason", "none", "much-too-long"],
)
def test_content_warning(tag: list[str], warning: str) -> None:
    post = _post(tag)

    assert (post.sensitive, post.warning) == (True, warning)


@pytest.mark.parametrize("value", ["", "x", "-5", "1e9", "٣", "9" * 12])
def test_expiration_that_is_no_time_means_nothing(value: str) -> None:
    assert _post(["expiration", value]).expires is None


def test_time_in_the_future_is_now() -> None:
    assert _post(at=NOW_US // 1_000_000 + 60).created == NOW_US


@pytest.mark.parametrize(
    ("tags", "reply", "known"),
    [
        pytest.param([], False, False, id="none"),
        pytest.param([["e", ID, "", "mention"]], False, False, id="mention"),
        pytest.param([["q", ID]], False, False, id="quote"),
        pytest.param([["e", "geen id"]], False, False, id="no-id"),
        pytest.param([["e", ID]], True, False, id="by-place"),
        pytest.param([["e", ID, "", "root"]], True, False, id="root"),
        pytest.param([["e", "cd" * 32, "", "root"], ["e", ID, "", "reply", BRAM.pubkey]], True, True, id="reply"),
    ],
)
def test_answer(tags: list[list[str]], reply: bool, known: bool) -> None:
    post = _post(*tags)

    assert (post.reply, post.reply_to) == (reply, f"{BRAM.pubkey}/{ID}" if known else None)


def test_pictures_are_addresses_in_the_text_and_some_are_described() -> None:
    first, second = "https://a.example/een.jpg?x=1", "https://a.example/twee"
    described = ["imeta", f"url {second}", "m image/png", "dim 800x600", "alt De zaal", "raar"]

    post = _post(described, ["imeta", "url https://a.example/elders.png"], content=f"Kijk {first} en {second}")

    assert post.media == (PictureRef(url=first), PictureRef(url=second, alt="De zaal", width=800, height=600))
    assert post.text == f"Kijk {first} en {second}", "what somebody wrote stays"


@pytest.mark.parametrize(
    ("content", "urls"),
    [
        ("(https://a.example/een.JPG)", ["https://a.example/een.JPG"]),
        ('<a href="https://a.example/een.png">', ["https://a.example/een.png"]),
        ("https://a.example/een.gif?a=b.c&d e", ["https://a.example/een.gif?a=b.c&d"]),
        ("https://a.example/een.jpg/twee.webp#x", ["https://a.example/een.jpg/twee.webp"]),
        (
            "https://a.example/een.jpg\nhttps://a.example/twee.jpg",
            ["https://a.example/een.jpg", "https://a.example/twee.jpg"],
        ),
        ("https://a.example/een.jpg https://a.example/een.jpg", ["https://a.example/een.jpg"]),
        ("een.jpg ftp://a.example/een.jpg https://a.example/", []),
        ("https://" * 2400, []),
        (f"https://a.example/{'x' * 2048}.jpg", []),
        (
            " ".join(f"https://a.example/{at}.jpg" for at in range(50)),
            [f"https://a.example/{at}.jpg" for at in range(8)],
        ),
    ],
    ids=["brackets", "html", "question", "last-end", "lines", "twice", "none", "hostile", "too-long", "too-many"],
)
def test_pictures_are_found_in_any_text(content: str, urls: list[str]) -> None:
    assert [each.url for each in _post(content=content).media] == urls


def test_of_many_descriptions_the_first_are_read() -> None:
    url = "https://a.example/een"
    noise = [["imeta", f"url https://a.example/{at}.png"] for at in range(parse.MAX_DESCRIBED)]
    told = ["imeta", f"url {url}", "m image/png"]

    assert [each.url for each in _post(*noise[1:], told, content=url).media] == [url]
    assert _post(*noise, told, content=url).media == ()


def test_hashtag_that_is_no_word_is_left_out() -> None:
    assert _post(["t", "x" * 201], ["t", "x" * 200], ["t", ""]).tags == ("democonf", "x" * 200)


def test_tags_may_be_so_much_together_and_no_more() -> None:
    most = ["x" * (parse.MAX_EVENT_TAGS_CHARS // 2)] * 2

    assert (
        parse.parse_event(_signed() | {"tags": [most]}).size_chars == len("gm #DemoConf") + parse.MAX_EVENT_TAGS_CHARS
    )
    with pytest.raises(BadInput) as refused:
        parse.parse_event(_signed() | {"tags": [["t"], most]})
    assert refused.value.field == "$.tags"


@pytest.mark.parametrize("name", ["", "/", f"{ID}/", f"/{ID}", f"{ID}/{ID.upper()}", f"{ID}/{ID}/", f"npub/{ID}"])
def test_name_that_is_not_ours_names_nobody(name: str) -> None:
    assert parse.key_named(name) is None
    assert parse.key_named(parse.native_id(BRAM.pubkey, ID)) == BRAM.pubkey


def test_film_is_no_picture() -> None:
    url = "https://a.example/film.mp4"

    assert _post(["imeta", f"url {url}", "m video/mp4"], content=url).media == ()


# People


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"name":"anna","display_name":"Anna 🎈"}', Profile(at=AT, name="Anna 🎈")),
        ('{"name":"anna","display_name":" "}', Profile(at=AT, name="anna")),
        (
            '{"picture":"https://a.example/a.png","bot":true}',
            Profile(at=AT, picture="https://a.example/a.png", bot=True),
        ),
        ('{"name":7,"picture":"javascript:alert(1)","bot":"ja"}', Profile(at=AT)),
        ('{"name":"\\ud800"}', Profile(at=AT, name="?")),
        ("[]", Profile(at=AT)),
        ("nonsense", Profile(at=AT)),
        ("[" * 100_000, Profile(at=AT)),
    ],
)
def test_profile(content: str, expected: Profile) -> None:
    assert parse.parse_profile(_event(kind=0, content=content)) == expected


@pytest.mark.parametrize(
    ("kind", "hexadecimal", "expected"),
    [
        (
            "npub",
            "7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e",
            "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg",
        ),
        (
            "npub",
            "3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d",
            "npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6",
        ),
    ],
)
def test_key_as_people_pass_it_on(kind: Any, hexadecimal: str, expected: str) -> None:
    """Source: NIP-19, examples."""
    assert parse.names.written(kind, hexadecimal) == expected


def test_deletion_names_only_notes_of_its_own_author() -> None:
    deletion = _event(["e", ID], ["e", ID], ["e", "geen id"], ["a", "30023:x:y"], kind=5)

    assert parse.parse_deletion(deletion) == (f"{ANNA.pubkey}/{ID}",)


def test_deletion_names_as_many_notes_as_its_author_likes() -> None:
    deletion = _event(*(["e", f"{number:064x}"] for number in range(900)), kind=5)

    assert len(parse.parse_deletion(deletion)) == 900


# What a relay says


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ('["EVENT","notes",{"id":7}]', parse.Published(subscription="notes", event={"id": 7})),
        ('["EOSE","notes"]', parse.EndOfStored(subscription="notes")),
        (
            '["CLOSED","notes","auth-required: members only"]',
            parse.Closed(subscription="notes", reason="auth-required", words="auth-required: members only"),
        ),
        ('["CLOSED","notes","Nee: echt niet"]', parse.Closed(subscription="notes", reason="", words="Nee: echt niet")),
        ('["CLOSED","notes"]', parse.Closed(subscription="notes", reason="", words="")),
        ('["NOTICE","hallo"]', parse.Notice(words="hallo")),
        ('["NOTICE",7]', parse.Notice(words="")),
        ('["AUTH","uitdaging"]', None),
        ('["OK","x",true,""]', None),
    ],
)
def test_message(data: str, expected: parse.Message) -> None:
    assert parse.parse_message(data) == expected


@pytest.mark.parametrize(
    "data",
    [b"[]", "[]", "{}", "null", "nonsense", '["EVENT"]', '["EVENT",7,{}]', '["EOSE"]', "[7]", "[" * 100_000, "[NaN]"],
)
def test_unreadable_message_is_bad_input(data: str | bytes) -> None:
    with pytest.raises(BadInput):
        parse.parse_message(data)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
_RICH = _signed(
    ["e", ID, "", "reply", BRAM.pubkey],
    ["imeta", "url https://a.example/a.png", "dim 8x6"],
    ["expiration", "1"],
    ["content-warning"],
    ["l", "nl", "ISO-639-1"],
    content="https://a.example/a.png",
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, inner in items for found in _paths(inner, (*path, key)))]


@given(st.data(), _JSON | st.text())
def test_no_event_raises_anything_but_our_error(data: st.DataObject, hostile: object) -> None:
    value = copy.deepcopy(_RICH)
    *way, last = data.draw(st.sampled_from(_paths(value)[1:]))
    inner = value
    for key in way:
        inner = inner[key]
    inner[last] = hostile
    try:
        event = parse.parse_event(value)
    except BadInput as error:
        said = error.field
        assert (said or "").removeprefix("$.") in value
        return

    assert parse.is_genuine(event) == (value == _RICH)
    assert parse.parse_note(event, tags=frozenset(), since_s=0, now_us=NOW_US)
    assert isinstance(parse.parse_profile(event), Profile)
    assert isinstance(parse.parse_deletion(event), tuple)


@given(_JSON)
def test_no_message_raises_anything_but_our_error(hostile: object) -> None:
    with contextlib.suppress(BadInput):
        parse.parse_message(json.dumps(hostile))
    with pytest.raises(BadInput):
        parse.parse_event(hostile)

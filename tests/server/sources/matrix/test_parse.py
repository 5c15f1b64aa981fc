from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.contract import NetworkPost, PictureRef
from server.sources.matrix import parse
from server.sources.matrix.parse import Dropped, Edit, Member, Message, Redaction, Why

ROOM = "!wall:example.org"
NOOR = "@noor:example.org"
AT_US = 1_795_290_000_000_000
NOW_US = AT_US + 60_000_000
TAGS = frozenset({"democonf"})


def _event(content: Any, **changes: Any) -> dict[str, Any]:
    return {
        "type": "m.room.message",
        "event_id": "$a1",
        "sender": NOOR,
        "origin_server_ts": AT_US // 1000,
        "content": content,
    } | changes


def _text(body: str, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body, **more}


def _html(formatted: str, **more: Any) -> dict[str, Any]:
    return _text("#DemoConf", format="org.matrix.custom.html", formatted_body=formatted, **more)


def _parsed(event: Any, *, tags: frozenset[str] = TAGS, member: Member | None = None) -> NetworkPost | Dropped:
    message = parse.parse_event(event)
    assert isinstance(message, Message)
    return parse.parse_message(message, room=ROOM, member=member, tags=tags, now_us=NOW_US)


def _post(content: Any, **how: Any) -> NetworkPost:
    post = _parsed(_event(content), **how)
    assert isinstance(post, NetworkPost)
    return post


def test_message_of_a_member() -> None:
    content = _html("Wat een <strong>opkomst</strong>! #DemoConf")
    member = Member(id="$m", user=NOOR, name="Noor 🎈", avatar="fontein-source:mxc://example.org/face#avatar")

    assert _post(content, member=member) == NetworkPost(
        native_id="!wall:example.org/$a1",
        uri="matrix:roomid/wall:example.org/e/a1",
        permalink="https://matrix.to/#/!wall:example.org/$a1?via=example.org",
        author_id=NOOR,
        name="Noor 🎈",
        handle=NOOR,
        avatar_url="fontein-source:mxc://example.org/face#avatar",
        text="Wat een opkomst! #DemoConf",
        created=AT_US,
        tags=("DemoConf",),
    )


def test_author_who_is_not_told_has_the_name_of_the_account() -> None:
    assert _post(_text("#DemoConf")).name == "noor"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param({"msgtype": "m.notice", "body": "#DemoConf"}, Why.NOTICE, id="notice-of-a-bot"),
        pytest.param(_text("Zonder"), Why.OTHER_TAG, id="no-hashtag"),
        pytest.param(_text("#DemoConference"), Why.OTHER_TAG, id="longer-hashtag"),
        pytest.param({"msgtype": "m.location", "body": "#DemoConf", "geo_uri": "geo:1,2"}, Why.OTHER_KIND, id="place"),
        pytest.param({"msgtype": "m.audio", "body": "#DemoConf"}, Why.OTHER_KIND, id="sound-without-words"),
        pytest.param({"body": "#DemoConf"}, Why.OTHER_KIND, id="no-kind"),
        pytest.param({}, Why.REDACTED, id="taken-back"),
    ],
)
def test_message_that_is_not_for_a_wall(content: Any, why: Why) -> None:
    assert _parsed(_event(content)) == Dropped(why=why, id="$a1")


def test_every_message_will_do_without_hashtags() -> None:
    assert _post(_text("Zonder"), tags=frozenset()).text == "Zonder"


@pytest.mark.parametrize("tag", ["#democonf", "#DÉMOCONF", "#DemoConf!"])
def test_hashtag_is_compared_without_case_and_accents(tag: str) -> None:
    assert _post(_text(f"Hoi {tag}")).text == f"Hoi {tag}"


def test_message_about_oneself_names_its_author() -> None:
    assert _post({"msgtype": "m.emote", "body": "zwaait #DemoConf"}).text == "* noor zwaait #DemoConf"


@pytest.mark.parametrize(
    ("html", "text", "warning"),
    [
        pytest.param(
            'Slot: <span data-mx-spoiler="het einde">hij wint</span>', "Slot: hij wint", "het einde", id="why"
        ),
        pytest.param("Slot: <span data-mx-spoiler>hij wint</span>", "Slot: hij wint", "Spoiler", id="no-reason"),
        pytest.param('<span data-mx-spoiler="a &quot;b&quot; &amp; c">x</span>', "x", 'a "b" & c', id="quotes"),
        pytest.param("<span>open</span>", "open", "", id="none"),
    ],
)
def test_spoiler_becomes_a_warning(html: str, text: str, warning: str) -> None:
    post = _post(_html(html), tags=frozenset())

    assert (post.text, post.warning, post.sensitive) == (text, warning, bool(warning))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        pytest.param("<p>Een</p><p>twee<br>drie</p>", "Een\n\ntwee\ndrie", id="lines"),
        pytest.param('<a href="https://matrix.to/#/@bo:b.org">Bo</a>: ja', "Bo: ja", id="mention"),
        pytest.param('<a href="https://a.example/x">hier</a>', "hier (https://a.example/x)", id="link"),
        pytest.param("a<script>alert(1)</script>b<img src=x onerror=y>", "ab", id="script"),
        pytest.param("<mx-reply><blockquote>oud</blockquote></mx-reply>nieuw", "nieuw", id="answer"),
        pytest.param('<a href="javascript:x()">klik</a>', "klik", id="no-web-address"),
    ],
)
def test_formatted_message_becomes_plain_text(html: str, text: str) -> None:
    assert _post(_html(html), tags=frozenset()).text == text


def test_small_pictures_in_the_text() -> None:
    html = '<img title="t" alt=":blobcat:" data-mx-emoticon src="mxc://example.org/cat"> hoi <img alt="kat" src="x">'

    post = _post(_html(html), tags=frozenset())

    assert (post.text, post.emojis) == (":blobcat: hoi kat", (("blobcat", "fontein-source:mxc://example.org/cat"),))


def test_html_beyond_reason_is_not_read() -> None:
    assert _post(_html("<b>" * 5000 + "diep")).text == "#DemoConf"


@pytest.mark.parametrize(
    ("relation", "text", "answered"),
    [
        pytest.param({"m.in_reply_to": {"event_id": "$q"}}, "Mee eens #DemoConf", "$q", id="answer"),
        pytest.param({}, "> <@bo:b.org> Eens?\n> Toch?\n\nMee eens #DemoConf", None, id="only-a-quotation"),
        pytest.param(
            {
                "rel_type": "m.thread",
                "event_id": "$root",
                "is_falling_back": True,
                "m.in_reply_to": {"event_id": "$last"},
            },
            "Mee eens #DemoConf",
            "$root",
            id="thread",
        ),
    ],
)
def test_answer_loses_what_it_repeats(relation: Any, text: str, answered: str | None) -> None:
    body = "> <@bo:b.org> Eens?\n> Toch?\n\nMee eens #DemoConf"

    post = _post(_text(body, **{"m.relates_to": relation}))

    assert (post.text, post.reply) == (text, answered is not None)
    assert post.reply_to == (f"{ROOM}/{answered}" if answered else None)


def test_picture_with_a_caption() -> None:
    info = {"w": 1600, "h": 900, "mimetype": "image/jpeg", "size": 12345}
    content = {"msgtype": "m.image", "url": "mxc://example.org/Ab_1-z", "info": info}

    captioned = _post({**content, "filename": "zaal.jpg", "body": "Volle zaal #DemoConf"})
    bare = _post({**content, "body": "zaal.jpg"}, tags=frozenset())

    picture = PictureRef(
        url="fontein-source:mxc://example.org/Ab_1-z", alt="Volle zaal #DemoConf", width=1600, height=900
    )
    assert (captioned.text, captioned.media) == ("Volle zaal #DemoConf", (picture,))
    assert (bare.text, [each.alt for each in bare.media]) == ("", [""])


def test_video_shows_its_still() -> None:
    info = {"thumbnail_url": "mxc://example.org/still", "thumbnail_info": {"w": 320, "h": 180}}
    content = {"msgtype": "m.video", "url": "mxc://example.org/film", "info": info, "body": "film.mp4"}

    post = _post(content, tags=frozenset())

    assert post.media == (PictureRef(url="fontein-source:mxc://example.org/still", width=320, height=180),)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a.png",
        "mxc://example.org/../../admin",
        "mxc://example.org/..",
        "mxc://../config",
        "mxc://./config",
        "mxc://..:80/config",
        "mxc://example..org/a",
        "mxc://.example.org/a",
        "mxc://[..]/a",
        "mxc://example.org:123456/a",
        "mxc://exämple.org/a",
        "mxc://example.org%2f/a",
        "mxc://example.org\n/a",
        "mxc://" + "a" * 254 + "/a",
        "mxc://example.org/a?b",
        "mxc://exa mple/a",
        "mxc://",
        7,
        None,
    ],
)
def test_picture_elsewhere_than_on_matrix_is_left_out(address: object) -> None:
    content = {"msgtype": "m.image", "url": address, "filename": "a.png", "body": "Foto #DemoConf"}

    assert _post(content).media == ()


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("fontein-source:mxc://example.org/a", ("example.org", "a", False)),
        ("fontein-source:mxc://example.org/a#avatar", ("example.org", "a", True)),
        ("fontein-source:mxc://192.0.2.7:8448/a", ("192.0.2.7:8448", "a", False)),
        ("fontein-source:mxc://[2001:db8::7]:8448/a", ("[2001:db8::7]:8448", "a", False)),
        ("fontein-source:mxc://../b", None),
        ("mxc://example.org/a", None),
        ("fontein-source:https://example.org/a", None),
        ("fontein-source:mxc://example.org/../b", None),
    ],
)
def test_address_of_a_picture(address: str, named: object) -> None:
    assert parse.parse_picture(address) == named


def test_post_is_not_from_the_future() -> None:
    post = _parsed(_event(_text("#DemoConf"), origin_server_ts=NOW_US // 1000 + 86_400_000))

    assert isinstance(post, NetworkPost)
    assert post.created == NOW_US


# Edits


def _edit(**changes: Any) -> Edit:
    edit = Edit(id="$e", sender=NOOR, at_us=AT_US + 1, target="$a1", content=_text("nieuw"))
    return msgspec.structs.replace(edit, **changes)


SAID = Message(id="$a1", sender=NOOR, at_us=AT_US, content=_text("oud"))


def test_edit_is_read_from_its_new_content() -> None:
    relation = {"rel_type": "m.replace", "event_id": "$a1"}
    event = _event(_text("* nieuw", **{"m.new_content": _text("nieuw"), "m.relates_to": relation}), event_id="$e")

    assert parse.parse_event(event) == _edit(at_us=AT_US)


def test_edit_changes_what_was_said() -> None:
    now = parse.apply(SAID, _edit())

    assert now is not None
    assert (now.content["body"], now.edited_us, now.at_us) == ("nieuw", AT_US + 1, AT_US)


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(_edit(sender="@mallory:example.org"), id="of-somebody-else"),
        pytest.param(_edit(target="$other"), id="of-another-message"),
        pytest.param(_edit(at_us=0), id="before-anything"),
    ],
)
def test_edit_that_does_not_count(edit: Edit) -> None:
    assert parse.apply(SAID, edit) is None


def test_older_edit_does_not_undo_a_newer_one() -> None:
    newer = parse.apply(SAID, _edit(at_us=AT_US + 5))

    assert newer is not None
    assert parse.apply(newer, _edit(at_us=AT_US + 4)) is None


def test_edit_does_not_change_whom_a_message_answers() -> None:
    answer = Message(id="$a1", sender=NOOR, at_us=AT_US, content=_text("oud", **{"m.relates_to": {"rel": "first"}}))

    now = parse.apply(answer, _edit(content=_text("nieuw", **{"m.relates_to": {"rel": "other"}})))

    assert now is not None
    assert now.content["m.relates_to"] == {"rel": "first"}


@pytest.mark.parametrize(("by", "text"), [(NOOR, "nieuw"), ("@mallory:example.org", "oud #DemoConf")])
def test_edit_that_comes_with_its_message_is_checked_too(by: str, text: str) -> None:
    relation = {"rel_type": "m.replace", "event_id": "$a1"}
    edit = _event(
        _text("*", **{"m.new_content": _text("nieuw"), "m.relates_to": relation}),
        event_id="$e",
        sender=by,
        origin_server_ts=AT_US // 1000 + 1,
    )
    event = _event(_text("oud #DemoConf"), unsigned={"m.relations": {"m.replace": edit}})

    post = _parsed(event, tags=frozenset())

    assert isinstance(post, NetworkPost)
    assert post.text == text
    as_said = parse.parse_event(event, as_said=True)
    assert isinstance(as_said, Message)
    assert as_said.content["body"] == "oud #DemoConf"


@pytest.mark.parametrize(
    ("event", "is_sure"),
    [
        pytest.param({"content": {"redacts": "$a1", "reason": "typo"}}, False, id="rooms-of-version-11"),
        pytest.param({"content": {}, "redacts": "$a1"}, True, id="older-rooms"),
        pytest.param({"content": {"redacts": "$b2"}, "redacts": "$a1"}, True, id="who-may-is-looked-at-there"),
    ],
)
def test_redaction_is_found_in_both_places(event: Any, is_sure: bool) -> None:
    found = parse.parse_event(_event(**event) | {"type": "m.room.redaction", "event_id": "$r"})

    assert found == Redaction(id="$r", at_us=AT_US, target="$a1", is_sure=is_sure)


def test_what_nobody_reads_is_not_remembered() -> None:
    """5,000 messages are: one of 60 kB of brackets would be a megabyte in memory."""
    large = {"z": [[[]] * 9_000], "body": "Wat een opkomst!", "info": {"w": 4, "x": [[]] * 9_000}}

    seen = parse.parse_event(_event(_text("Wat een opkomst!") | large))

    assert isinstance(seen, Message)
    assert len(repr(seen.content)) < 500
    assert seen.content["body"] == "Wat een opkomst!"


@pytest.mark.parametrize(("membership", "banned"), [("ban", True), ("leave", False), ("join", False), (None, False)])
def test_only_a_ban_is_a_ban(membership: object, banned: bool) -> None:
    event = _event({"membership": membership, "displayname": "Noor"}, type="m.room.member", state_key=NOOR)

    found = parse.parse_event(event)

    assert isinstance(found, Member)
    assert (found.user, found.banned) == (NOOR, banned)


# Anything at all

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
_WORDS = st.sampled_from(["m.text", "m.image", "m.video", "m.emote", "m.audio", "m.replace", "m.thread", "$a1", NOOR])
_VALUES = _JSON | _WORDS
_RELATION = st.fixed_dictionaries(
    {}, optional={"rel_type": _VALUES, "event_id": _VALUES, "m.in_reply_to": _VALUES, "is_falling_back": _VALUES}
)
_CONTENT = st.fixed_dictionaries(
    {},
    optional={
        "msgtype": _VALUES,
        "body": _VALUES,
        "format": st.just("org.matrix.custom.html") | _JSON,
        "formatted_body": st.text(alphabet="<>&/\"'= spandt-mxoilerg:#!", max_size=80) | _JSON,
        "url": _VALUES,
        "info": _VALUES,
        "filename": _VALUES,
        "membership": _VALUES,
        "avatar_url": _VALUES,
        "redacts": _VALUES,
        "m.relates_to": _RELATION | _JSON,
        "m.new_content": _VALUES,
    },
)
_EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(
            ["m.room.message", "m.room.redaction", "m.room.member", "m.room.encryption", "m.room.tombstone"]
        )
        | _JSON,
        "event_id": st.sampled_from(["$a1", "$b"]) | _JSON,
        "sender": st.just(NOOR) | _JSON,
        "state_key": st.sampled_from([NOOR, ""]) | _JSON,
        "origin_server_ts": st.integers(0, 2**54) | _JSON,
        "content": _CONTENT | _JSON,
        "unsigned": st.fixed_dictionaries({}, optional={"m.relations": _JSON, "redacted_because": _JSON}) | _JSON,
        "redacts": _VALUES,
    },
)


@given(_EVENTS | _JSON)
def test_any_event_is_read_left_alone_or_refused_by_name(event: object) -> None:
    fields = []
    try:
        seen = parse.parse_event(event)
        if isinstance(seen, Message):
            post = parse.parse_message(seen, room=ROOM, member=None, tags=frozenset(), now_us=NOW_US)
            assert isinstance(post, NetworkPost | Dropped)
    except BadInput as ex:
        fields.append(ex.field)

    assert all(field is not None and field.startswith("$") for field in fields)


@given(_JSON | st.fixed_dictionaries({"next_batch": st.text(), "rooms": _JSON, "chunk": _JSON, "versions": _JSON}))
def test_any_answer_is_read_or_refused(answer: object) -> None:
    fields = []
    for read in (parse.parse_sync, parse.parse_page, lambda found: parse.parse_names(found, "versions")):
        try:
            read(answer)
        except BadInput as ex:
            fields.append(ex.field)

    assert all(field is not None and field.startswith("$") for field in fields)


@given(st.binary(max_size=40) | st.just(b'{"retry_after_ms":true}') | st.just(b'{"retry_after_ms":-1,"errcode":7}'))
def test_complaint_is_read_whatever_it_is(body: bytes) -> None:
    errcode, wait_s = parse.parse_complaint(body)

    assert isinstance(errcode, str)
    assert wait_s is None or wait_s >= 0


@pytest.mark.parametrize(
    ("kind", "key", "seen"),
    [
        ("m.room.encryption", "", parse.Encryption(id="$a1")),
        ("m.room.encryption", NOOR, None),
        ("m.room.encryption", None, None),
        ("m.room.tombstone", "", parse.Upgrade(id="$a1")),
        ("m.room.tombstone", NOOR, None),
        ("m.room.tombstone", 0, None),
        ("m.room.member", NOOR, Member(id="$a1", user=NOOR)),
        ("m.room.member", None, None),
        ("m.room.message", "", None),
    ],
)
def test_state_counts_only_under_its_own_key(kind: str, key: object, seen: object) -> None:
    more = {} if key is None else {"state_key": key}

    assert parse.parse_event(_event({"msgtype": "m.text"}, type=kind, **more)) == seen


@pytest.mark.parametrize(
    "room", ["zaal:example.org", "#zaal:example.org", "../../admin", "!za\nal:example.org", 7, None]
)
def test_answer_that_names_no_room_is_refused_by_name(room: object) -> None:
    with pytest.raises(BadInput) as refused:
        parse.parse_room_id({"room_id": room})

    assert refused.value.field == "$.room_id"


@given(st.text(max_size=60) | st.text(max_size=30).map(lambda text: f"https://matrix.to/#/{ROOM}/${text}"))
def test_any_address_leads_to_an_event_or_nowhere(address: str) -> None:
    named = parse.parse_address(address)

    assert named is None or (named[0][0] in "!#" and named[1].startswith("$") and "".join(named).isprintable())

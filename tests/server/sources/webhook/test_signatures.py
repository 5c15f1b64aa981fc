"""Who sent this? The vectors were computed apart from this code; each check has something that it must refuse."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.webhook.options import GRACE_S, Profile, new_secret, parse_options, rotated
from server.sources.webhook.signatures import TOLERANCE_S, Sent, Unproved, fields_of, message_id, prove
from tests.server.sources.webhook import sender
from tests.server.sources.webhook.sender import AT_S, OTHER, SECRET, VECTOR, VECTOR_ID, VECTOR_SIGNATURE

URL = "https://wall.example.nl/hooks/sms/bird"
VECTOR_HEADERS = {
    "webhook-id": VECTOR_ID,
    "webhook-timestamp": str(AT_S),
    "webhook-signature": VECTOR_SIGNATURE,
}


def sent(body: bytes, headers: Mapping[str, str], *, urls: tuple[str, ...] = (URL,), token: str = "") -> Sent:
    return Sent(headers={name.lower(): value for name, value in headers.items()}, body=body, urls=urls, token=token)


def proves(
    body: bytes,
    headers: Mapping[str, str],
    *,
    profile: str = "standard",
    secret: str = SECRET,
    at_s: float = AT_S,
    **more: Any,
) -> bool:
    extra = {"verify_token": "12345678"} if profile == "whatsapp" else {}
    options = parse_options({"profile": profile, "secret": secret, **extra})
    try:
        prove(sent(body, headers, **more), options, now_s=at_s)
    except Unproved:
        return False
    return True


def test_vector_of_standard_webhooks_is_good() -> None:
    assert proves(VECTOR, VECTOR_HEADERS)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(VECTOR + b" ", {}, id="a byte more"),
        pytest.param(VECTOR.replace(b"Mooie", b"Lelijk"), {}, id="another word"),
        pytest.param(VECTOR, {"webhook-id": "msg_wall_0002"}, id="another id"),
        pytest.param(VECTOR, {"webhook-timestamp": str(AT_S + 1)}, id="another time"),
        pytest.param(VECTOR, {"webhook-signature": VECTOR_SIGNATURE.replace("v1,", "v2,")}, id="another version"),
        pytest.param(VECTOR, {"webhook-signature": VECTOR_SIGNATURE[:-2]}, id="cut off"),
        pytest.param(VECTOR, {"webhook-signature": "v1,"}, id="empty"),
        pytest.param(VECTOR, {"webhook-signature": VECTOR_SIGNATURE.replace("v1,", "v1a,")}, id="not ed25519"),
    ],
)
def test_vector_that_was_changed_is_refused(body: bytes, headers: dict[str, str]) -> None:
    assert not proves(body, VECTOR_HEADERS | headers)


@given(st.binary(max_size=300), st.text(alphabet="abcXYZ019_-", min_size=1, max_size=40), st.integers(0, 2**36))
def test_whatever_is_signed_is_good_for_its_own_secret_only(body: bytes, id_: str, at_s: int) -> None:
    headers = sender.standard(body, id_=id_, at_s=at_s)

    assert proves(body, headers, at_s=at_s)
    assert not proves(body, headers, at_s=at_s, secret=OTHER)


@pytest.mark.parametrize(("away_s", "good"), [(TOLERANCE_S, True), (TOLERANCE_S + 1, False), (-TOLERANCE_S, True),
                                              (-TOLERANCE_S - 1, False)])  # fmt: skip
def test_signature_is_good_for_five_minutes(away_s: int, good: bool) -> None:
    assert proves(VECTOR, VECTOR_HEADERS, at_s=AT_S + away_s) is good


def test_stale_signature_says_what_our_clock_says() -> None:
    options = parse_options({"profile": "standard", "secret": SECRET})

    with pytest.raises(Unproved, match="1795290301") as failed:
        prove(sent(VECTOR, VECTOR_HEADERS), options, now_s=AT_S + 301)

    assert failed.value.code == "stale-signature"


def test_one_good_signature_of_several_is_enough() -> None:
    both = sender.standard(VECTOR, secrets=(OTHER, SECRET))

    assert proves(VECTOR, both)
    assert not proves(VECTOR, sender.standard(VECTOR, secrets=(OTHER, OTHER)))


def test_ed25519_is_good_for_its_public_key_only() -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    headers = sender.ed25519(VECTOR, key)

    assert proves(VECTOR, headers, secret=sender.public_of(key))
    assert not proves(VECTOR, headers, secret=sender.public_of(other))
    assert not proves(VECTOR + b" ", headers, secret=sender.public_of(key))


def test_public_key_is_no_key_of_hmac() -> None:
    """Anybody knows it: what is signed with its bytes proves nothing."""
    public = sender.public_of(Ed25519PrivateKey.generate())
    known = "whsec_" + public.removeprefix("whpk_")

    assert proves(VECTOR, sender.standard(VECTOR, secrets=(known,)), secret=known)
    assert not proves(VECTOR, sender.standard(VECTOR, secrets=(known,)), secret=public)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, "", "\udcff"])
def test_missing_header_is_named(name: str, value: str | None) -> None:
    headers = {k: v for k, v in VECTOR_HEADERS.items() if k != name} | ({} if value is None else {name: value})

    with pytest.raises(BadInput, match=name) as failed:
        proves(VECTOR, headers)

    assert (failed.value.code, failed.value.field) == ("bad-request", name)


@pytest.mark.parametrize("timestamp", ["now", "1e9", "-5", "1795290000.5", "9" * 13, "१७९५२९००००"])
def test_time_that_is_no_number_is_named(timestamp: str) -> None:
    with pytest.raises(BadInput, match="webhook-timestamp"):
        proves(VECTOR, VECTOR_HEADERS | {"webhook-timestamp": timestamp})


@pytest.mark.parametrize("id_", ["a.b", "a b", "a" * 257, "é"])
def test_id_that_could_be_read_otherwise_is_refused(id_: str) -> None:
    """With a full stop in it, `id.timestamp` could be cut at another place."""
    with pytest.raises(BadInput, match="webhook-id"):
        message_id(sent(b"", {"webhook-id": id_}))


# Secrets


def test_old_secret_stays_good_for_a_day() -> None:
    kept = rotated(SECRET, OTHER, AT_S)
    just_before, after = AT_S + GRACE_S - 1, AT_S + GRACE_S

    def is_good(secret: str, at_s: int) -> bool:
        return proves(VECTOR, sender.standard(VECTOR, secrets=(secret,), at_s=at_s), secret=kept, at_s=at_s)

    assert [is_good(SECRET, just_before), is_good(OTHER, just_before)] == [True, True]
    assert [is_good(SECRET, after), is_good(OTHER, after)] == [False, True]


def test_third_secret_pushes_the_first_out() -> None:
    third = new_secret()
    kept = rotated(rotated(SECRET, OTHER, AT_S), third, AT_S + 1)

    assert not proves(VECTOR, VECTOR_HEADERS, secret=kept)
    assert proves(VECTOR, sender.standard(VECTOR, secrets=(OTHER,)), secret=kept)


def test_same_secret_again_has_no_end() -> None:
    assert rotated(SECRET, SECRET, AT_S) == SECRET


def test_secret_without_a_prefix_works_for_libraries_that_decode_it_and_those_that_do_not() -> None:
    plain = "a2V5LXdpdGhvdXQtYS1wcmVmaXg="

    for secret in (plain, "whsec_" + base64.b64encode(plain.encode()).decode()):
        assert proves(VECTOR, sender.standard(VECTOR, secrets=(secret,)), secret=plain)


@pytest.mark.parametrize(
    "secret", ["short", "whsec_???", "whsec_", "whpk_AAECAwQF", "a" * 231, "12345678;until=x", "12345678;until="]
)
def test_secret_that_cannot_be_is_refused(secret: str) -> None:
    with pytest.raises(BadInput) as failed:
        parse_options({"profile": "standard", "secret": secret})

    assert failed.value.field == "secret"
    assert secret not in str(failed.value)


@pytest.mark.parametrize("new", ["12345678;until=9", "12345678 87654321", "short"])
def test_new_secret_brings_no_end_and_no_other_secret_along(new: str) -> None:
    with pytest.raises(BadInput):
        rotated(SECRET, new, AT_S)


@pytest.mark.parametrize("profile", ["whatsapp", "twilio", "bird"])
@pytest.mark.parametrize("secret", ["", new_secret()], ids=["none", "ours"])
def test_secret_of_a_provider_has_to_be_given(profile: str, secret: str) -> None:
    with pytest.raises(BadInput) as failed:
        parse_options({"profile": profile, "secret": secret, "verify_token": "12345678"})

    assert failed.value.field == "secret"


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({}, "profile"),
        ({"profile": "smoke"}, "profile"),
        ({"profile": "standard", "secret": 5}, "secret"),
        ({"profile": "whatsapp", "secret": "app-secret-example", "verify_token": "short"}, "verify_token"),
        ({"profile": "bearer", "secret": sender.public_of(Ed25519PrivateKey.generate())}, "secret"),
        ({"profile": "standard", "more": ""}, None),
    ],
)
def test_options_that_cannot_be_name_the_field(options: dict[str, Any], field: str | None) -> None:
    with pytest.raises(BadInput) as failed:
        parse_options(options)

    assert field is None or field in f"{failed.value.field} {failed.value}"


def test_options_do_not_print_secrets() -> None:
    options = parse_options({"profile": "whatsapp", "secret": "canary-secret", "verify_token": "canary-token"})

    assert "canary" not in f"{options!r} {options.secrets!r}"
    assert options.secrets[0].written == "canary-secret"


# Providers


META = b'{"object":"whatsapp_business_account"}'
META_SIGNATURE = "sha256=36ab017ff41ce32c6df3766c6d259c440dccaf28b3c8a6f108c30a8e3a408176"
TWILIO_URL = "https://wall.example.nl/hooks/sms/twilio"
TWILIO = (
    b"Body=Mooie+sessie%21+%23DemoConf&From=%2B31600000001&MessageSid=SM0123456789abcdef0123456789abcdef"
    b"&NumMedia=0&To=%2B3197000000001"
)
BIRD = b'{"service":"channels","event":"sms.inbound"}'
BIRD_HEADERS = {
    "messagebird-signature": "8JYXnauT0QjOH1w52qdbqK4xaSypomyFpVbkWdAXGo0=",
    "messagebird-request-timestamp": str(AT_S),
}


@pytest.mark.parametrize("profile", ["whatsapp", "github-sha256"])
def test_vector_of_meta_is_good_and_nothing_else(profile: str) -> None:
    def is_good(body: bytes, signature: str) -> bool:
        headers = {"X-Hub-Signature-256": signature}
        return proves(body, headers, profile=profile, secret="app-secret-example")

    assert is_good(META, META_SIGNATURE)
    assert not is_good(META + b" ", META_SIGNATURE)
    assert not is_good(META, META_SIGNATURE.replace("sha256", "sha1"))
    assert not is_good(META, "sha256=")
    assert not is_good(META, "sha256=xyz")


def test_vector_of_twilio_is_good_and_nothing_else() -> None:
    def is_good(body: bytes, url: str) -> bool:
        headers = {"X-Twilio-Signature": "F7TmsNuzSGwcN7H/OHJY1QvmZJI="}
        return proves(body, headers, profile="twilio", secret="auth-token-example", urls=("https://x.example/", url))

    assert is_good(TWILIO, TWILIO_URL)
    assert is_good(b"&".join(reversed(TWILIO.split(b"&"))), TWILIO_URL)
    assert not is_good(TWILIO, TWILIO_URL + "?x=1")
    assert not is_good(TWILIO + b"&More=1", TWILIO_URL)
    assert not is_good(TWILIO.replace(b"Mooie", b"Lelijk"), TWILIO_URL)


def test_vector_of_bird_is_good_and_nothing_else() -> None:
    def is_good(body: bytes, url: str, **headers: str) -> bool:
        return proves(body, BIRD_HEADERS | headers, profile="bird", secret="signing-key-example", urls=(url,))

    assert is_good(BIRD, URL)
    assert not is_good(BIRD + b" ", URL)
    assert not is_good(BIRD, URL + "/")
    assert not is_good(BIRD, URL, **{"messagebird-request-timestamp": str(AT_S + 1)})


@pytest.mark.parametrize(
    ("header", "good"),
    [("Bearer token-12345678", True), ("bearer  token-12345678", True), ("Bearer token-1234567", False),
     ("Basic token-12345678", False), ("token-12345678", False), ("Bearer", False)],
)  # fmt: skip
def test_token_is_compared_whole(header: str, good: bool) -> None:
    assert proves(b"{}", {"Authorization": header}, profile="bearer", secret="token-12345678") is good


@pytest.mark.parametrize(("token", "good"), [("token-12345678", True), ("token-1234567", False), ("\udcff", False)])
def test_token_in_the_address_is_for_cm_only(token: str, good: bool) -> None:
    assert proves(b"{}", {}, profile="cm", secret="token-12345678", token=token) is good
    with pytest.raises(BadInput, match="authorization"):
        proves(b"{}", {}, profile="bearer", secret="token-12345678", token=token)


@pytest.mark.parametrize("profile", list(Profile))
def test_hook_without_a_secret_takes_nothing(profile: Profile) -> None:
    """Its secret is not made yet, or its time is over."""
    options = parse_options({"profile": "standard"})
    headers = {
        **sender.standard(VECTOR, secrets=("whsec_",)),
        **sender.hub(VECTOR, secret=""),
        **sender.twilio({}, url=URL, token="")[1],
        **sender.bird(VECTOR, url=URL, key=""),
        "Authorization": "Bearer x",
    }

    with pytest.raises(Unproved):
        prove(sent(VECTOR, headers), type(options)(profile=profile), now_s=AT_S)


@given(st.sampled_from(Profile), st.binary(max_size=200), st.dictionaries(
    st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "x-hub-signature-256", "authorization",
                     "x-twilio-signature", "messagebird-signature", "messagebird-request-timestamp"]),
    st.text(st.characters(exclude_characters="\r\n"), max_size=60)), st.text(max_size=20))  # fmt: skip
def test_whatever_comes_is_refused_politely(profile: Profile, body: bytes, headers: dict[str, str], token: str) -> None:
    given_secret = {"secret": "app-secret-example", "verify_token": "12345678"}
    options = parse_options({"profile": profile, **given_secret})

    with pytest.raises((Unproved, BadInput)):
        prove(sent(body, headers, token=token), options, now_s=AT_S)


@pytest.mark.parametrize("body", [b"\xff=1", b"&".join(b"a=1" for _ in range(201))])
def test_form_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        fields_of(body)

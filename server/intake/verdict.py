"""From an arrival to a body with its verdict: what every post passes, new or edited."""

from __future__ import annotations

import re

import msgspec

from server.errors import BadInput
from server.intake import facts, rules, text
from server.intake.alike import alike, closest
from server.intake.arrival import Arrival
from server.intake.checks import CHECKS, Case, Found, lost_hashtag
from server.intake.circumstances import Circumstances, Recent
from server.intake.homoglyphs import compatible
from server.intake.lexicon import tokens
from server.symposium.values import (
    PHONE,
    Emoji,
    Hold,
    NamesBody,
    Picture,
    Policy,
    PostBody,
    PostId,
    Reject,
    RuleId,
    Show,
    Verdict,
)

__all__ = ["Circumstances", "Judgement", "Recent", "judge", "names_of", "text_of"]

MAX_TEXT_BYTES = 4096
"""UTF-8, of a phone's post: 500 graphemes of nearly anything, and no chain of a thousand joiners."""

MAX_NETWORK_TEXT = 16_384
"""Code points that are kept of a network's post. No network that we read allows as many."""

MAX_NAME = 40
MAX_HANDLE = 120
MAX_WARNING = 500
MAX_ALT = 300
MAX_NETWORK_ALT = 1500
"""Graphemes. Phones are told when they send more; what comes from networks is cut after a word."""

MAX_ADDRESS = 2048

_LANG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
_SHORTCODE = re.compile(r"\w{1,64}", re.ASCII)
_WEB_ADDRESS = re.compile(rf"https?://[^\s\"'<>\\\x00-\x20\x7f-\x9f\ud800-\udfff]{{1,{MAX_ADDRESS}}}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

_Findings = list[tuple[RuleId, Found]]


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """
    What intake makes of an arrival.

    Args:
        body: Cleaned, ready for the journal.
        match: What later arrivals are compared with.
        like: The recent post that says the same, the closest one; None where there is none.
        notes: Every rule that found something, in order, as `rule` or `rule:what`: for the desk, also where another
            rule decided. After them what rules that are off would have asked; see `facts.py`.
    """

    body: PostBody
    match: str
    verdict: Verdict
    like: PostId | None
    notes: tuple[str, ...]


def judge(arrival: Arrival, circumstances: Circumstances, *, salt: str) -> Judgement:
    """
    Clean *arrival* and ask the rules. The first that rejects decides, otherwise the first that holds, then whether it
    waits in any case, then the policy.

    Pure, and the same for an edit, which its caller never lets through as Show.

    Args:
        salt: 32 hex characters, new for every revision.

    Raises:
        BadInput: `empty`: nothing to see, in words or pictures. `too-long`: a phone's text, name or alt text is; the
            message says by how many characters, `field` which one.
    """
    body = _body(arrival, salt=salt, max_graphemes=circumstances.max_graphemes)
    case = _case(arrival, body, circumstances)
    found = [(rule, each) for rule in circumstances.rules.order for each in CHECKS[rule](case)]
    nearest = closest(case.alike)
    notes = tuple(f"{rule}:{each.what}" if each.what else rule for rule, each in found)
    if arrival.waits:
        notes = (*notes, rules.UNSIGNED)
    asked = facts.facts_of(arrival, lost_hashtag=lost_hashtag(case))
    return Judgement(
        body=body,
        match=case.match,
        verdict=_verdict(found, arrival, circumstances),
        like=nearest.recent.post if nearest else None,
        notes=(*notes, *facts.noted(asked, notes)),
    )


def warning_of(arrival: Arrival) -> str:
    """The content warning that the body of *arrival* gets; see `text_of`."""
    return _short(arrival.warning, MAX_WARNING, "$.warning", is_phone=arrival.source == PHONE, lines=True)


def text_of(arrival: Arrival) -> str:
    """The text that the body of *arrival* gets: cleaned, bounded for networks, empty where there is nothing to see."""
    written = text.clean(arrival.text if arrival.source == PHONE else _bounded(arrival.text, MAX_NETWORK_TEXT))
    return "" if text.is_blank(written) else written


def _bounded(written: str, most: int) -> str:
    """The beginning of a network's text, also where each character stands for eighteen (ﷺ): the rules read them all."""
    kept = written[:most]
    while len(compatible(kept)) > most:
        kept = kept[: len(kept) // 2]
    return kept


def names_of(arrival: Arrival) -> NamesBody:
    """What a post of a network and its author are called, as a body would have it."""
    return NamesBody(
        native_id=identity(arrival.native_id),
        uri=identity(arrival.uri),
        author_id=identity(arrival.author_id),
        name=_short(arrival.name, MAX_NAME, "$.name", is_phone=False),
        handle=_cut(text.clean(arrival.handle, lines=False), MAX_HANDLE),
        edited=arrival.edited,
    )


def _verdict(found: _Findings, arrival: Arrival, circumstances: Circumstances) -> Verdict:
    for rule, each in found:
        if each.reason is not None:
            return Reject(rule=rule, reason=each.reason, found=each.what)
    for rule, each in found:
        if not each.note:
            return Hold(rule=rule, found=each.what)
    if arrival.waits:
        return Hold(rule=rules.UNSIGNED)
    known = circumstances.author_known or circumstances.source_trusted
    if circumstances.policy is Policy.RULES_DECIDE or (circumstances.policy is Policy.KNOWN_PASS and known):
        return Show(rule=rules.POLICY)
    return Hold(rule=rules.POLICY)


def _case(arrival: Arrival, body: PostBody, circumstances: Circumstances) -> Case:
    readable = "\n".join((body.text, body.name, body.warning, *(picture.alt for picture in body.media)))
    match = text.match_text(body.text)
    limits = circumstances.rules
    is_answer = arrival.poll is not None  # many give the same, and may
    others = () if is_answer else (*circumstances.same(match), *circumstances.recent)
    near = alike(match, others, percent=limits.alike_percent, length=limits.alike_length)
    return Case(
        arrival=arrival,
        body=body,
        circumstances=circumstances,
        readable=readable,
        tokens=tokens(f"{readable}\n{body.handle}"),
        match=match,
        alike=near,
    )


def _body(arrival: Arrival, *, salt: str, max_graphemes: int) -> PostBody:
    is_phone = arrival.source == PHONE
    written = _text(arrival, is_phone=is_phone, max_graphemes=max_graphemes)
    return PostBody(
        salt=salt,
        text=written,
        cut=None if is_phone else text.cut_at_word(written, max_graphemes=max_graphemes),
        name=_short(arrival.name, MAX_NAME, "$.name", is_phone=is_phone),
        handle=_cut(text.clean(arrival.handle, lines=False), MAX_HANDLE),
        avatar=arrival.avatar,
        media=_media(arrival.media, is_phone=is_phone),
        emojis=tuple(emoji for emoji in arrival.emojis if _is_emoji(emoji)),
        lang=arrival.lang if arrival.lang and _LANG.fullmatch(arrival.lang) else None,
        created=arrival.created,
        edited=arrival.edited,
        warning=warning_of(arrival),
        permalink=arrival.permalink if _WEB_ADDRESS.fullmatch(arrival.permalink or "") else None,
        uri=identity(arrival.uri),
        native_id=identity(arrival.native_id),
        author_id=identity(arrival.author_id),
        reply_to=identity(arrival.reply_to),
        to=_short(arrival.to, MAX_NAME, "$.to", is_phone=is_phone) if arrival.question else "",
    )


def _text(arrival: Arrival, *, is_phone: bool, max_graphemes: int) -> str:
    written = text_of(arrival)
    if not written and not arrival.media:
        raise BadInput("The post is empty; write something or add a photo.", code="empty", field="$.text")
    if is_phone:
        _check_length(written, max_graphemes, "$.text", max_bytes=MAX_TEXT_BYTES)
    return written


def _media(pictures: tuple[Picture, ...], *, is_phone: bool) -> tuple[Picture, ...]:
    return tuple(
        msgspec.structs.replace(picture, alt=_alt(picture.alt, f"$.media[{index}].alt", is_phone=is_phone))
        for index, picture in enumerate(pictures)
    )


def _alt(value: str, field: str, *, is_phone: bool) -> str:
    if is_phone:
        return _short(value, MAX_ALT, field, is_phone=True, lines=True)
    return _short(_bounded(value, 2 * MAX_NETWORK_ALT), MAX_NETWORK_ALT, field, is_phone=False, lines=True)


def _short(value: str, most: int, field: str, *, is_phone: bool, lines: bool = False) -> str:
    """*value* cleaned, within *most* graphemes: a phone is told when it is not."""
    cleaned = text.clean(value, lines=lines)
    if text.is_blank(cleaned):
        return ""
    if is_phone:
        _check_length(cleaned, most, field, max_bytes=MAX_TEXT_BYTES)
        return cleaned
    return _cut(cleaned, most)


def _cut(cleaned: str, most: int) -> str:
    end = text.cut_at_word(cleaned, max_graphemes=most)
    return cleaned if end is None else cleaned[:end] + "…"


def _check_length(cleaned: str, most: int, field: str, *, max_bytes: int) -> None:
    """Refuse *cleaned* when it has more than *most* graphemes, or more than *max_bytes* bytes of UTF-8."""
    if len(cleaned) <= most and len(cleaned) * 4 <= max_bytes:
        return
    total = fitting = start = size = 0
    for end in text.grapheme_ends(cleaned):
        total += 1
        size += len(cleaned[start:end].encode())
        start = end
        if total <= most and size <= max_bytes:
            fitting = total
    if over := total - fitting:
        characters = "1 character" if over == 1 else f"{over} characters"
        raise BadInput(f"The text is {characters} too long; at most {most} fit.", code="too-long", field=field)


def _is_emoji(emoji: Emoji) -> bool:
    return _SHORTCODE.fullmatch(emoji.shortcode) is not None


def identity(value: str | None) -> str | None:
    """As the source gave it, since it is compared and not shown, but always writable as UTF-8."""
    return None if value is None else _SURROGATE.sub("\ufffd", value)

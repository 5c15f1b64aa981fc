"""Text of strangers: what stays, what goes, how long it is and where it is cut."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.intake.text import clean, cut_at_word, graphemes, hashtags, is_blank, match_text, tag_fold

ZALGO = "Z͖̲̫̭̑̎ͯ̀a̱̹̖̤ͯ̌ͫ̂̄l̟̫̪̦͈͂ͥͣ͑̚g̰̦̲̘̮̏ͨ̇̽ͪo̳͎̝̤͉̓̽̆̓̔̂"

LEGITIMATE = {
    "dutch": "Één reünie, coördinatie en ’s middags koffie; €5 – ja hè?",
    "vietnamese": "Tiếng Việt có nhiều dấu: ể, ễ, ợ, ữ, ậy",
    "polish": "Zażółć gęślą jaźń",
    "greek": "Καλημέρα κόσμε, ᾧδε ἡ ἀρχή",
    "russian": "Съешь ещё этих мягких французских булок",
    "ukrainian": "Їжак і ґанок: привіт",
    "hebrew": "שלום עולם",
    "hebrew-niqqud": "בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם",
    "arabic": "السلام عليكم، كيف الحال؟",
    "arabic-vowels": "بِسْمِ ٱللَّهِ ٱلرَّحْمَـٰنِ ٱلرَّحِيمِ",
    "persian-zwnj": "می\u200cخواهم کتاب‌ها را بخوانم",
    "urdu": "میں اردو میں لکھتا ہوں",
    "hindi": "क्षत्रिय हिन्दी में ज़रूर लिखूँगा",
    "hindi-zwj": "क्\u200dष और र्\u200dय",
    "bengali": "আমি বাংলায় গান গাই",
    "tamil": "யாதும் ஊரே யாவரும் கேளிர்",
    "telugu": "తెలుగు భాష",
    "sinhala": "ශ්\u200dරී ලංකාව",
    "thai": "ที่นี่มีน้ำใจ ผู้ใหญ่ก็รู้",
    "lao": "ສະບາຍດີ ຢູ່ນີ້",
    "khmer": "សួស្តី​ពិភពលោក ក្រ្ដៅ",
    "burmese": "မင်္ဂလာပါ လျှော့ကျွန်ုပ်",
    "tibetan": "བཀྲ་ཤིས་བདེ་ལེགས། ཧཱུྃ",
    "amharic": "ሰላም ለዓለም",
    "georgian": "გამარჯობა მსოფლიო",
    "armenian": "Բարեւ աշխարհ",
    "chinese": "大家好，今天的会议很有意思。",
    "japanese": "こんにちは、「世界」。パン・ガ",
    "korean": "안녕하세요 세계",
    "mixed-directions": "Lezing \u200f(שלום)\u200e om 10:00",
}

EMOJI = {
    "flag": "🇳🇱",
    "flags": "🇳🇱🇧🇪🇪🇺",
    "flag-of-scotland": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "family": "👨‍👩‍👧‍👦",
    "kiss-with-skin-tones": "👨🏻‍❤️‍💋‍👨🏿",
    "rainbow-flag": "🏳️‍🌈",
    "keycap": "1️⃣",
    "skin-tone": "👍🏽",
    "heart-on-fire": "❤️‍🔥",
    "text-style": "☺︎",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in (LEGITIMATE | EMOJI).items()])
def test_clean_leaves_legitimate_text_alone(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in EMOJI.items() if name != "flags"])
def test_graphemes_counts_an_emoji_as_one(text: str) -> None:
    assert graphemes(text) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\x00b\x07c\x1bd\x7fe\x9ff", "abcdef", id="controls"),
        pytest.param("een\ttwee", "een twee", id="tab"),
        pytest.param("een\r\ntwee\rdrie\u2028vier\u0085vijf", "een\ntwee\ndrie\nvier\nvijf", id="line-ends"),
        pytest.param("een\n\n\n \n\ntwee", "een\n\ntwee", id="empty-lines"),
        pytest.param("  \n een  \n\n ", "een", id="trimmed"),
        pytest.param("\u202egnp.exe\u202c", "gnp.exe", id="right-to-left-override"),
        pytest.param("\u2066a\u2067b\u2068c\u2069", "abc", id="isolates"),
        pytest.param("hoi\U000e0068\U000e0061", "hoi", id="hidden-tags"),
        pytest.param("🏴\U000e0067\U000e0062", "🏴", id="tags-without-an-end"),
        pytest.param("🏴" + "\U000e0061" * 60 + "\U000e007f", "🏴", id="tags-too-many-for-a-flag"),
        pytest.param("a\ud800b", "a\ufffdb", id="lone-surrogate"),
        pytest.param("a\ufdd0b\uffff\U0010ffffc", "abc", id="noncharacters"),
        pytest.param("\ufeffhoi", "hoi", id="byte-order-mark"),
        pytest.param("e\u0301\u0323", "ẹ\u0301", id="composes"),
        pytest.param("a\u200b\u200b\u200b\u200b\u200b\u200bb", "a\u200b\u200bb", id="row-of-invisibles"),
        pytest.param("a\ufe00\ufe01\ufe02b", "a\ufe00b", id="row-of-selectors"),
    ],
)
def test_clean_takes_out(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_clean_makes_a_name_one_line() -> None:
    assert clean("  Anna\n\nde  \u2029 Vries ", lines=False) == "Anna de Vries"


def test_clean_caps_marks_at_four_on_a_base() -> None:
    piles = unicodedata.normalize("NFD", ZALGO)
    assert max(_marks_per_base(piles)) > 4

    assert max(_marks_per_base(unicodedata.normalize("NFD", clean(ZALGO)))) <= 5  # one may be part of its letter
    assert max(_marks_per_base(clean(ZALGO))) <= 4
    assert clean("Zalgo") == "Zalgo"


def test_clean_caps_marks_with_joiners_between_them() -> None:
    piled = "a" + "\u0316\u200d" * 50

    assert clean(piled).count("\u0316") == 4


def test_clean_caps_an_unsorted_row_of_marks_quickly() -> None:
    """Canonical ordering takes time by the square of a row's length: 40,000 marks took 1.6 s."""
    piled = "a" + "\u0301\u0316" * 20_000

    assert _seconds(lambda: clean(piled)) < 0.5


HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "ae\u0301\u0316\u0344क्\u093cष\u200d\u200c\u200b\u200f\ufe0f\U000e0100👩❤🇳🇱\n \t\r\u202e\u2066🏴\U000e0067"
            "\U000e007f\ud800\u0600\u1100\u1161\u11a8\u0dd9\u0dca\u0b47\u0b56\u05e9\u05c1\u05bc\ufb2c\u034f\u0e01\u0e33"
            "\ufdd0\u2028\u0f71\u0f72\u0f74\u20e3\u0338=か\u3099\u2060\xad\u09c7\u09be"
        ),
    ),
    max_size=60,
)


@given(HOSTILE, st.booleans())
def test_clean_is_idempotent(text: str, lines: bool) -> None:
    once = clean(text, lines=lines)

    assert clean(once, lines=lines) == once


@given(HOSTILE, st.booleans())
def test_clean_never_adds_graphemes(text: str, lines: bool) -> None:
    assert graphemes(clean(text, lines=lines)) <= graphemes(text)


@given(HOSTILE, st.booleans())
def test_clean_leaves_nothing_that_harms(text: str, lines: bool) -> None:
    cleaned = clean(text, lines=lines)

    cleaned.encode("utf-8")
    assert {c for c in cleaned if unicodedata.category(c) == "Cc"} <= ({"\n"} if lines else set())
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert "\n\n\n" not in cleaned
    assert cleaned == cleaned.strip()
    assert cleaned == unicodedata.normalize("NFC", cleaned)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("abc", 3, id="letters"),
        pytest.param("\r\n", 1, id="GB3-cr-lf"),
        pytest.param("\n\u0308", 2, id="GB4-control-breaks"),
        pytest.param("\u1100\u1161\u11a8", 1, id="GB6-8-hangul"),
        pytest.param("\uac00\u11a8\u1100", 2, id="GB7-hangul-breaks"),
        pytest.param("a\u0308\u0301", 1, id="GB9-extend"),
        pytest.param("a\u200d", 1, id="GB9-zwj"),
        pytest.param("\u0ba8\u0bbf", 1, id="GB9a-spacing-mark"),
        pytest.param("\u0600\u0020", 1, id="GB9b-prepend"),
        pytest.param("\u0915\u094d\u0937", 1, id="GB9c-conjunct"),
        pytest.param("\u0915\u094d\u200d\u0937", 1, id="GB9c-conjunct-zwj"),
        pytest.param("\u0915\u0937", 2, id="GB9c-no-linker"),
        pytest.param("a\u200d\U0001f6d1", 2, id="GB11-only-after-pictographs"),
        pytest.param("\U0001f6d1\u200d\U0001f6d1", 1, id="GB11-zwj-sequence"),
        pytest.param("\U0001f476\U0001f3ff\U0001f476", 2, id="GB11-modifier"),
        pytest.param("a\U0001f1e6\U0001f1e7\U0001f1e8b", 4, id="GB12-odd-flags"),
        pytest.param("\U0001f1e6\U0001f1e7\U0001f1e8\U0001f1e9", 2, id="GB13-pairs"),
        pytest.param("\U0001f1e6\u200d\U0001f1e7", 2, id="GB13-interrupted"),
        pytest.param("\U0001f1e6\U0001f1e7\u200d\U0001f1e8", 2, id="GB13-joiner-after-pair"),
    ],
)
def test_graphemes_follows_the_grapheme_break_test(text: str, count: int) -> None:
    """Cases of Unicode's GraphemeBreakTest.txt, one per rule of UAX #29."""
    assert graphemes(text) == count


@pytest.mark.parametrize("text", ["😀" * 10_000, "🇳🇱" * 10_000, "👩\u200d" * 20_000], ids=["faces", "flags", "joined"])
def test_graphemes_is_linear_in_its_text(text: str) -> None:
    """A row of flags took 1.1 s before they were paired."""
    assert _seconds(lambda: graphemes(text)) < 0.3


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        pytest.param("", True, id="empty"),
        pytest.param(" \n\u00a0\u3000", True, id="white-space"),
        pytest.param("\u200b\u200d\u200e\ufe0f\u2060", True, id="zero-width"),
        pytest.param("\u3164\u2800\u115f", True, id="fillers"),
        pytest.param(".", False, id="full-stop"),
        pytest.param("\u200b🙂", False, id="emoji"),
    ],
)
def test_is_blank(text: str, blank: bool) -> None:
    assert is_blank(text) is blank


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Wat een Mooi VERHAAL", "wat een mooi verhaal", id="case"),
        pytest.param("één  coördinatie\nhier", "een coordinatie hier", id="marks-and-spaces"),
        pytest.param("Ｍｏｏｉ 𝐯𝐞𝐫𝐡𝐚𝐚𝐥", "mooi verhaal", id="compatibility"),
        pytest.param("mооi vеrhааl", "mooi verhaal", id="cyrillic-look-alikes"),
        pytest.param("mo\u200boi ver\u00adhaal", "mooi verhaal", id="zero-width"),
        pytest.param("Mooi #Democonf verhaal https://x.example/a?b @anna@social.example", "mooi verhaal", id="dropped"),
        pytest.param("#alleen #tags", "", id="nothing-left"),
        pytest.param("🎉🎉", "🎉🎉", id="emoji-stay"),
    ],
)
def test_match_text(text: str, expected: str) -> None:
    assert match_text(text) == expected


def test_match_text_is_bounded() -> None:
    assert len(match_text("woorden " * 4000)) == 800 - 1  # ends with a space, which goes


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        pytest.param("#Café2026", "cafe2026", id="diacritics"),
        pytest.param("DemoConf", "democonf", id="case"),
        pytest.param("＃ＤｅｍｏＣｏｎｆ", "democonf", id="full-width"),
        pytest.param("straße", "strasse", id="sharp-s"),
        pytest.param("Smørrebrød_Łódź", "smorrebrod_lodz", id="letters-that-do-not-decompose"),
        pytest.param("l·l", "l·l", id="middle-dot"),
        pytest.param("Tiếng", "tieng", id="vietnamese"),
    ],
)
def test_tag_fold(tag: str, expected: str) -> None:
    assert tag_fold(tag) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Hoi #DemoConf en #Café2026!", ("DemoConf", "Café2026"), id="in-order"),
        pytest.param("#Team-Wall", ("Team",), id="ends-at-hyphen"),
        pytest.param("op #1 staat #2e", ("2e",), id="digits-only"),
        pytest.param("https://x.example/#deel en a#b", (), id="not-in-an-address-or-word"),
        pytest.param("#हिन्दी #日本語 #می‌خواهم", ("हिन्दी", "日本語", "می‌خواهم"), id="scripts"),
        pytest.param("# los ## #_", (), id="no-tag"),
        pytest.param("＃wijd", ("wijd",), id="full-width-sign"),
    ],
)
def test_hashtags(text: str, expected: tuple[str, ...]) -> None:
    assert hashtags(text) == expected


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        pytest.param("kort", 10, None, id="fits"),
        pytest.param("een twee", 8, None, id="fits-exactly"),
        pytest.param("een twee drie", 8, "een twee", id="ends-with-a-word"),
        pytest.param("een twee drie", 10, "een twee", id="back-to-a-word"),
        pytest.param("abcdefghijkl", 5, "abcde", id="one-giant-word"),
        pytest.param("ab cdefghijkl", 10, "ab cdefghi", id="word-end-too-far-back"),
        pytest.param("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 2, "👨‍👩‍👧‍👦👨‍👩‍👧‍👦", id="never-inside-a-grapheme"),
        pytest.param("今天的会议很有意思", 4, "今天的会", id="no-spaces"),
        pytest.param("👩\u200d" * 100, 2, "👩\u200d" * 8, id="one-endless-grapheme"),
    ],
)
def test_cut_at_word(text: str, most: int, shown: str | None) -> None:
    end = cut_at_word(text, max_graphemes=most)

    assert (None if end is None else text[:end]) == shown


@given(HOSTILE.map(clean), st.integers(1, 40))
def test_cut_at_word_shows_no_more_than_asked(text: str, most: int) -> None:
    end = cut_at_word(text, max_graphemes=most)

    assert graphemes(text[:end]) <= most
    assert end is None or (0 < end < len(text) or graphemes(text) > most)


def _marks_per_base(text: str) -> list[int]:
    runs = [0]
    for character in text:
        runs = [*runs[:-1], runs[-1] + 1] if unicodedata.category(character) in ("Mn", "Me") else [*runs, 0]
    return runs


def _seconds(work: object) -> float:
    assert callable(work)
    started = time.thread_time()
    work()
    return time.thread_time() - started

"""`schedule.xml`: the full shape, old files without dates, and XML as a weapon."""

from __future__ import annotations

import pytest

from server.errors import BadInput
from server.programme import schedule_xml
from server.programme.imported import Format, Remark
from server.programme.reading import read
from server.programme.schedule_xml import read_xml
from server.symposium.entries import SpeakerBody
from server.symposium.values import SessionKind
from tests.server.programme.given import fixture, remarks, titled, when

_ONE = (
    "<schedule><version>2</version><conference><time_zone_name>Europe/Amsterdam</time_zone_name></conference>"
    "<day index='1' date='2026-11-12'><room name='Zaal'><event guid='g1'><date>2026-11-12T09:30:00+01:00</date>"
    "<duration>00:30</duration><title>{title}</title></event></room></day></schedule>"
)


def test_pretalx_is_read_whole() -> None:
    imported = read(fixture("pretalx.xml"))

    programme = imported.programme
    talk, lunch = programme.sessions
    assert (imported.format, imported.warnings) == (Format.XML, ())
    assert (programme.version, programme.zone) == ("1.3", "Europe/Amsterdam")
    assert [room.name for room in programme.rooms] == ["Grote zaal", "Tuinkamer"]
    assert (talk.id, talk.room) == ("0b1c4f2a-5a66-5b0e-8f60-2f6b7c000001", "7d9f0a4e-1b1c-5f0e-9d0b-0d2f6a1f0001")
    assert when(talk) == ("2026-11-12 09:30", "2026-11-12 10:15")
    assert talk.speakers == (SpeakerBody(name="Noor Jansen"), SpeakerBody(name="Chidi Okafor"))
    assert (talk.track, talk.lang, talk.no_record) == ("Democratie", "nl", True)
    assert talk.abstract == "Over luisteren & doen."
    assert (lunch.kind, lunch.no_record, when(lunch)[1]) == (SessionKind.BREAK, False, "2026-11-12 13:15")


def test_json_and_xml_of_one_programme_have_the_same_identities() -> None:
    """Who changes from one to the other keeps sessions and rooms."""
    json_, xml = read(fixture("pretalx.json")).programme, read(fixture("pretalx.xml")).programme

    title = "Wie luistert er?"
    assert titled(json_, title).id == titled(xml, title).id
    assert json_.rooms == xml.rooms


def test_old_file_without_dates_counts_from_its_own_change_of_day() -> None:
    imported = read(fixture("without-dates.xml"))

    first, night = imported.programme.sessions
    assert (when(first), first.id, first.room) == (("2026-01-31 10:00", "2026-01-31 10:50"), "afspraken", "ketelhuis")
    assert first.abstract == "Kort.\n\nEen lang verhaal."
    assert (when(night)[0], night.id) == ("2026-02-01 00:15", "6246")
    assert remarks(imported) == {Remark.NO_DATE: 2, Remark.NO_GUID: 2, Remark.NO_ZONE: 1}


def test_day_changes_at_four_where_nobody_says_otherwise() -> None:
    event = "<event guid='{0}'><start>{0}</start><duration>00:10</duration><title>{0}</title></event>"
    events = "".join(event.format(clock) for clock in ("03:59", "04:00", "23:00"))
    text = f"<schedule><day date='2026-11-12'><room name='A'>{events}</room></day></schedule>"

    begins = {s.title: when(s)[0] for s in read_xml(text.encode()).programme.sessions}

    assert begins == {"03:59": "2026-11-13 03:59", "04:00": "2026-11-12 04:00", "23:00": "2026-11-12 23:00"}


# XML as a weapon: CVE-2003-1564, XXE. Each would work on a parser that reads a document type.

_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10)).replace("&lol0;", "&lol;")
    + "]>"
)


@pytest.mark.parametrize(
    "document",
    [
        _LAUGHS + _ONE.format(title="&lol9;"),
        '<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + _ONE.format(title="&x;"),
        '<!DOCTYPE s SYSTEM "http://127.0.0.1:9/x.dtd">' + _ONE.format(title="x"),
        '<!DOCTYPE s [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>' + _ONE.format(title="x"),
        "<!DOCTYPE schedule>" + _ONE.format(title="x"),
        '<!DOCTYPE s [<!ATTLIST schedule x CDATA "y">]>' + _ONE.format(title="x"),
    ],
    ids=["billion-laughs", "file", "dtd", "parameter-entity", "empty-doctype", "attlist"],
)
def test_document_type_is_refused(document: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(document.encode())
    assert refused.value.code == "unsafe-xml"


def test_control_without_the_document_type_the_same_is_read() -> None:
    (session,) = read(_ONE.format(title="lol").encode()).programme.sessions
    assert session.title == "lol"


def test_control_the_laughs_do_grow_in_a_parser_that_lets_them() -> None:
    """A smaller one, by the parser alone: what is refused is no harmless thing."""
    from xml.parsers import expat

    grown: list[str] = []
    parser = expat.ParserCreate()
    parser.CharacterDataHandler = grown.append
    parser.Parse(_LAUGHS.encode() + b"<a>&lol3;</a>", True)
    assert len("".join(grown)) == 3_000


def test_too_deep_and_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = f"<schedule>{'<a>' * 50}{'</a>' * 50}</schedule>"
    with pytest.raises(BadInput) as refused:
        read(deep.encode())
    assert refused.value.code == "unsafe-xml"

    monkeypatch.setattr(schedule_xml, "MAX_ELEMENTS", 20)
    with pytest.raises(BadInput) as refused:
        read(f"<schedule>{'<a/>' * 21}</schedule>".encode())
    assert refused.value.code == "unsafe-xml"


@pytest.mark.parametrize(
    "document",
    [
        "<schedule>",
        "<schedule></day>",
        "<schedule>&nbsp;</schedule>",
        "<schedule>\x00</schedule>",
        "<?xml version='1.0' encoding='ebcdic'?><schedule/>",
        "<rss><channel/></rss>",
        "<iCalendar xmlns='urn:ietf:params:xml:ns:icalendar-2.0'/>",
    ],
)
def test_broken_or_other_xml_is_refused(document: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(document.encode())
    assert refused.value.code == "not-a-schedule"


def test_truncated_file_is_refused_whole() -> None:
    whole = fixture("pretalx.xml").rstrip()
    for length in range(1, len(whole) - 1, 61):
        with pytest.raises(BadInput):
            read(whole[:length])


def test_event_without_a_time_is_named_by_its_path() -> None:
    text = _ONE.format(title="Zonder tijd").replace("2026-11-12T09:30:00+01:00", "")
    with pytest.raises(BadInput) as refused:
        read(text.encode())
    assert (refused.value.code, refused.value.field) == ("no-moment", "/schedule/day[1]/room[1]/event[1]")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings_that_xml_may_have(encoding: str) -> None:
    head = f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?>"
    (session,) = read((head + _ONE.format(title="Café")).encode(encoding)).programme.sessions
    assert session.title == "Café"

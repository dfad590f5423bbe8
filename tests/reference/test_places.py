"""Establishments, areas, outcodes and the distance between them."""

import datetime as dt
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yosafe.errors import Invalid, NotFound
from yosafe.reference.areas import area, areas, find_area
from yosafe.reference.codes import code_list
from yosafe.reference.distance import miles
from yosafe.reference.establishments import Kind, establishment, establishments, find_establishment, sources
from yosafe.reference.outcodes import outcode, outcodes

REPORT_DAY = dt.date(2002, 10, 14)
PARTIAL_DATE = re.compile(r"(\d{4}(-\d{2}(-\d{2})?)?)?")


@pytest.mark.parametrize(
    ("code", "name"),
    [("FYI", "Feltham"), ("FMI", "Feltham"), ("pyi", "Parc"), (" PRI ", "Parc"), ("STC3", "Oakhill"), ("CKI", "Cookham Wood"), ("WNI", "Werrington")],
)
def test_an_establishment_by_any_of_its_codes(code, name):
    assert establishment(code).name == name


@pytest.mark.parametrize("code", ["", "ZZZ", "Feltham", "LEI"])
def test_an_unknown_code_is_not_found(code):
    with pytest.raises(NotFound, match="FYI"):
        establishment(code)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("feltham", "FYI"),
        ("HMYOI  FELTHAM", "FYI"),
        ("Feltham A", "FYI"),
        ("HMP/YOI Parc Young People’s Unit", "PYI"),
        ("Pare", "PYI"),
        ("Hassockfield STC", "XHA"),
        ("Wetherby & Keppel", "WYI"),
        ("Downview: Josephine Butler Unit", "DWI"),
        ("wyi", "WYI"),
        ("Atlantis", None),
        ("", None),
        ("!!!", None),
    ],
)
def test_an_establishment_by_name(written, code):
    found = find_establishment(written)
    assert (found and found.code) == code


def test_the_boys_estate_of_the_report_year():
    """The thirteen of July 2000, with Hindley, Parc and Warren Hill; dates known to the year run to its end."""
    found = {e.name for e in establishments(on=REPORT_DAY) if e.kind is Kind.YOI}
    assert found == {
        "Ashfield", "Brinsford", "Castington", "Feltham", "Hindley", "Hollesley Bay", "Huntercombe", "Lancaster Farms", "Onley", "Parc", "Portland",
        "Stoke Heath", "Thorn Cross", "Warren Hill", "Werrington", "Wetherby",
    }  # fmt: skip


def test_todays_estate():
    found = {e.name for e in establishments(on=dt.date(2025, 1, 1)) if e.kind in (Kind.YOI, Kind.STC, Kind.SECURE_SCHOOL)}
    assert found == {"Feltham", "Parc", "Werrington", "Wetherby", "Oakhill", "Oasis Restore"}


@pytest.mark.parametrize(
    ("code", "day", "holds"),
    [
        ("CKI", "2007-12-31", False),
        ("CKI", "2008-01-01", True),
        ("CKI", "2024-12-31", True),
        ("CKI", "2025-01-01", False),
        ("HII", "2015-03-31", True),
        ("HII", "2015-04-01", False),
        ("FHI", "1999-01-01", True),  # when it began is not known
        ("WYI", "2026-11-22", True),
    ],
)
def test_when_a_place_held_children(code, day, holds):
    assert establishment(code).holds_children(dt.date.fromisoformat(day)) is holds


def test_girls_in_the_adult_estate_are_marked():
    assert {e.name for e in establishments() if e.adult_estate and "female" in e.sexes} >= {
        "Bullwood Hall", "Eastwood Park", "Holloway", "New Hall", "Styal", "Low Newton", "Foston Hall",
    }  # fmt: skip
    assert not establishment("FYI").adult_estate


def test_establishments_are_well_formed():
    found = establishments()
    codes = [code for e in found for code in (e.code, *e.other_codes)]
    assert len(set(codes)) == len(codes)
    for e in found:
        assert re.fullmatch(r"[A-Z]{3}|STC\d", e.code), e.code
        assert PARTIAL_DATE.fullmatch(e.children_from), e.code
        assert PARTIAL_DATE.fullmatch(e.children_to), e.code
        assert set(e.sources.values()) <= set(sources()), e.code
        assert {"code", "position"} <= set(e.sources), e.code
        assert all(name in e.sources for name in ("children_from", "children_to") if getattr(e, name)), e.code
        assert set(e.sexes) <= set(code_list("sex").values()), e.code
        assert area(e.area).until is None, e.code


def test_each_name_and_alias_means_one_establishment():
    for e in establishments():
        for name in (e.name, *e.aliases):
            assert find_establishment(name) == e, name


def test_an_establishment_lies_near_its_area():
    assert {e.name: d for e in establishments() if (d := miles(area(e.area), e)) > 30} == {}


def test_confirmed_means_that_nothing_is_recalled():
    assert establishment("FYI").confirmed
    assert not establishment("CKI").confirmed


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Leeds", "E08000035"),
        ("leeds city council", "E08000035"),
        ("Lambeth Council", "E09000022"),
        ("London Borough of Lambeth", "E09000022"),
        ("Hammersmith & Fulham", "E09000013"),
        ("Hull", "E06000010"),
        ("Kingston upon Hull, City of", None),
        ("County Durham", "E06000047"),
        ("Durham", "E06000047"),
        ("St. Helens", "E08000013"),
        ("Dorset", "E06000059"),
        ("Dorset County Council", "E10000009"),
        ("Cumbria", "E10000006"),
        ("Ynys Môn", "W06000001"),
        ("ynys mon", "W06000001"),
        ("Nottingham", "E06000018"),
        ("Nottinghamshire", "E10000024"),
        ("e09000018", "E09000018"),
        ("Narnia", None),
        ("Council", None),
        ("", None),
    ],
)
def test_an_area_by_name(written, code):
    found = find_area(written)
    assert (found and found.code) == code


def test_a_district_stands_for_its_county():
    assert area("E07000008").name == "Cambridgeshire"
    assert area("E06000047").name == "County Durham"


@pytest.mark.parametrize("code", ["", "E07999999", "S12000036", "Leeds"])
def test_an_unknown_area_is_not_found(code):
    with pytest.raises(NotFound, match="E09000018"):
        area(code)


def test_areas_are_those_with_childrens_services():
    today, report_year = areas(), areas(on=REPORT_DAY)
    assert Counter(a.kind for a in today) == {"county": 21, "unitary": 63, "metropolitan": 36, "london": 33, "welsh": 22}
    assert {a.name for a in report_year} - {a.name for a in today} >= {"Cumbria", "Northamptonshire", "Bournemouth", "Cheshire", "Bedfordshire"}
    assert all(area(code).until is None for a in report_year for code in a.successors)


def test_each_area_is_found_by_its_own_name():
    for a in areas(on=dt.date(1999, 1, 1)):
        assert find_area(a.name) == a


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("LS22", "LS22"),
        ("ls22 5ed", "LS22"),
        ("  L S 2 2 5 E D ", "LS22"),
        ("E1", "E1"),
        ("E1 6AN", "E1"),
        ("E16AN", "E1"),
        ("E16", "E16"),
        ("EC1A 1BB", "EC1A"),
        ("EC1A1BB", "EC1A"),
        ("SW1A-1AA", "SW1A"),
        ("NPT", "NPT"),
        ("W1X", "W1X"),
    ],
)
def test_an_outcode_from_what_is_typed(written, code):
    assert outcode(written).code == code


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("", "Leave the home blank"),
        ("   ", "Leave the home blank"),
        ("ZZ99 3VZ", "no fixed address"),
        ("EH1 1AA", "Scotland"),
        ("TD1", "Scotland"),
        ("BT1 1AA", "Northern Ireland"),
        ("JE2 3AB", "Channel Islands"),
        ("QQ1", "No postcode in England and Wales"),
        ("LS22 5E", "This isn't a postcode"),
        ("L$22", "This isn't a postcode"),
        ("Wetherby", "This isn't a postcode"),
        ("ＬＳ２２", "This isn't a postcode"),
        ("LS22\x00", "This isn't a postcode"),
        ("90210", "This isn't a postcode"),
    ],
)
def test_what_is_not_an_outcode_says_what_to_do(written, remedy):
    with pytest.raises(Invalid, match=remedy) as refusal:
        outcode(written)
    assert refusal.value.errors[0].key == "outcode"


@given(st.text(max_size=12))
def test_any_text_is_an_outcode_or_a_refusal(text):
    try:
        assert outcode(text).code
    except Invalid as refusal:
        assert refusal.errors[0].message  # noqa: PT017 - either answer is right; a refusal says what to do


def test_outcodes_cover_england_and_wales():
    found = outcodes()
    assert len(found) == 2526
    assert {o.area for o in found} == {a.code for a in areas()}
    assert all(49.8 < o.latitude < 55.9 and -6.5 < o.longitude < 1.8 for o in found)


@pytest.mark.parametrize(("code", "note"), [("TR21", "St Mary's"), ("TD5", "Scotland"), ("TD9", "Scotland"), ("DG16", "Scotland")])
def test_odd_outcodes_say_why(code, note):
    assert note in outcode(code).note


@pytest.mark.parametrize(
    ("home", "there", "expected"),
    [
        ("LS22", "WYI", 1),
        ("TW13", "FYI", 1),
        ("SE15", "WYI", 179),
        ("TR21", "WYI", 348),
        ("NE1", "PYI", 251),
        ("CF35", "PYI", 2),
    ],
)
def test_miles(home, there, expected):
    assert miles(outcode(home), establishment(there)) == expected


def test_miles_is_the_same_both_ways_and_nothing_to_itself():
    here, there = establishment("WYI"), establishment("PYI")
    assert miles(here, there) == miles(there, here)
    assert miles(here, here) == 0

"""The shipped facts against the published lists that they come from, and against an independent one."""

import csv
import math
import os
from pathlib import Path

import pytest

from yosafe.reference.areas import area, areas, find_area
from yosafe.reference.distance import miles
from yosafe.reference.establishments import Kind, establishment, establishments, find_establishment
from yosafe.reference.outcodes import outcodes

EXTERNAL = Path(os.environ.get("YOSAFE_EXTERNAL_DATA", Path(__file__).parents[2] / "../shared/data"))
pytestmark = pytest.mark.external


def rows(path, delimiter=","):
    with (EXTERNAL / path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


METRES_PER_MILE = 1609.344


class Spot:
    def __init__(self, latitude, longitude):
        self.latitude, self.longitude = float(latitude), float(longitude)


def test_outcodes_are_those_of_the_directory():
    published = {r["outcode"]: r for r in rows("geography/outcode_centroids_ew_onspd_nov2025.csv")}
    assert {o.code for o in outcodes()} == set(published)
    for o in outcodes():
        row = published[o.code]
        assert o.district == row["lad"]
        if o.code != "TR21":
            assert (o.latitude, o.longitude) == (float(row["lat"]), float(row["lon"]))


def test_outcodes_agree_with_an_independent_list():
    """Within six miles for all but the few that are split by the border, spread thin, or of no fixed place."""
    other = {r["postcode"]: r for r in rows("geography/gibbs_outcodes_2017.csv")}
    shared = [o for o in outcodes() if o.code in other and not o.retired]
    apart = {o.code for o in shared if miles(o, Spot(other[o.code]["latitude"], other[o.code]["longitude"])) > 6}
    assert len(shared) > 2_300
    assert len(apart) < len(shared) / 200, sorted(apart)


def test_distances_agree_with_the_ordnance_survey_grid():
    """Flat distance on the national grid is true to a part in a thousand; a sphere is out by up to three more, for the earth is flattened."""
    register = next(r for r in rows("reference/prison_register.csv") if r["prison_id"] == "WYI")
    published = {r["outcode"]: r for r in rows("geography/outcode_centroids_ew_onspd_nov2025.csv")}
    for o in outcodes():
        if o.code != "TR21":
            east, north = (float(register[k]) - float(published[o.code][c]) for k, c in (("oseast1m", "easting"), ("osnrth1m", "northing")))
            flat = math.hypot(east, north) / METRES_PER_MILE
            assert abs(miles(o, establishment("WYI")) - flat) < 0.51 + flat * 0.004, o.code


def test_areas_are_those_of_the_directory():
    published = rows("geography/lad25_centroids_ew_named.csv")
    assert {area(r["laua"]).code for r in published} == {a.code for a in areas()}
    for r in published:
        if r["name"] and not r["laua"].startswith("E07"):
            assert find_area(r["name"]).code == r["laua"], r["name"]
            assert find_area(r["official-name"]).code == r["laua"], r["official-name"]


def test_establishments_stand_where_the_register_says():
    register = {r["prison_id"]: r for r in rows("reference/prison_register.csv") if r["lat"]}
    checked = 0
    for e in establishments():
        row = register.get(e.code)
        if row is None or e.sources["position"] != "register":
            continue
        checked += 1
        assert (e.latitude, e.longitude) == (float(row["lat"]), float(row["lon"])), e.code
        assert area(row["laua"]).code == e.area, e.code
    assert checked >= 27


def test_the_registers_youth_sites_are_all_here_but_its_errors():
    youth = {r["prison_id"] for r in rows("reference/prison_register.csv") if "YCS" in r["types"] or "STC" in r["types"]}
    held = {e.code for e in establishments() if e.kind in (Kind.YOI, Kind.STC)}
    assert youth - held == {"AYI"}  # Aylesbury, which the register mistakes for a youth site


@pytest.mark.parametrize(
    "path", ["published_uk/selfharm_by_establishment_2000_2002_hansard.csv", "published_uk/f2052sh_opened_by_establishment_2000_2002_hansard.csv"]
)
def test_names_in_published_tables_are_known(path):
    names = [r["Establishment"] for r in rows(path)]
    unknown = [name for name in names if find_establishment(name) is None]
    assert all(name == "Total" or name.startswith("(1)") for name in unknown)
    assert len(names) - len(unknown) == 14


def test_names_in_other_tables_are_known():
    for r in rows("published_uk/hospitalised_injuries_by_month_2007_08_hansard.csv"):
        assert find_establishment(r["establishment"]).kind == r["type"].lower(), r["establishment"]
    for r in rows("published_uk/stc_assaults_apr2007_mar2008_hansard.csv"):
        assert find_establishment(r["establishment"]).kind is Kind.STC, r["establishment"]


def test_spellings_of_2017_lead_to_the_same_place():
    """Every spelling with a two-letter code that belongs to one of ours is either found as it, or not at all: never as another."""
    by_short = {e.code[:2]: e for e in establishments() if e.kind is not Kind.SCH and len(e.code) == 3}
    by_short |= {code[:2]: e for e in establishments() for code in e.other_codes}
    found = 0
    for r in rows("reference/prison_estate_2017/hmi.tsv", "\t"):
        match = find_establishment(r["hmi"])
        if r["prison"] and match is not None:
            assert by_short.get(r["prison"]) == match, r["hmi"]
            found += 1
    assert found >= 25


def test_codes_of_2017_have_the_same_names():
    for r in rows("reference/prison_estate_2017/nomis-code.tsv", "\t"):
        if r["nomis"] in {e.code for e in establishments()}:
            assert find_establishment(r["name"]) == establishment(r["nomis"]), r["name"]

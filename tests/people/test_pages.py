"""Young people by page: finding, adding after a search, receiving, recording, and what is shown again when it is refused."""

import re

import pytest

from tests.world import KENT, LEEDS, NOW, TODAY
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people import columns
from yosafe.people.actions import change_young_person
from yosafe.people.columns import Column
from yosafe.people.schemas import ChangeYoungPerson

PAGES = ("", "/chronology", "/placements", "/care", "/contacts", "/edit")


def day(name, day, month, year):
    return {f"{name}-day": str(day), f"{name}-month": str(month), f"{name}-year": str(year)}


def identity(family_name="Frost", given_names="Lee", born=(1, 5, 2010)):
    return {"family_name": family_name, "given_names": given_names, **day("date_of_birth", *born)}


KAI = identity("Morton", "Kai", (14, 3, 2010))
NIA = identity("Bello", "nia grace", (30, 1, 2011))
ARRIVAL = {"unit": "A wing", "legal_status": "dto", **day("arrived_on", 1, 10, 2026), "arrived_time": "2:30pm"}


def title(page):
    return re.search(r"<title>\s*(.*?)\s*</title>", page.text, re.DOTALL)[1].removesuffix(" – yosafe")


def faults(page):
    """The links of the error summary: where they lead, and what they say."""
    summary = re.search(r'govuk-error-summary__list">(.*?)</ul>', page.text, re.DOTALL)
    return re.findall(r'(?:href="#([\w-]*)"[^>]*>)?([^<>]+)(?:</a>)?\s*</li>', summary[1]) if summary else []


async def counts():
    return [await DB.fetchval(f"SELECT count(*) FROM {table}") for table in ("young_person", "placement", "care_period", "contact")]


async def test_every_page_about_a_child_says_who_it_is_and_is_noted(client, world, kai_ref):
    cleo = await client(world.cleo)
    for path in PAGES:
        page = await cleo.get(f"/children/{kai_ref}{path}")
        assert page.status_code == 200
        assert title(page).startswith("Morton, Kai: ")
        assert "16 (born 14 March 2010)" in page.text
        assert "Wetherby, A wing" in page.text
    rows = await DB.fetch("SELECT event, detail FROM audit_entry WHERE actor = $1 ORDER BY id", world.cleo.id)
    assert [row["detail"] for row in rows] == [
        '{"page":"overview"}', '{"entries":1,"source":null}', '{"page":"placements"}', '{"page":"care"}', '{"page":"contacts"}', '{"page":"edit"}',
    ]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
async def test_an_outsider_gets_the_same_page_as_for_a_number_never_given(client, world, nia_ref, path):
    cleo = await client(world.cleo)
    hidden, never = await cleo.get(f"/children/{nia_ref}{path}"), await cleo.get(f"/children/YP-999999{path}")
    assert (hidden.status_code, never.status_code) == (404, 404)
    assert hidden.text.replace(nia_ref, "") == never.text.replace("YP-999999", "")
    assert "Bello" not in hidden.text


async def test_finding(client, world, kai_ref):
    cleo = await client(world.cleo)
    assert kai_ref in (await cleo.send_form("/children/find", {"q": "mort"})).text
    nobody = await cleo.send_form("/children/find", {"q": "bello", "site": "WYI"})
    assert "No young person whom you can see matches this." in nobody.text
    refused = await cleo.send_form("/children/find", {"q": "x" * 101})
    assert (refused.status_code, faults(refused)[0][0]) == (422, "q")
    assert title(refused) == "Error: Children"


async def test_no_name_stands_in_an_address(client, world, kai_ref):
    cleo = await client(world.cleo)
    narrowed = await cleo.send_form("/children/find", {"q": "", "site": "WYI", "held": "now"})
    assert (narrowed.status_code, narrowed.headers["location"]) == (303, "/children?site=WYI&held=now")
    assert 'method="post" action="/children/find"' in (await cleo.get("/children")).text
    assert kai_ref in (await cleo.get("/children?q=nobody")).text  # not read from there


# Adding


async def test_an_officer_adds_a_young_person_who_has_come(client, world):
    dan = await client(world.dan)
    form = await dan.send_form("/children/new", identity())
    assert title(form) == "Details of the young person"
    assert "Arrival at Wetherby" in form.text
    added = await dan.send_form(
        "/children", identity() | ARRIVAL | {"sex": "male", "home_outcode": "CT1 2AB", "home_area": KENT, "interpreter": "some"}
    )
    assert (added.status_code, added.headers["location"]) == (303, "/children/YP-000003?done=added")
    page = await dan.get(added.headers["location"])
    for words in ("The young person was added", "Frost, Lee", "Needs an interpreter", "First two weeks here", "Kent"):
        assert words in page.text
    placements = await dan.get("/children/YP-000003/placements")
    assert "1 Oct 2026" in placements.text
    assert re.search(r"\d+ miles", placements.text)


async def test_who_is_recorded_already_is_shown_before_anyone_is_added(client, world, kai_ref):
    amina = await client(world.amina)
    matches = await amina.send_form("/children/new", KAI)
    assert title(matches) == "Is this the young person?"
    assert f'href="/children/{kai_ref}"' in matches.text
    assert "/children/receive" not in matches.text
    none = {"none_of_these": "yes", "not_duplicate_of": kai_ref}
    unsaid = await amina.send_form("/children/new", KAI | none)
    assert (unsaid.status_code, faults(unsaid)[0][0], kai_ref in unsaid.text) == (422, "not_duplicate_because", True)
    because = {"not_duplicate_because": "A cousin of the same name."}
    on = await amina.send_form("/children/new", KAI | none | because)
    assert title(on) == "Details of the young person"
    assert "A cousin of the same name." in on.text
    refused = await amina.send_form("/children", KAI | {"sex": "male", "home_area": LEEDS})
    assert (refused.status_code, kai_ref in faults(refused)[0][1], "Why is this another child?" in refused.text) == (409, True, True)
    added = await amina.send_form("/children", KAI | {"sex": "male", "home_area": LEEDS, "not_duplicate_of": kai_ref} | because)
    assert added.status_code == 303


async def test_a_record_made_elsewhere_shows_its_reference_and_nothing_more(client, world, nia_ref):
    dan, amina = await client(world.dan), await client(world.amina)
    matches = await dan.send_form("/children/new", NIA)
    assert nia_ref in matches.text
    for secret in ("Oakhill", "Kent", "Juniper", f"/children/{nia_ref}"):
        assert secret not in matches.text
    assert title(await amina.send_form("/children/new", NIA)) == "Details of the young person"  # she holds nobody: to her there is no such record


async def test_receiving(client, world, nia_ref):
    dan, ivy = await client(world.dan), await client(world.ivy)
    receive = NIA | ARRIVAL | {"young_person": nia_ref}
    early = await dan.send_form("/children/receive", receive)
    assert (early.status_code, faults(early)[0][0], "at another establishment" in faults(early)[0][1]) == (422, "arrived_on-day", True)
    leaving = day("left_on", 1, 10, 2026) | {"left_time": "9am", "leaving_reason": "transferred", "version": "1"}
    left = await ivy.send_form(f"/children/{nia_ref}/placements/2/end", leaving)
    assert left.headers["location"] == "/children?done=left"  # Ivy no longer sees her
    assert "The leaving was recorded" in (await ivy.get(left.headers["location"])).text
    unread = await dan.send_form("/children/receive", receive | {"arrived_time": "later"})
    assert (unread.status_code, faults(unread)[0][0]) == (422, "arrived_time")
    received = await dan.send_form("/children/receive", receive)
    assert received.headers["location"] == f"/children/{nia_ref}?done=received"
    assert "Wetherby, A wing" in (await dan.get(f"/children/{nia_ref}")).text


@pytest.mark.parametrize("form", [NIA | {"family_name": "Belloo"}, NIA | {"young_person": "YP-000001"}])
async def test_receiving_takes_an_exact_match(client, world, form):
    dan = await client(world.dan)
    assert (await dan.send_form("/children/receive", {"young_person": "YP-000002"} | form | ARRIVAL)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"family_name": ""}, ("family_name", "Enter the family name")),
        ({"family_name": "a\0b"}, ("family_name", "Family name contains a character that can&#39;t be kept: type it again rather than pasting it")),
        (
            {"family_name": "\u202eFrost"},
            ("family_name", "Family name contains hidden characters that change reading direction: type it again without them"),
        ),
        ({"family_name": "x" * 101}, ("family_name", "Family name must be 100 characters or fewer")),
        ({"given_names": "\u200d \u200d"}, ("given_names", "Enter the given names")),
        (day("date_of_birth", 31, 2, 2010), ("date_of_birth-day", "Date of birth must be a real date")),
        (day("date_of_birth", 6, 10, 2026), ("date_of_birth-day", "Date of birth must be today or in the past")),
        (day("date_of_birth", 1, "", 2010), ("date_of_birth-month", "Date of birth must include a month")),
    ],
)
async def test_who_is_asked_again_with_what_was_typed(client, world, changes, fault):
    amina, before = await client(world.amina), await counts()
    for path in ("/children/new", "/children"):
        again = await amina.send_form(path, identity() | changes)
        assert (again.status_code, title(again)) == (422, "Error: Add a young person")
        assert faults(again) == [fault]
    assert await counts() == before


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"sex": ""}, "sex"),
        ({"sex": "dragon"}, "sex"),
        ({"home_area": ""}, "home_area"),
        ({"home_area": LEEDS + "x"}, "home_area"),
        ({"home_outcode": "nowhere"}, "home_outcode"),
        ({"home_outcode": "QQ1"}, "home_outcode"),
        ({"ethnicity": "chinese"}, "ethnicity"),
        ({"known_as": "x" * 101}, "known_as"),
        ({"nationality": "a\u202eb"}, "nationality"),
        ({"legal_status": "section_91"}, "legal_status"),
        ({"unit": "x" * 61}, "unit"),
        ({"arrived_time": "25:00"}, "arrived_time"),
        ({"arrived_time": ""}, "arrived_time"),
        (day("arrived_on", 6, 10, 2026), "arrived_on-day"),
        (day("arrived_on", 5, 10, 2026) | {"arrived_time": "11:30pm"}, "arrived_on-day"),
        (day("arrived_on", 1, 10, 2009), "date_of_birth"),
        (day("release_on", 31, 11, 2026), "release_on-day"),
        (day("release_on", 6, 10, 2056), "release_on-day"),
    ],
)
async def test_details_are_asked_again_with_what_was_typed(client, world, changes, key):
    dan, before = await client(world.dan), await counts()
    form = identity("Frost", "Lee") | ARRIVAL | {"sex": "male", "home_area": LEEDS, "nationality": "Ruritanian"} | changes
    again = await dan.send_form("/children", form)
    assert (again.status_code, title(again)) == (422, "Error: Details of the young person")
    assert [where for where, _ in faults(again)] == [key]
    assert "Frost" in again.text
    assert "Ruritanian" in again.text or "nationality" in changes
    assert await counts() == before


async def test_a_form_without_its_token_is_refused(client, world):
    amina = await client(world.amina)
    await amina.get("/help")
    refused = await amina.post("/children", data=identity())
    assert (refused.status_code, "Your form may have expired" in refused.text) == (403, True)


# Recording


async def test_placements_are_moved_and_ended(client, world, kai_ref):
    dan = await client(world.dan)
    here = f"/children/{kai_ref}/placements"
    moved = await dan.send_form(f"{here}/1/unit", {"unit": "B wing", "version": "1"})
    assert moved.headers["location"] == f"{here}?done=unit"
    stale = await dan.send_form(f"{here}/1/unit", {"unit": "C wing", "version": "1"})
    assert (stale.status_code, stale.text.count("The unit is now B wing.")) == (412, 1)
    assert 'value="C wing"' in stale.text  # what was typed stays
    assert 'name="version" value="2"' in stale.text
    again = await dan.send_form(f"{here}/new", ARRIVAL)
    assert (again.status_code, faults(again)[0][0], "at Wetherby since 7 September 2026" in faults(again)[0][1]) == (422, "arrived_on-day", True)
    late = await dan.send_form(f"{here}/1/end", day("left_on", 7, 9, 2026) | {"left_time": "9am", "leaving_reason": "bail", "version": "2"})
    assert (late.status_code, faults(late)[0][0]) == (422, "left_on-day")
    unsaid = await dan.send_form(f"{here}/1/end", {"version": "2"})
    assert [where for where, _ in faults(unsaid)] == ["left_on-day", "left_time", "leaving_reason"]


async def test_a_team_says_where_and_an_establishment_is_not_asked(client, world, kai_ref):
    assert 'name="establishment"' in (await (await client(world.amina)).get(f"/children/{kai_ref}/placements/new")).text
    assert 'name="establishment"' not in (await (await client(world.dan)).get(f"/children/{kai_ref}/placements/new")).text


async def test_care_and_contacts_are_recorded_and_shown(client, world, kai_ref):
    esi, here = await client(world.esi), f"/children/{kai_ref}"
    refused = await esi.send_form(f"{here}/care/new", {"status": "looked_after", **day("started_on", 1, 9, 2026)})
    assert [where for where, _ in faults(refused)] == ["responsible_area", "legal_basis"]
    care = {
        "status": "looked_after",
        "legal_basis": "care_order",
        "responsible_area": LEEDS,
        "accommodation": "foster",
        **day("started_on", 1, 9, 2026),
    }
    assert (await esi.send_form(f"{here}/care/new", care)).headers["location"] == f"{here}/care?done=care"
    before = await esi.send_form(f"{here}/care/new", {"status": "never", **day("started_on", 31, 8, 2026)})
    assert (before.status_code, "began on 1 September 2026" in faults(before)[0][1]) == (409, True)
    contact = {"kind": "visit", "from_whom": "social_worker", **day("happened_on", 2, 10, 2026), "seen_alone": "yes", "note": "<b>Settled</b> & well"}
    assert (await esi.send_form(f"{here}/contacts/new", contact)).headers["location"] == f"{here}/contacts?done=contact"
    future = await esi.send_form(f"{here}/contacts/new", contact | day("happened_on", 6, 10, 2026))
    assert (future.status_code, faults(future)[0][0]) == (422, "happened_on-day")
    overview = await esi.get(here)
    for words in (
        "Looked after",
        "None named",
        "Last contact from a social worker 3 days ago, on 2 October 2026",
        "No contact from the YOT on record",
    ):
        assert words in overview.text
    assert "&lt;b&gt;Settled&lt;/b&gt; &amp; well" in overview.text


async def test_an_edit_that_was_too_late_shows_both_versions_and_can_be_sent_again(client, world, kai_ref):
    cleo, here = await client(world.cleo), f"/children/{kai_ref}/edit"
    form = await cleo.get(here)
    assert 'name="version" value="1"' in form.text
    await change_young_person(by=world.amina, young_person=world.kai, change=ChangeYoungPerson(religion="sikh"), version=1)
    mine = KAI | {
        "sex": "male",
        "home_area": LEEDS,
        "home_outcode": "LS9",
        "ethnicity": "white_british",
        "first_language": "english",
        "interpreter": "no",
    }
    mine |= {"religion": "hindu", "version": "1"}
    late = await cleo.send_form(here, mine)
    assert late.status_code == 412
    [row] = re.findall(r'<tr[^>]*><th scope="row"[^>]*>(.*?)</th><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td></tr>', late.text)
    assert row == ("Religion", "Sikh", "Hindu")
    assert 'name="version" value="2"' in late.text
    saved = await cleo.send_form(here, mine | {"version": "2"})
    assert saved.headers["location"] == f"/children/{kai_ref}?done=changed"
    assert await DB.fetchval("SELECT religion FROM young_person WHERE id = $1", world.kai.id) == "hindu"


async def test_an_edit_takes_away_what_was_cleared(client, world, kai_ref):
    cleo = await client(world.cleo)
    await cleo.send_form(f"/children/{kai_ref}/edit", KAI | {"sex": "male", "home_area": LEEDS, "version": "1"})
    row = await DB.fetchrow("SELECT home_outcode, ethnicity, version FROM young_person WHERE id = $1", world.kai.id)
    assert tuple(row) == (None, None, 2)


async def test_who_moves_a_home_away_goes_back_to_the_list(client, world, kai_ref):
    amina = await client(world.amina)
    moved = await amina.send_form(f"/children/{kai_ref}/edit", KAI | {"sex": "male", "home_area": KENT, "version": "1"})
    assert moved.headers["location"] == "/children?done=changed"


# Chronology


async def test_the_chronology_filters_in_its_address(client, world, kai_ref):
    amina, here = await client(world.amina), f"/children/{kai_ref}/chronology"
    page = await amina.get(here)
    assert re.findall(r'ys-month">(.*?)<', page.text) == ["September 2026"]
    assert "Arrived at Wetherby" in page.text
    assert "Nothing matches this." in (await amina.get(f"{here}?source=care")).text
    assert "Nothing matches this." in (await amina.get(f"{here}?from=8/9/2026")).text
    assert "Arrived at Wetherby" in (await amina.get(f"{here}?from=7/9/2026&to=7/9/2026&order=oldest")).text
    refused = await amina.get(f"{here}?from=31/2/2026")
    assert (refused.status_code, faults(refused)) == (422, [("from", "Enter a real date, for example 1/9/2026")])


async def test_a_lead_is_told_how_long_a_leaver_stays_in_sight(client, world, kai_ref):
    cleo = await client(world.cleo)
    leaving = day("left_on", 5, 10, 2026) | {"left_time": "9am", "leaving_reason": "released", "version": "1"}
    await cleo.send_form(f"/children/{kai_ref}/placements/1/end", leaving)
    page = await cleo.get(f"/children/{kai_ref}")
    assert "No longer held here. You see this record until 3 January 2027." in page.text
    assert "Not held. Left Wetherby on 5 October 2026" in page.text


async def test_a_feature_adds_a_column_and_its_filter(client, world, kai_ref, monkeypatch):
    monkeypatch.setattr(columns, "_COLUMNS", {})

    async def load(viewer, young_people, terminology):
        return {world.kai.id: "Two secrets"} if world.kai.id in young_people else {}

    def only(viewer):
        return Sql("yp.id <> {}", world.kai.id)

    columns.register_column(Column(id="secret", title="Secrets", permission="contact:read", load=load, only=only, filter_label="With secrets"))
    dan, femi_sees_none = await client(world.dan), await client(world.femi)
    page = await dan.get("/children")
    assert "Two secrets" in page.text
    assert "With secrets" in page.text
    assert kai_ref not in (await dan.get("/children?secret=yes")).text
    assert (await femi_sees_none.get("/children?secret=yes")).status_code == 403
    monkeypatch.setattr(columns, "_COLUMNS", {"secret": Column(id="secret", title="Secrets", permission="user:read", load=load, only=only)})
    page = await dan.get("/children?secret=yes")
    assert kai_ref in page.text
    assert "Two secrets" not in page.text


async def test_flags_show_in_the_list_and_narrow_it(client, world, kai_ref):
    await DB.execute(
        "INSERT INTO flag (young_person, indicator, level, sentence, because, missing, settings, raised_on, last_seen_on, raised_at, version) "
        "VALUES ($1, 'far-from-home', 'high', 'Far.', '[]', '[]', '{}', $2, $2, $3, 1)",
        *(world.kai.id, TODAY, NOW),
    )
    dan, ben = await client(world.dan), await client(world.ben)
    assert "1, 1 high" in (await dan.get("/children?flag=yes")).text
    assert "No young person whom you can see matches this." in (await ben.get("/children?flag=yes")).text

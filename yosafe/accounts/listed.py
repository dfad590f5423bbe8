"""What the lists of users, agencies and the trail show: their columns, and the orders that they give. Pure."""

from yosafe.db.paging import Instant
from yosafe.lists.listed import Column
from yosafe.lists.ordering import Sort, ranked, sort
from yosafe.reference.areas import area
from yosafe.reference.establishments import establishment

from .permissions import KIND_TITLES, ROLE_TITLES
from .schemas import AgencyOut, UserOut
from .trail_words import what, young_people

USER_STATES = {"working": "Working", "waiting": "Waiting for a password", "disabled": "Disabled"}
_STATE = "CASE WHEN u.disabled_at IS NOT NULL THEN 3 WHEN u.password_hash IS NULL THEN 2 ELSE 1 END"
USER_SORTS: dict[str, Sort] = {"home": sort("g.name", "u.name")}
AGENCY_SORTS: dict[str, Sort] = {"home": sort("g.kind", "g.name")}


def user_state(one: UserOut) -> str:
    return "disabled" if one.disabled else "waiting" if one.waiting_for_password else "working"


def user_columns() -> list[Column]:
    roles = {role.value: title for role, title in ROLE_TITLES.items()}
    return [
        Column(id="name", title="Name", sort=sort("lower(u.name)"), cells=(("Name", lambda one, _: one.name), ("Number", lambda one, _: one.id))),
        Column(id="email", title="Email address", sort=sort("lower(u.email)"), cells=(("Email address", lambda one, _: one.email),)),
        Column(
            id="role", title="Role", sort=ranked("u.role", roles),
            cells=(("Role", lambda one, _: ROLE_TITLES[one.role]), ("Role (code)", lambda one, _: one.role.value)),
        ),
        Column(
            id="agency", title="Agency", sort=sort("lower(g.name)"),
            cells=(("Agency", lambda one, _: one.agency_name), ("Agency (code)", lambda one, _: one.agency)),
        ),
        Column(id="state", title="State", sort=sort(_STATE, kinds=[int]), cells=(("State", lambda one, _: USER_STATES[user_state(one)]),)),
    ]  # fmt: skip


def agency_columns() -> list[Column]:
    kinds = {kind.value: title for kind, title in KIND_TITLES.items()}
    return [
        Column(id="name", title="Name", sort=sort("lower(g.name)"), cells=(("Name", lambda one, _: one.name),)),
        Column(id="code", title="Short name", sort=sort("g.code"), cells=(("Short name", lambda one, _: one.code),)),
        Column(
            id="kind", title="Kind", sort=ranked("g.kind", kinds),
            cells=(("Kind", lambda one, _: KIND_TITLES[one.kind]), ("Kind (code)", lambda one, _: one.kind.value)),
        ),
        Column(
            title="Covers",
            cells=(
                ("Covers", lambda one, _: covers(one)), ("Covers (code)", lambda one, _: one.area or one.establishment),
                ("Closed", lambda one, _: one.closed),
            ),
        ),
    ]  # fmt: skip


def covers(agency: AgencyOut) -> str | None:
    """The name of the area or the establishment that an agency covers."""
    if agency.area is not None:
        return area(agency.area).name
    return establishment(agency.establishment).name if agency.establishment is not None else None


def entry_columns() -> list[Column]:
    """A page puts the entries of one request together; the file has each."""
    return [
        Column(
            id="at", title="When", down=True, sort=sort("e.at", kinds=[Instant]),
            cells=(("When", lambda one, _: one.at), ("Entry", lambda one, _: one.id), ("Request", lambda one, _: one.request)),
        ),
        Column(title="Who", cells=(("Who", lambda one, _: one.actor), ("Role", lambda one, _: one.role))),
        Column(title="What", cells=(("What", lambda one, _: what(one)), ("What (code)", lambda one, _: one.event))),
        Column(title="Young person", cells=(("Young people", lambda one, _: young_people(one)),)),
        Column(title="Record", cells=(("Record", lambda one, _: one.subject if one.subject != one.young_person else None),)),
    ]  # fmt: skip

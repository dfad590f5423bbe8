"""Which tables hold something about a young person, how their rows are found, and what of them is given: the one registry. A table that names a young
person, or belongs to one that does, and is not here stops the export, and a test: nobody would know whether it was left out.

Records of restricted incidents, and what rests on them, are no part of it and leave no trace in it, not in what is listed as withheld either: that
an allegation against staff exists is itself what is restricted (incidents/access.py, `named`)."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql, every
from yosafe.errors import Conflict
from yosafe.incidents.access import named
from yosafe.people.chronology import every_entry
from yosafe.people.subjects import showing
from yosafe.referrals.access import unrestricted
from yosafe.reviews.access import flag_shows
from yosafe.scrubbing.classes import Class, classes


class Reason(StrEnum):
    """Why something is held back."""

    THIRD_PARTY = "third_party"
    STAFF = "staff"
    CONFIDENCE = "confidence"
    SERIOUS_HARM = "serious_harm"
    LEGAL_PRIVILEGE = "legal_privilege"


REASONS: Mapping[Reason, str] = {
    Reason.THIRD_PARTY: "It is about somebody else, or names them",
    Reason.STAFF: "It names somebody who works for an agency",
    Reason.CONFIDENCE: "It says who told us",
    Reason.SERIOUS_HARM: "Somebody must decide first whether giving it could lead to serious harm, or to a crime",
    Reason.LEGAL_PRIVILEGE: "Somebody must decide first: it may hold legal advice, or what other people told a review",
}


class Via(Struct, frozen=True):
    """A row belongs to the young person where its `column` is among what the rows found in `table` have in `of`."""

    column: str
    table: str = "young_person"
    of: str = "id"


class Held(Struct, frozen=True, kw_only=True):
    """A table. `also` narrows its rows `t`, for a reader who may know of nothing restricted. `withheld`: none of it is given, each row is listed.

    `columns` are held back for a reason. `own` names the incident in a row; of an incident in which somebody else was the one who was hurt or who
    complained, `own_columns` are about them and are held back, or the whole row where there are none."""

    table: str
    title: str
    via: tuple[Via, ...] = (Via("young_person"),)
    also: Callable[[User, int], Sql] | None = None
    withheld: Reason | None = None
    columns: Mapping[str, Reason] = {}
    own: str | None = None
    own_columns: tuple[str, ...] = ()


def _open_incident(column: str) -> Callable[[User, int], Sql]:
    return lambda user, _: Sql(f"EXISTS (SELECT FROM incident i WHERE i.id = t.{column} AND {{}})", named(user))


def _of_incident_or_own(user: User, young_person: int) -> Sql:
    """What an incident holds about this one or about nobody in particular."""
    return every([Sql("(t.young_person IS NULL OR t.young_person = {})", young_person), _open_incident("incident")(user, young_person)])


def _of_incident_and_own(user: User, young_person: int) -> Sql:
    return every([Sql("t.young_person = {}", young_person), _open_incident("incident")(user, young_person)])


def _shows(user: User, _: int) -> Sql:
    """A time limit or duty shows where its record does. A serious case review is listed in any case."""
    return Sql("(t.subject_kind = 'case_review' OR {})", showing(user, "t.subject_kind", "t.subject"))


def _apart(user: User, _: int) -> Sql:
    return Sql("(t.subject_kind IS NULL OR {})", showing(user, "t.subject_kind", "t.subject"))


def _referral(user: User, _: int) -> Sql:
    return Sql("EXISTS (SELECT FROM referral r WHERE r.id = t.id AND {})", unrestricted(user))


def _flag(user: User, _: int) -> Sql:
    return Sql("EXISTS (SELECT FROM flag f WHERE f.id = t.id AND {})", flag_shows(user))


def _marked(user: User, young_person: int) -> Sql:
    return Sql(
        'EXISTS (SELECT FROM ({}) e WHERE e.source = t.source COLLATE "C" AND e.part = t.part COLLATE "C" AND e.id = t.entry)',
        every_entry(user, young_person),
    )


_INCIDENT = (Via("incident", "incident"),)
_CASE = (Via("review_case", "review_case"),)
_BOTH = (Via("young_person"), *_INCIDENT)
_APART = (Via("first"), Via("second"))

# In the order of the document; what is found through another comes after it.
HELD: tuple[Held, ...] = (
    Held(table="young_person", title="About you", via=(Via("id"),)),
    Held(table="other_name", title="Other names"),
    Held(table="external_number", title="Numbers that services gave you"),
    Held(table="placement", title="Where you were placed"),
    Held(table="time_out", title="Times out"),
    Held(table="care_period", title="Care status"),
    Held(table="care_correction", title="Corrections of care status"),
    Held(table="named_worker", title="People who work with you"),
    Held(table="contact", title="Contacts"),
    Held(table="contact_plan", title="Planned contacts"),
    Held(table="involvement", title="Your part in incidents", also=_open_incident("incident")),
    Held(
        table="incident", title="Incidents", via=(Via("id", "involvement", "incident"),), columns={"told_by": Reason.CONFIDENCE},
        own="id", own_columns=("child_said", "child_not_asked_because", "answers"),
    ),
    Held(table="incident_event", title="Steps of incidents", via=_INCIDENT),
    Held(table="addendum", title="What was added to incidents", via=_INCIDENT),
    Held(table="incident_correction", title="Corrections of incidents", via=_INCIDENT, own="incident", own_columns=("old_value", "new_value")),
    Held(table="incident_outcome", title="What was done", via=_BOTH, also=_of_incident_or_own),
    Held(table="incident_not_told", title="Who was not told, and why", via=_BOTH, also=_of_incident_or_own),
    Held(table="incident_feedback", title="What you were told came of it", also=_of_incident_and_own),
    Held(table="incident_staff", title="Staff in incidents", via=_INCIDENT, withheld=Reason.STAFF),
    Held(table="body_mark", title="Marks on your body", also=_of_incident_and_own),
    Held(table="complaint_answer", title="Answers to complaints", via=_INCIDENT, own="incident"),
    Held(table="complaint_content", title="Whether the answer was good enough", via=_INCIDENT, own="incident"),
    Held(table="investigation_step", title="Steps of investigations", via=_INCIDENT),
    Held(table="investigation_interview", title="Talks with you in investigations", also=_of_incident_and_own),
    Held(table="investigation_evidence", title="Evidence of investigations", via=_INCIDENT),
    Held(table="evidence_shows", title="Photographs and papers that show you", also=lambda user, _: Sql(
        "EXISTS (SELECT FROM evidence_file e JOIN incident i ON i.id = e.incident WHERE e.id = t.evidence_file AND {})", named(user)
    ), withheld=Reason.THIRD_PARTY),
    Held(table="assessment", title="Assessments"),
    Held(table="assessment_signing", title="Countersigning of assessments", via=(Via("assessment", "assessment"),)),
    Held(table="welfare_need", title="Needs in your welfare plan"),
    Held(table="welfare_need_step", title="Steps of your welfare plan", via=(Via("welfare_need", "welfare_need"),)),
    Held(table="arrival_paper", title="Papers that came with you"),
    Held(table="arrival_paper_step", title="How papers were asked for", via=(Via("arrival_paper", "arrival_paper"),)),
    Held(table="referral", title="Referrals", also=_referral),
    Held(table="referral_event", title="What came of referrals", via=(Via("referral", "referral"),)),
    Held(table="register_check", title="Checks of registers"),
    Held(table="information_share", title="What was shared about you"),
    Held(table="public_risk", title="Decisions about public protection", withheld=Reason.SERIOUS_HARM),
    Held(table="keep_apart", title="Who is kept apart", via=_APART, also=_apart, withheld=Reason.THIRD_PARTY),
    Held(table="not_same", title="Records that are of somebody else", via=_APART, withheld=Reason.THIRD_PARTY),
    Held(table="flag", title="Flags", also=_flag),
    Held(table="flag_change", title="How flags changed", via=(Via("flag", "flag"),)),
    Held(table="flag_basis", title="Until when flags need not be worked out again"),
    Held(table="model_score", title="What the risk model made of your record"),
    Held(table="review_request", title="Requests for a joint review"),
    Held(table="review_left", title="Left for a later joint review"),
    Held(table="review_case", title="Joint reviews"),
    Held(table="review_view", title="What agencies said at joint reviews", via=_CASE),
    Held(table="review_addendum", title="What was added to joint reviews", via=_CASE),
    Held(table="review_minutes", title="Minutes of joint reviews", via=(Via("review", "review_case", "review"),), withheld=Reason.THIRD_PARTY),
    Held(table="flag_outcome", title="What agencies made of flags", via=(Via("flag", "flag"),)),
    Held(table="action", title="Actions"),
    Held(table="action_handed", title="Actions that changed hands", via=(Via("action", "action"),)),
    Held(table="case_review", title="Serious case reviews", withheld=Reason.LEGAL_PRIVILEGE),
    Held(table="clock", title="Time limits", also=_shows),
    Held(table="clock_hold", title="Time limits that were paused", via=(Via("clock", "clock"),)),
    Held(table="duty", title="Duties towards you", also=_shows),
    Held(table="chronology_mark", title="What was marked as significant", also=_marked),
    Held(table="legal_hold", title="Holds that keep your record from being destroyed", withheld=Reason.LEGAL_PRIVILEGE),
    Held(table="subject_request", title="Requests for what is kept about you"),
    Held(table="break_glass", title="Emergencies in which your record was opened"),
)  # fmt: skip

# Tables that belong to one of these and of which nothing is said, and why.
NOT_HELD: Mapping[str, str] = {
    "allegation": "only restricted incidents have one",
    "complaint_concern": "which incident a complaint is about: a link between two records, which may be restricted",
    "referral_incident": "a link between two records",
    "subject_decision": "what was held back is listed, with the reason",
    "review_case_flag": "a link between two records",
    "evidence_file": "listed by whom it shows",
    "keep_apart_step": "listed with the keep-apart",
    "case_review_change": "listed with the review",
    "case_review_party": "listed with the review",
    "case_review_recommendation": "listed with the review",
}
# The class of the columns of tables that copies for training leave out.
_CLASSES: Mapping[str, Mapping[str, Class]] = {
    "model_score": dict.fromkeys(
        ("id", "model_version", "young_person", "as_of", "establishment", "inputs", "log_odds", "threshold", "recorded_at"), Class.PLAIN
    ),
    "flag_basis": dict.fromkeys(("id", "young_person", "fingerprint", "holds_until"), Class.PLAIN),
}
TYPED = frozenset({Class.WORDS, Class.LABEL})
WRITTEN = TYPED | {Class.ANSWERS}
ABOUT_SOMEBODY = frozenset({Class.PERSON, Class.EMAIL, Class.BLANK, Class.SEALED, Class.SEAL})
OWN_TABLES = frozenset({"young_person", "other_name", "external_number", "placement"})  # names, numbers and postcodes there are their own


def class_of(table: str, column: str) -> Class | None:
    return (_CLASSES.get(table) or classes().columns.get(table, {})).get(column)


def unknown(keys: Iterable[tuple[str, str, str]], columns: Iterable[tuple[str, str]]) -> list[str]:
    """What the registry does not know: of the foreign keys of the database (table, column, target) and of its columns. Nothing where all is known."""
    held = {one.table: one for one in HELD}
    found = set()
    for table, column, target in keys:
        if target == "young_person" and (table not in held or Via(column) not in held[table].via):
            found.add(f"{table}.{column}")
        if target in held and target != "young_person" and table not in held and table not in NOT_HELD:
            found.add(f"{table}.{column}")
    given = {one.table for one in HELD if one.withheld is None}
    return sorted(found | {f"{table}.{column}" for table, column in columns if table in given and class_of(table, column) is None})


def check_known(keys: Iterable[tuple[str, str, str]], columns: Iterable[tuple[str, str]]) -> None:
    """Raises Conflict where a table or a column is not in the registry."""
    if faults := unknown(keys, columns):
        named = ", ".join(faults[:4])
        raise Conflict(f"Nobody has said whether a young person is given {named}. Add it to yosafe/subject_access/held.py; nothing was written.")

"""What is recorded, moment by moment: rows and audit entries that wait to be written, and what is still to come."""

import contextlib
import datetime as dt
import heapq
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msgspec

from yosafe.accounts.permissions import AgencyKind
from yosafe.audit.record import EventName
from yosafe.clock import day_of, midnight

from .estate import Agencies, Worker

Values = tuple[Any, ...]
Deed = Callable[[dt.datetime], None]

# Columns in the order in which rows are given. Tables in the order in which they are written. An id is ours where others point to it.
TABLES: dict[str, tuple[str, ...]] = {
    "young_person": (
        "id", "family_name", "given_names", "known_as", "date_of_birth", "sex", "ethnicity", "religion", "first_language", "interpreter",
        "disability", "nationality", "asylum_status", "first_time_in_custody", "home_outcode", "home_area", "release_on", "release_address",
        "created_at", "recorded_by", "version",
    ),
    "other_name": ("id", "young_person", "kind", "family_name", "given_names", "since", "recorded_at", "recorded_by", "version"),
    "external_number": ("id", "young_person", "kind", "value", "agency", "since", "recorded_at", "recorded_by", "version"),
    "placement": (
        "id", "young_person", "establishment", "unit", "legal_status", "arrived_at", "left_at", "leaving_reason", "home_outcode", "distance_miles",
        "recorded_at", "left_recorded_at", "recorded_by", "version", "transfer_reason", "escort",
    ),
    "care_period": (
        "id", "young_person", "status", "legal_basis", "responsible_area", "started_on", "ended_on", "recorded_at",
        "ended_recorded_at", "recorded_by", "version", "accommodation",
    ),
    "named_worker": (
        "id", "young_person", "role", "name", "agency_name", "telephone", "since", "until", "recorded_at", "recorded_by", "ended_recorded_at",
        "ended_recorded_by", "version",
    ),
    "contact_plan": (
        "id", "young_person", "from_whom", "way", "every_days", "agreed_by", "since", "recorded_at", "recorded_by", "version",
    ),
    "contact": (
        "id", "young_person", "kind", "from_whom", "agency", "worker", "happened_on", "seen_alone", "note", "recorded_at", "recorded_by",
        "missed_reason",
    ),
    "incident": (
        "id", "kind", "status", "severity", "restricted", "establishment", "unit", "place", "place_detail", "happened_at", "happened_precision",
        "account", "child_said", "child_not_asked_because", "immediate_action", "told_by", "question_set", "answers", "finding", "duplicate_of",
        "owner", "agency", "recorded_at", "recorded_by", "version",
    ),
    "involvement": (
        "incident", "young_person", "role", "injuries", "treatment", "age", "establishment", "unit", "legal_status", "care_status",
        "distance_miles", "days_since_arrival", "happened_at", "recorded_at",
    ),
    "incident_staff": (
        "incident", "role", "name", "agency", "user_account", "suspended_from", "suspended_to", "recorded_at", "recorded_by",
    ),
    "allegation": ("incident", "officer_told_on", "investigator", "child_words", "recorded_at", "recorded_by"),
    "incident_event": ("incident", "action", "from_status", "to_status", "code", "comment", "owner", "at", "recorded_by"),
    "incident_outcome": ("incident", "young_person", "outcome", "done_on", "note", "recorded_at", "recorded_by", "whom", "how"),
    "incident_not_told": ("incident", "young_person", "outcome", "reason_code", "note", "recorded_at", "recorded_by"),
    "addendum": ("incident", "text", "at", "recorded_by"),
    "investigation_step": (
        "id", "incident", "what", "who", "due_on", "ended_at", "ended_by", "ended_how", "done_on", "note", "recorded_at", "recorded_by",
    ),
    "investigation_interview": (
        "incident", "with_whom", "young_person", "held_on", "present", "declined", "said", "note", "recorded_at", "recorded_by",
    ),
    "investigation_evidence": (
        "incident", "kind", "what", "keep_by", "kept_on", "kept_by", "kept_where", "settled_at", "settled_by", "recorded_at", "recorded_by",
    ),
    "incident_feedback": (
        "incident", "audience", "young_person", "told_on", "told_by_whom", "words", "not_told_because", "note", "recorded_at", "recorded_by",
    ),
    "complaint_answer": ("incident", "appeal", "outcome", "words", "answered_at", "recorded_by"),
    "complaint_content": ("incident", "content", "words", "asked_on", "recorded_at", "recorded_by"),
    "assessment": (
        "id", "young_person", "placement", "instrument", "instrument_version", "occasion", "completed_on", "answers", "own_words", "concern",
        "agency", "recorded_at", "recorded_by", "replaces",
    ),
    "assessment_signing": ("assessment", "decision", "remark", "at", "recorded_by"),
    "welfare_need": (
        "id", "young_person", "assessment", "topic", "need", "will_do", "owner", "owner_name", "target_on", "closed_on", "came_of", "agency",
        "recorded_at", "recorded_by", "version",
    ),
    "welfare_need_step": ("welfare_need", "kind", "will_do", "owner", "owner_name", "target_on", "note", "at", "recorded_by"),
    "arrival_paper": ("id", "young_person", "placement", "paper", "state", "came_on", "recorded_at", "recorded_by", "version"),
    "arrival_paper_step": ("arrival_paper", "kind", "happened_on", "whom", "note", "at", "recorded_by"),
    "referral": (
        "id", "young_person", "considered_only", "category", "concern", "child_view", "child_not_asked_because", "sharing_basis", "source_code",
        "home_area", "host_area", "establishment", "assessment", "threshold", "not_referred_reason", "second_person", "review_on", "status", "agency",
        "recorded_at", "recorded_by", "version", "gaps", "gaps_reason",
    ),
    "referral_incident": ("referral", "incident"),
    "referral_event": (
        "referral", "kind", "happened_on", "area", "outcome", "note", "agency", "recorded_at", "recorded_by", "source", "present", "quorate",
        "child_there", "advocate", "registered_as",
    ),
    "duty": ("young_person", "kind", "area", "subject_kind", "subject", "started_at", "ended_at"),
    "clock": (
        "young_person", "clock", "rules", "subject_kind", "subject", "owner_kind", "owner_area", "owner_establishment", "started_at", "due_on",
        "met_at", "stopped_at", "stopped_reason", "recorded_at", "met_recorded_at",
    ),
}  # fmt: skip
# Changes to rows, each with its values as columns of an array: $1 the ids, then one for each value.
UPDATES = {
    "moved": """
        UPDATE placement p SET unit = n.unit, unit_recorded_at = n.at, version = version + 1
        FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS n (id, unit, at) WHERE p.id = n.id
    """,
    "release": """
        UPDATE young_person y SET release_on = n.release_on, release_address = n.address, version = version + 1
        FROM unnest($1::bigint[], $2::date[], $3::boolean[]) AS n (id, release_on, address) WHERE y.id = n.id
    """,
}
# The same for rows of earlier transactions, before new rows are written: of what there is one at a time, the one before ends first.
UPDATES_FIRST = {
    "worker_ended": """
        UPDATE named_worker w SET until = n.until, ended_recorded_at = n.at, ended_recorded_by = n.by, version = version + 1
        FROM unnest($1::bigint[], $2::date[], $3::timestamptz[], $4::bigint[]) AS n (id, until, at, by) WHERE w.id = n.id
    """,
}


@dataclass(slots=True)
class Batch:
    """What is written in one transaction."""

    rows: dict[str, list[Values]] = field(default_factory=lambda: defaultdict(list))
    updates: dict[str, list[Values]] = field(default_factory=lambda: defaultdict(list))
    audit: list[Values] = field(default_factory=list)


class Book:
    """Things are recorded in the order in which they happen, up to `now`; what would come later never does."""

    def __init__(self, rng: random.Random, agencies: Agencies, now: dt.datetime) -> None:
        self.rng, self.agencies, self.now = rng, agencies, now
        self.today = day_of(now)
        self.sending = agencies.areas(AgencyKind.SOCIAL_SERVICES)
        self.batch = Batch()
        self.counts: Counter[str] = Counter()
        self.steps_taken: int | None = None  # how far incidents go that are recorded meanwhile; None: as far as they would by now
        self._ids: Counter[str] = Counter()
        self._to_come: list[tuple[dt.datetime, int, Deed]] = []
        self._planned = 0

    def new_id(self, table: str) -> int:
        self._ids[table] += 1
        return self._ids[table]

    @property
    def last_ids(self) -> dict[str, int]:
        return dict(self._ids)

    def add(self, table: str, *values: Any) -> None:
        self.batch.rows[table].append(values)
        self.counts[table] += 1

    def change(self, what: str, *values: Any) -> None:
        self.batch.updates[what].append(values)

    def end(self, what: str, table: str, row: int, **values: Any) -> None:
        """Give a row its end: in its place where it waits to be written, else as the change `what`."""
        waiting, columns = self.batch.rows.get(table, []), TABLES[table]
        for place, held in enumerate(waiting):
            if held[0] == row:
                waiting[place] = tuple(values.get(column, value) for column, value in zip(columns, held, strict=True))
                return
        self.change(what, row, *values.values())

    def audit(
        self, event: EventName, at: dt.datetime, by: Worker, subject: tuple[str, int] | None = None, young_person: int | None = None, **detail: Any
    ) -> None:
        """An entry as audit.record makes it, at a moment of the past."""
        kind, number = subject or (None, None)
        text = msgspec.json.encode(detail, order="sorted").decode()
        self.batch.audit.append((at, event.value, by.id, "user", by.agency.id, kind, number, young_person, None, text))
        self.counts["audit_entry"] += 1

    def later(self, at: dt.datetime, deed: Deed) -> bool:
        """Do something when its moment comes; False where it never does."""
        if at > self.now:
            return False
        self._planned += 1
        heapq.heappush(self._to_come, (at, self._planned, deed))
        return True

    def live_until(self, end: dt.datetime) -> None:
        """Do everything that was planned for before a moment, in order."""
        while self._to_come and self._to_come[0][0] < end:
            at, _, deed = heapq.heappop(self._to_come)
            deed(at)

    @contextlib.contextmanager
    def waiting(self, after_steps: int) -> Iterator[None]:
        """What is recorded meanwhile waits for someone after so many steps."""
        self.steps_taken = after_steps
        try:
            yield
        finally:
            self.steps_taken = None

    def take(self) -> Batch:
        """What waits to be written, in the order of its moments."""
        taken, self.batch = self.batch, Batch()
        taken.audit.sort(key=_moment)
        return taken


def _moment(entry: Values) -> dt.datetime:
    at: dt.datetime = entry[0]
    return at


@lru_cache(maxsize=1000)
def _midnight(day: dt.date) -> dt.datetime:
    return midnight(day)


def hour(day: dt.date, hours: float) -> dt.datetime:
    """A time of a London day: `hour(day, 21.5)` is half past nine in the evening, to the minute."""
    return _midnight(day) + dt.timedelta(minutes=round(hours * 60))


def days(number: float) -> dt.timedelta:
    return dt.timedelta(days=number)


def minutes(number: float) -> dt.timedelta:
    return dt.timedelta(minutes=round(number))

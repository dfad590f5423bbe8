"""What the list of records opened in an emergency shows: its columns, and the orders that they give. Pure."""

import datetime as dt

from yosafe.accounts.permissions import ROLE_TITLES, Role
from yosafe.db.paging import Instant
from yosafe.lists.listed import Column
from yosafe.lists.ordering import sort

from . import shown


def columns() -> list[Column]:
    return [
        Column(
            id="at", title="Opened", down=True, sort=sort("b.at", kinds=[Instant]),
            cells=(("Opened", lambda one, _: one.at), ("Until", lambda one, _: one.until), ("Number", lambda one, _: one.id)),
        ),
        Column(
            id="who", title="By", sort=sort("lower(u.name)"),
            cells=(
                ("By", lambda one, _: one.opened_by), ("Role", lambda one, _: ROLE_TITLES[Role(one.role)]), ("Agency", lambda one, _: one.agency),
            ),
        ),
        Column(title="Young person", cells=(("Young person", lambda one, _: one.young_person), ("Found by", lambda one, _: one.way))),
        Column(title="Reason", cells=(("Reason", lambda one, _: one.reason),)),
        Column(
            id="due", title="Review", sort=sort("b.due_on", kinds=[dt.date]),
            cells=(
                ("Review due", lambda one, _: one.due_on), ("Review", lambda one, _: one.words), ("Found", lambda one, _: shown.found(one)),
                ("Remark", lambda one, _: one.note),
            ),
        ),
    ]  # fmt: skip

"""The log of a wing from before, as a lead brought it in: some incidents that were closed long ago, and two rows that could not be taken."""

import csv
import datetime as dt
import io
from collections import Counter

from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.db.engine import DB
from yosafe.importing.mapping import Mapping
from yosafe.imports.access import get_run_for
from yosafe.imports.actions import mapped, start, upload
from yosafe.imports.running import bring_in
from yosafe.imports.taking import Context

from .book import days, hour
from .estate import Worker

HEADS = {
    "Log no": "reference", "Type": "kind", "Date": "happened", "Where": "place", "What happened": "account", "Told by": "told_by",
    "Who": "young_person", "Part": "role", "Closed": "closed",
}  # fmt: skip
MAPPING = Mapping(
    target="incidents", source="Wing log", dates="dmy", columns=HEADS,
    values={"kind": {"INJ": "injury"}, "place": {"Assoc": "association"}, "told_by": {"Off": "staff"}, "role": {"V": "harmed"}},
)  # fmt: skip
STORIES = (
    "Slipped on the wet floor by the servery and bruised an elbow.",
    "Cut a finger on a broken plate while clearing up.",
    "Turned an ankle at football and was helped back to the wing.",
    "Bumped into the door frame when it was opened from outside.",
)
LATELY = 20  # days: those of the log happened then, and who was there is known

# Who has been there long enough.
_HELD = """
    SELECT young_person FROM placement WHERE establishment = $1 AND left_at IS NULL AND arrived_at < $2 ORDER BY id LIMIT $3
"""


async def bring_in_log(worker: Worker, now: dt.datetime) -> Counter[str]:
    """As the safeguarding lead did; how many rows were added, by table. Nothing where nobody has been there for long enough."""
    by, today = await user_by_email(worker.email), clock.day_of(now)
    rows = await DB.fetch(_HELD, by.establishment, hour(today - days(LATELY + 7), 12), len(STORIES))
    held = [row["young_person"] for row in rows]
    if not held:
        return Counter()
    with clock.stopped_at(now):
        file = _file(held, today)
        run = await get_run_for(by, await upload(by=by, target_name="incidents", source="Wing log", file=file, name="wing-log.csv", mapping=MAPPING))
        table = await mapped(run)
        await start(by=by, run=run, mode="good", version=run.version, queued=False)
        await bring_in(run.id, context=Context(by, table), mode="good")
    made = len(held)
    return Counter(incident=made, involvement=made, incident_event=2 * made, import_run=1, import_row=made, import_refusal=2)


def _file(held: list[int], today: dt.date) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    day = today - days(LATELY)
    for number, (who, story) in enumerate(zip(held, STORIES, strict=False), 1):
        writer.writerow([number, "INJ", f"{day:%d/%m/%Y}", "Assoc", story, "Off", f"YP-{who:06d}", "V", "yes"])
    first = f"YP-{held[0]:06d}"
    writer.writerow([90, "INJ", f"{today - days(9000):%d/%m/%Y}", "Assoc", "A date that was typed wrongly.", "Off", first, "V", "yes"])
    writer.writerow([91, "MISC", f"{day:%d/%m/%Y}", "Assoc", "A kind that is none of ours.", "Off", first, "V", "yes"])
    return out.getvalue().encode()

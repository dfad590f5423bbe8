"""`make bench ARGS="reports national 2"`: building reports on a made-up estate (small where no size is named) of so many years (its own where none is
said), with nothing decided before, beside their raw queries alone; and a drawing that was made before. The clock says what it takes here and now, the
processor what this process takes."""

import asyncio
import shutil
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from yosafe import clock, composition  # noqa: F401  # the registries of datasets
from yosafe.accounts.access import user_by_email
from yosafe.db import embedded
from yosafe.db.engine import DB
from yosafe.db.upgrade import upgrade
from yosafe.reporting import access, charts, hiding
from yosafe.reporting.building import Wanted, build
from yosafe.reporting.figures import periods_of
from yosafe.reporting.frames import datasets
from yosafe.reporting.periods import Period, Span, last_over
from yosafe.reporting.places import place_of
from yosafe.synthetic.estate import Size
from yosafe.synthetic.load import load

BUILT = (
    ("yoi-safeguarding", "cleo@example.org", (Span.MONTH, Span.QUARTER)), ("area-committee", "jay@example.org", (Span.QUARTER, Span.YEAR))
)  # fmt: skip
TIMES = 3


async def raw(wanted: Wanted) -> float:
    """The seconds of the queries that a report needs, each dataset once."""
    periods: dict[str, dict[str, Period]] = defaultdict(dict)
    for section in wanted.definition.sections:
        if section.dataset:
            dataset = datasets()[section.dataset]
            of = [month for one in periods_of(section, wanted.period) for month in dataset.standing(one).months()]
            periods[section.dataset] |= {one.key: one for one in of}
    began = time.perf_counter()
    for name, asked in periods.items():
        await datasets()[name].read(wanted.place, list(asked.values()))
    return time.perf_counter() - began


async def measure(home: Path, size: Size, days: int | None) -> None:
    await DB.open(await asyncio.to_thread(embedded.start, home))
    await upgrade()
    began = time.perf_counter()
    made = await load(size, seed=2002, days=days)
    print(f"made up in {time.perf_counter() - began:.0f} s: {made.rows['incident']:,} incidents, {made.rows['placement']:,} placements", flush=True)
    await DB.execute("ANALYZE")
    sections = []
    for name, email, spans in BUILT:
        by = await user_by_email(email)
        definition, place = access.get_report_for(by, name), await place_of(by.agency)
        for span in spans:
            period = last_over(span, clock.today())
            wanted = Wanted(definition=definition, place=place, period=period, by=by, by_name=by.name, terminology="2002", demo=True)
            queries = min([await raw(wanted) for _ in range(TIMES)])
            hiding.forget()
            began, used = time.perf_counter(), time.process_time()
            content = await build(wanted)
            spent, used = time.perf_counter() - began, time.process_time() - used
            print(
                f"{name}, {period.key:<8} {spent:6.2f} s ({used:.2f} s of processor), its queries alone {queries:6.3f} s: "
                f"{spent / queries:6.1f} times (aim 5)", flush=True,
            )  # fmt: skip
            sections += content.sections
    section = next(one for one in sections if charts.chart(one))
    began = time.perf_counter()
    for _ in range(1_000):
        charts.chart(section)
    print(f"a drawing that was made before {time.perf_counter() - began:.4f} ms (aim 2)")
    await DB.close()


def main(asked: list[str]) -> int:
    """1 where a size is not known, or the years are none."""
    sizes: dict[str, Size] = {"small": "small", "estate": "estate", "national": "national"}
    name = asked[0] if asked else "small"
    if name not in sizes:
        print(f"There is no size {name}. There are: {', '.join(sizes)}.")
        return 1
    try:
        days = round(float(asked[1]) * 365.25) if asked[1:] else None
    except ValueError:
        print(f"{asked[1]} is no number of years. Name the size first, then the years, for example: reports national 2.")
        return 1
    home = Path(tempfile.mkdtemp(prefix="yosafe-bench-"))
    try:
        asyncio.run(measure(home / "db", sizes[name], days))
    finally:
        embedded.stop(home / "db")
        shutil.rmtree(home)
    return 0

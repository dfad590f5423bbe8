"""`yosafe work`: the jobs of this installation, in a process of its own."""

import asyncio
import signal

import click

from yosafe.db.connect import check_upgraded
from yosafe.jobs.queue import Failed, Standing, failed, standing, try_again

from . import format_option, print_json
from .database import run


@click.command(name="work")
@click.option("--concurrency", type=click.IntRange(2, 64), default=4, show_default=True, help="Jobs at a time.")
@click.option("--until-empty", is_flag=True, help="End when nothing that is due is left.")
@click.option("--failed", "show", is_flag=True, help="Show how the queue stands and which jobs failed for good, and end.")
@click.option("--try-again", "again", is_flag=True, help="Let the jobs that failed for good begin anew, and end.")
@format_option
def command(concurrency: int, until_empty: bool, show: bool, again: bool, form: str) -> None:
    """Do what was put off and what has its hour: mail, reminders, the flags of the night. As many of these processes as wanted, on any machine.

    The first SIGTERM or Ctrl-C ends it when what is in hand is done. A job that a killed worker had is taken up by another after two minutes.
    Without a database server of its own `yosafe serve` does the jobs itself.
    """
    if show:
        _print(*run(_look), form)
        return
    if again:
        number = run(try_again)
        if form == "json":
            print_json({"again": number})
        else:
            click.echo(f"{number} begin anew.")
        return
    run(lambda: _work(concurrency, until_empty))


async def _look() -> tuple[Standing, list[Failed]]:
    return await standing(), await failed()


async def _work(concurrency: int, until_empty: bool) -> None:
    from yosafe import composition  # noqa: F401  # fills the registry of jobs
    from yosafe.jobs.working import work

    await check_upgraded()
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _ask_to_stop, stop, loop, number)
    await work(stop=stop, concurrency=concurrency, until_empty=until_empty)


def _ask_to_stop(stop: asyncio.Event, loop: asyncio.AbstractEventLoop, number: int) -> None:
    """Once to end what is in hand; the second time ends at once."""
    stop.set()
    loop.remove_signal_handler(number)


def _print(stands: Standing, jobs: list[Failed], form: str) -> None:
    if form == "json":
        print_json({"queue": stands, "failed": jobs})
        return
    click.echo(f"{stands.waiting} wait, {stands.running} are being done, {stands.failed} failed for good.")
    for job in jobs:
        click.echo(f"  {job.id}  {job.job}  {job.fault}, {job.tries} tries, failed {job.failed_at:%-d %B %Y %H:%M} UTC")
    if jobs:
        click.echo("`yosafe work --try-again` lets them begin anew.")

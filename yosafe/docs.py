"""The reference pages that are made from the code: each a function that gives the page's text. `make docs` writes them, `make check` compares."""

import datetime as dt
import inspect
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import click
import msgspec

from yosafe import settings
from yosafe.accounts.permissions import ALL_PERMISSIONS, PERMISSION_TITLES, PERMISSIONS, ROLE_TITLES, Role
from yosafe.incidents import described as incidents
from yosafe.reference.codes import code_lists
from yosafe.reference.rule_sets import CONVENTION, RULE_SETS, rule_set
from yosafe.reference.terms import catalogue
from yosafe.reviews import described as reviews

Page = Callable[[], str]
MADE = "<!-- Made from the code by `make docs`. Change the code, not this page. -->\n\n"


def table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [" | ".join(heads), " | ".join("---" for _ in heads), *(" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "".join(f"| {line} |\n" for line in lines)


def permissions() -> str:
    heads = ["permission", "in words", *(ROLE_TITLES[role] for role in Role)]
    rows = [
        [f"`{permission}`", PERMISSION_TITLES[permission], *("yes" if permission in PERMISSIONS[role] else "" for role in Role)]
        for permission in sorted(ALL_PERMISSIONS)
    ]
    scope = "Scope comes on top: outside it a record does not exist. See the glossary for who sees whom."
    return f"# Who may do what\n\n{MADE}{scope}\n\n{table(heads, rows)}"


def settings_page() -> str:
    source = inspect.getsource(settings)
    names = sorted(set(re.findall(r'"(YOSAFE_[A-Z_]+)"', source)))
    rows = [[f"`{name}`", _ABOUT_SETTING[name]] for name in names]
    where = "From the environment, from `yosafe.toml`, or (`NAME_FILE`) from a file that holds the value."
    return f"# Settings\n\n{MADE}{where}\n\n{table(['name', 'what it does'], rows)}"


_ABOUT_SETTING = {
    "YOSAFE_HOME": "Folder of the embedded database and the kept secret. Default `~/.local/share/yosafe`, as root `/var/lib/yosafe`.",
    "YOSAFE_DATABASE_URL": "A PostgreSQL server, 15 or newer: `postgresql://user@host/name`. Without it yosafe runs its own under `YOSAFE_HOME`.",
    "YOSAFE_SECRET_KEY": "32 characters or more; protects forms, and phones that make codes are set up with it: who changes it has everyone set "
    "theirs up anew. Made and kept under `YOSAFE_HOME` where not given.",
    "YOSAFE_PUBLIC_URL": "How people reach yosafe, for links. Default `http://127.0.0.1:8000`.",
    "YOSAFE_ALLOWED_HOSTS": "Host names that are answered, separated by commas. Default `127.0.0.1,localhost`.",
    "YOSAFE_TERMINOLOGY": "`2002` (default) for the words of the report, `today` for today's.",
    "YOSAFE_REPORTS_DIR": "A folder with report definitions of your own.",
    "YOSAFE_RETENTION_SCHEDULE": "A file with your own numbers and sources for how long records of young people are kept, and with what stops all "
    "destruction ([Keep and destroy records](../how-to/keep-and-destroy-records.md)).",
    "YOSAFE_LOG": "`console` (default) or `json`.",
    "YOSAFE_SURVEY_LEVEL": "`0.05`, `0.01` (default) or `0.001`: how improbable by chance a difference between surveys has to be to be called one.",
    "YOSAFE_REPLICA_URL": "A streaming standby of the server in `YOSAFE_DATABASE_URL`: reports, patterns, figures and what flags rest on are read "
    "there while it is up to date. One server, not several behind a balancer. Give it as `YOSAFE_REPLICA_URL_FILE` where it holds a password.",
    "YOSAFE_REPLICA_WAIT_MS": "For how many milliseconds a read waits for the replica to have what was recorded before it, 0 to 10000. One that "
    "takes longer is behind, and nothing is read there until it has caught up. Default 300.",
    "YOSAFE_POOL_SIZE": "Database connections of one worker, 2 to 100. Default 8.",
    "YOSAFE_SMTP_HOST": "The mail server for notices. Without it yosafe sends no mail; people see their notices when they sign in.",
    "YOSAFE_SMTP_PORT": "Default 587. At 465 yosafe speaks TLS from the first word.",
    "YOSAFE_SMTP_USER": "Who signs in to the mail server; leave it and the password out where nobody has to.",
    "YOSAFE_SMTP_PASSWORD": "Give it as `YOSAFE_SMTP_PASSWORD_FILE`. It is never sent without TLS.",
    "YOSAFE_SMTP_FROM": "The address that mail comes from. Needed where a server is named.",
    "YOSAFE_SMTP_STARTTLS": "`yes` (default): a server that does not offer TLS is sent nothing. `no` only for one on the same machine.",
    "YOSAFE_SESSION_IDLE_MINUTES": "After how many minutes without use people are signed out, 5 to 120. Default 30.",
    "YOSAFE_SESSION_HOURS": "After how many hours people are signed out whatever they do, 1 to 24. Default 8.",
    "YOSAFE_CONFIRM_MINUTES": "For how many minutes people need not show again who they are to take records out, 1 to 60. Default 10.",
    "YOSAFE_CODES_FOR": "Roles that sign in with a code from a phone besides the password: `all` (default), `none`, or some, separated by commas. "
    "A demo asks nobody.",
    "YOSAFE_UNUSUAL_RECORDS": "How many records someone reads in a day before the list of unusual reading says so, 2 to 1000. Default 40.",
    "YOSAFE_UNUSUAL_NIGHT_RECORDS": "The same for a night, 1 to 1000. Default 5.",
    "YOSAFE_NIGHT_FROM": "The hour at which a night begins, in London, 18 to 23. Default 22.",
    "YOSAFE_NIGHT_TO": "The hour at which it ends, 1 to 9. Default 6.",
    "YOSAFE_BACKUP_KEY": "The private key of backups, as `yosafe db backup-key FILE` made it; give it as `YOSAFE_BACKUP_KEY_FILE`. After a new key, "
    "keep the old ones in the same file, a line each: they open the backups of their time.",
    "YOSAFE_BACKUP_TO": "Public keys (`age1...`), separated by commas, that backups are closed for besides: enough to take them, not to open them.",
    "YOSAFE_SLOW_STATEMENT_MS": "From how many milliseconds on a statement of the database goes to the log, its text without values. Default 1000; "
    "0 logs none.",
    "YOSAFE_PACK_K": "How many young people there must be of whom a row of a pack for inspection says the same, 5 to 100. Default 5.",
    "YOSAFE_METRICS_TOKEN": "32 characters or more, which whoever reads `/metrics` sends as `Authorization: Bearer`. Without it there is none.",
    "YOSAFE_TRACES": "`yes` sends OpenTelemetry traces of requests and statements, without what they were about; where to, the variables of "
    "OpenTelemetry say (`OTEL_EXPORTER_OTLP_ENDPOINT`). Needs `pip install 'yosafe[traces]'`. Default `no`.",
    "YOSAFE_OIDC_ISSUER": "The address of an OpenID provider, as it names itself. With it, people whose account an administrator linked may sign in "
    "through it.",
    "YOSAFE_OIDC_CLIENT_ID": "What the provider calls this installation.",
    "YOSAFE_OIDC_CLIENT_SECRET": "Give it as `YOSAFE_OIDC_CLIENT_SECRET_FILE`.",
    "YOSAFE_OIDC_NAME": 'What people call the provider: "Sign in with …". Default `your organisation\'s account`.',
    "YOSAFE_OIDC_TRUST_MFA": "`yes`: whoever the provider asked for several things (`amr` has `mfa`) gives no code to yosafe. Default `no`.",
    "YOSAFE_FILE_KEYS": "`NAME:KEY`, several separated by commas or lines: what files of incidents are sealed with. The first seals, all of them "
    "open; `yosafe keys new NAME` prints one. Give it as `YOSAFE_FILE_KEYS_FILE`. Needed where `YOSAFE_DATABASE_URL` names a server.",
    "YOSAFE_DEMO": "`yes` marks every page as synthetic. `yosafe demo` sets it.",
}


def commands() -> str:
    from yosafe.cli import main

    parts = [f"# Commands\n\n{MADE}"]
    with click.Context(main, info_name="yosafe") as context:
        _describe_command(main, context, parts)
    return "\n".join(parts).rstrip() + "\n"


def _describe_command(command: click.Command, context: click.Context, parts: list[str]) -> None:
    if not isinstance(command, click.Group):
        parts.append(f"## {context.command_path}\n\n```\n{command.get_help(context)}\n```\n")
        return
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        if inner is not None:
            with click.Context(inner, info_name=name, parent=context) as below:
                below.max_content_width = 110
                below.terminal_width = 110
                _describe_command(inner, below, parts)


def indicators() -> str:
    from yosafe.models.indicators import describe_all

    title, rest = describe_all().split("\n\n", 1)
    return f"{title}\n\n{MADE}{rest}"


def referrals() -> str:
    from yosafe.referrals.describe import describe_all

    title, rest = describe_all().split("\n\n", 1)
    return f"{title}\n\n{MADE}{rest}"


def questionnaires() -> str:
    from yosafe.surveys.describe import describe_all

    title, rest = describe_all().split("\n\n", 1)
    return f"{title}\n\n{MADE}{rest}"


def recorded_facts() -> str:
    from yosafe.against_records.describe import describe

    return describe(MADE, table)


def notices_page() -> str:
    from yosafe.notices.described import describe

    return describe(MADE, table)


def jobs_page() -> str:
    from yosafe.nightly import JOBS

    rows = [[f"`{job.name}`", job.about, f"`{job.cron}`" if job.cron else "when asked for", str(job.tries)] for job in JOBS]
    about = "What `yosafe work` does, or `yosafe serve` where it brings its own database. Hours are UTC, as cron writes them."
    return f"# Jobs\n\n{MADE}{about}\n\n{table(['job', 'what it does', 'when', 'tries'], rows)}"


def reports_page() -> str:
    from yosafe import composition  # noqa: F401  # fills the registry of datasets
    from yosafe.reporting.described import describe

    return describe(MADE, table)


def openapi() -> str:
    from yosafe.web.app import create_app

    with tempfile.TemporaryDirectory() as home:
        app = create_app(settings.read({"YOSAFE_HOME": home, "YOSAFE_SECRET_KEY": "x" * 32}, file=Path(home) / "none.toml"))
    schema = app.openapi_schema.to_schema()
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2).decode() + "\n"


def code_lists_page() -> str:
    parts = [f"# Code lists\n\n{MADE}Codes are kept with records; labels are shown. A code that ends stays in its list, and none is used again.\n"]
    for name, codes in sorted(code_lists().items()):
        dated = any(code.since or code.until for code in codes.codes)
        heads = ["code", "label", *(["since", "until"] if dated else [])]
        rows = [[f"`{c.code}`", c.label(), *([_day(c.since), _day(c.until)] if dated else [])] for c in codes.codes]
        parts.append(f"## {name}\n\n{codes.title}. Source: {codes.source}\n\n{table(heads, rows)}")
    return "\n".join(parts)


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def time_limits() -> str:
    parts = [f"# Time limits\n\n{MADE}{CONVENTION}\n"]
    for name in RULE_SETS:
        rules = rule_set(name)
        heads = ["time limit", "id", "runs from the day that", "limit", "source", "confirmed"]
        rows = [[c.title, f"`{c.id}`", c.starts, c.limit, c.source, "yes" if c.confirmed else "no"] for c in rules.clocks]
        parts.append(f"## `{name}`: {rules.title}\n\nIn force from {rules.in_force_from.isoformat()}. Source: {rules.source}\n\n{table(heads, rows)}")
    return "\n".join(parts)


def terms_page() -> str:
    then, now = catalogue("2002"), catalogue("today")
    rows = [[f"`{key}`", then[key].one, then[key].many, now[key].one, now[key].many] for key in sorted(then)]
    about = "Which are shown is the setting `YOSAFE_TERMINOLOGY`."
    return f"# Terms\n\n{MADE}{about}\n\n{table(['key', '2002', 'plural', 'today', 'plural'], rows)}"


PAGES: dict[str, Page] = {
    "permissions.md": permissions,
    "settings.md": settings_page,
    "commands.md": commands,
    "indicators.md": indicators,
    "questionnaires.md": questionnaires,
    "recorded-facts.md": recorded_facts,
    "referrals.md": referrals,
    "code-lists.md": code_lists_page,
    "time-limits.md": time_limits,
    "notices.md": notices_page,
    "jobs.md": jobs_page,
    "reports.md": reports_page,
    "terms.md": terms_page,
    **incidents.PAGES,
    **reviews.PAGES,
    "openapi.json": openapi,
}

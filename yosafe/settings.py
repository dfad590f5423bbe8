"""Everything that an installation can set, read once. Each setting comes from the environment (`YOSAFE_HOME`), a secret's file
(`YOSAFE_SECRET_KEY_FILE`) or `yosafe.toml` in the working directory, in that order. All faults are reported at once."""

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from msgspec import Struct

from yosafe.errors import SettingsWrong

Terminology = Literal["2002", "today"]
LogFormat = Literal["json", "console"]
_GUARDED = re.compile(r"https://[^/]|http://(?:127\.0\.0\.1|localhost|\[::1\])(?:[:/]|$)")
SHORTEST_TOKEN = 32
IMPLICIT_TLS = 465  # the port at which mail servers speak TLS from the first word


class MailSettings(Struct, frozen=True, kw_only=True):
    """The mail server through which notices are sent, and from which address."""

    host: str
    port: int
    user: str | None
    password: str | None
    sender: str
    starttls: bool


class OidcSettings(Struct, frozen=True, kw_only=True):
    """The OpenID provider through which people may sign in. `back`: where it sends their browsers; `trust_mfa`: whether a code of ours is left out
    where it says that it asked for several things."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    back: str
    trust_mfa: bool


# Roles as yosafe/accounts/permissions.py has them (a test compares), for the setting that says who signs in with a code.
ROLES = ("yot_worker", "yoi_officer", "yoi_lead", "social_worker", "acpc_member", "inspector", "dpo", "admin")
KEY_NAME, KEY_BYTES = r"[a-z0-9-]{1,40}", 32
SURVEY_LEVELS = ("0.05", "0.01", "0.001")


class FileKey(Struct, frozen=True):
    """A key that files of incidents are sealed with, by the name that is kept beside what it sealed."""

    name: str
    secret: bytes


class Settings(Struct, frozen=True, kw_only=True):
    """One installation's settings. `database_url` None means the embedded server under `home`."""

    home: Path
    database_url: str | None
    replica_url: str | None
    replica_wait_ms: int
    secret_key: str
    public_url: str
    allowed_hosts: tuple[str, ...]
    terminology: Terminology
    reports_dir: Path | None
    retention_schedule: Path | None
    log: LogFormat
    pool_size: int
    survey_level: float
    demo: bool
    mail: MailSettings | None
    session_idle_minutes: int
    session_hours: int
    confirm_minutes: int
    codes_for: tuple[str, ...]
    unusual_records: int
    unusual_night_records: int
    night_from: int
    night_to: int
    backup_key: str
    backup_to: str
    file_keys: tuple[FileKey, ...]
    slow_statement_ms: int
    pack_k: int
    metrics_token: str | None
    traces: bool
    oidc: OidcSettings | None


def default_home() -> Path:
    return Path("/var/lib/yosafe") if os.geteuid() == 0 else Path.home() / ".local/share/yosafe"


def read(environ: Mapping[str, str] | None = None, *, file: Path = Path("yosafe.toml")) -> Settings:
    """The settings, or SettingsWrong with every fault in them. Makes and keeps a secret key under the home where none is given."""
    return _Reader(os.environ if environ is None else environ, file).settings()


_chosen: list[Settings] = []


def put_in_force(settings: Settings) -> None:
    """What this process runs on, said once by whatever is served."""
    _chosen[:] = [settings]


def in_force() -> Settings:
    """What this process runs on; read where nothing is served, as in a command. For what no request hands on, such as the key."""
    return _chosen[0] if _chosen else read()


def read_reports_dir() -> Path | None:
    """The folder with an installation's own reports, as `read` has it; a folder that has gone meanwhile is none."""
    named = _Reader(os.environ, Path("yosafe.toml")).text("YOSAFE_REPORTS_DIR")
    return Path(named) if named and Path(named).is_dir() else None


class _Reader:
    def __init__(self, environ: Mapping[str, str], file: Path) -> None:
        self.faults: list[str] = []
        self.values = {**self._from_file(file), **{k: v for k, v in environ.items() if k.startswith("YOSAFE_")}}

    def _from_file(self, file: Path) -> dict[str, str]:
        if not file.exists():
            return {}
        try:
            return {key.upper(): str(value) for key, value in tomllib.loads(file.read_text("utf-8")).items()}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            self.faults.append(f"{file}: not readable as TOML ({fault}). Mend it or take it away.")
            return {}

    def text(self, name: str, default: str = "") -> str:
        path = self.values.get(f"{name}_FILE")
        if path:
            try:
                return Path(path).read_text("utf-8").strip()
            except OSError as fault:
                self.faults.append(f"{name}_FILE: {path} can't be read ({fault.strerror}). Check the path and its owner.")
        return self.values.get(name, default)

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.faults.append(f"{name}: must be one of {', '.join(allowed)}; it is {value!r}.")
        return value

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            self.faults.append(f"{name}: must be a whole number from {low} to {high}; it is {value!r}.")
            return default
        return int(value)

    def address(self, name: str) -> str | None:
        value = self.text(name) or None
        if value and not value.startswith(("postgresql://", "postgres://")):
            self.faults.append(f"{name}: must start with postgresql://, for example postgresql://user@host/yosafe.")
        return value

    def secret(self, home: Path) -> str:
        value = self.text("YOSAFE_SECRET_KEY")
        if not value:
            return _kept_secret(home) if not self.faults else ""
        if len(value) < SHORTEST_TOKEN:
            self.faults.append("YOSAFE_SECRET_KEY: needs 32 characters or more. `openssl rand -hex 32` makes one.")
        return value

    def token(self, name: str) -> str | None:
        """A secret that another program shows; None where none is set."""
        value = self.text(name)
        if value and (len(value) < SHORTEST_TOKEN or not value.isascii() or not value.isprintable()):
            self.faults.append(f"{name}: needs {SHORTEST_TOKEN} plain characters or more. `openssl rand -hex 32` makes one.")
        return value or None

    def mail(self) -> MailSettings | None:
        """None where no server is named: then yosafe sends no mail."""
        host, sender = self.text("YOSAFE_SMTP_HOST"), self.text("YOSAFE_SMTP_FROM")
        mail = MailSettings(
            host=host,
            port=self.number("YOSAFE_SMTP_PORT", 587, low=1, high=65535),
            user=self.text("YOSAFE_SMTP_USER") or None,
            password=self.text("YOSAFE_SMTP_PASSWORD") or None,
            sender=sender,
            starttls=self.choice("YOSAFE_SMTP_STARTTLS", "yes", ("yes", "no")) == "yes",
        )
        if not host:
            return None
        if not re.fullmatch(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+", sender):
            self.faults.append("YOSAFE_SMTP_FROM: name the address that mail comes from, for example yosafe@example.org.")
        if (mail.user is None) != (mail.password is None):
            self.faults.append("YOSAFE_SMTP_USER and YOSAFE_SMTP_PASSWORD: give both, or neither.")
        if mail.password and not mail.starttls and mail.port != IMPLICIT_TLS:
            self.faults.append("YOSAFE_SMTP_STARTTLS: a password is not sent in the clear. Set it to yes, or use port 465.")
        return mail

    def oidc(self, public_url: str) -> OidcSettings | None:
        """None where no issuer is named: then people sign in with passwords only."""
        oidc = OidcSettings(
            issuer=self.text("YOSAFE_OIDC_ISSUER"),
            client_id=self.text("YOSAFE_OIDC_CLIENT_ID"),
            client_secret=self.text("YOSAFE_OIDC_CLIENT_SECRET"),
            name=self.text("YOSAFE_OIDC_NAME", "your organisation's account"),
            back=f"{public_url.rstrip('/')}/sign-in/provider/back",
            trust_mfa=self.choice("YOSAFE_OIDC_TRUST_MFA", "no", ("yes", "no")) == "yes",
        )
        if not oidc.issuer:
            return None
        if not _GUARDED.match(oidc.issuer):
            self.faults.append("YOSAFE_OIDC_ISSUER: must start with https:// (http:// only for a provider on this machine).")
        if not oidc.client_id or not oidc.client_secret:
            self.faults.append("YOSAFE_OIDC_CLIENT_ID and YOSAFE_OIDC_CLIENT_SECRET: give both, as the provider named them.")
        return oidc

    def file_keys(self) -> tuple[FileKey, ...]:
        """The first seals; all of them open. None where none is set."""
        found = []
        for one in self.text("YOSAFE_FILE_KEYS").replace(",", " ").split():
            name, _, secret = one.partition(":")
            if not re.fullmatch(KEY_NAME, name) or not re.fullmatch(f"[0-9a-f]{{{2 * KEY_BYTES}}}", secret):
                self.faults.append("YOSAFE_FILE_KEYS: one of the keys is none. `yosafe keys new NAME` prints one as it goes here.")
                return ()
            found.append(FileKey(name, bytes.fromhex(secret)))
        if len({one.name for one in found}) < len(found):
            self.faults.append("YOSAFE_FILE_KEYS: two keys have the same name. Each needs its own: it says what a file was sealed with.")
        return tuple(found)

    def codes_for(self) -> tuple[str, ...]:
        """Roles, or all of them, or none."""
        named = self.text("YOSAFE_CODES_FOR", "all").strip()
        if named in ("all", "none"):
            return ROLES if named == "all" else ()
        roles = tuple(role.strip() for role in named.split(","))
        if unknown := [role for role in roles if role not in ROLES]:
            self.faults.append(f"YOSAFE_CODES_FOR: {', '.join(map(repr, unknown))} is no role. Write all, none, or some of {', '.join(ROLES)}.")
        return roles

    def settings(self) -> Settings:
        home = Path(self.text("YOSAFE_HOME") or default_home()).expanduser()
        url, replica_url = self.address("YOSAFE_DATABASE_URL"), self.address("YOSAFE_REPLICA_URL")
        if replica_url and not url:
            self.faults.append("YOSAFE_REPLICA_URL: names a standby of the server in YOSAFE_DATABASE_URL. Give that, too.")
        public_url = self.text("YOSAFE_PUBLIC_URL", "http://127.0.0.1:8000")
        if not public_url.startswith(("http://", "https://")):
            self.faults.append(f"YOSAFE_PUBLIC_URL: must start with http:// or https://; it is {public_url!r}.")
        reports = self.text("YOSAFE_REPORTS_DIR")
        if reports and not Path(reports).is_dir():
            self.faults.append(f"YOSAFE_REPORTS_DIR: {reports} is not a folder. Make it, or leave the setting out.")
        retention = self.text("YOSAFE_RETENTION_SCHEDULE")
        if retention and not Path(retention).is_file():
            self.faults.append(f"YOSAFE_RETENTION_SCHEDULE: {retention} is not a file. Make it, or leave the setting out.")
        values = {
            "terminology": self.choice("YOSAFE_TERMINOLOGY", "2002", get_args(Terminology)),
            "log": self.choice("YOSAFE_LOG", "console", get_args(LogFormat)),
            "survey_level": float(self.choice("YOSAFE_SURVEY_LEVEL", "0.01", SURVEY_LEVELS)),
            "pool_size": self.number("YOSAFE_POOL_SIZE", 8, low=2, high=100),
            "replica_wait_ms": self.number("YOSAFE_REPLICA_WAIT_MS", 300, low=0, high=10_000),
            "demo": self.choice("YOSAFE_DEMO", "no", ("yes", "no")) == "yes",
            "mail": self.mail(),
            "session_idle_minutes": self.number("YOSAFE_SESSION_IDLE_MINUTES", 30, low=5, high=120),
            "session_hours": self.number("YOSAFE_SESSION_HOURS", 8, low=1, high=24),
            "confirm_minutes": self.number("YOSAFE_CONFIRM_MINUTES", 10, low=1, high=60),
            "codes_for": self.codes_for(),
            "unusual_records": self.number("YOSAFE_UNUSUAL_RECORDS", 40, low=2, high=1000),
            "unusual_night_records": self.number("YOSAFE_UNUSUAL_NIGHT_RECORDS", 5, low=1, high=1000),
            "night_from": self.number("YOSAFE_NIGHT_FROM", 22, low=18, high=23),
            "night_to": self.number("YOSAFE_NIGHT_TO", 6, low=1, high=9),
            "backup_key": self.text("YOSAFE_BACKUP_KEY"),
            "backup_to": self.text("YOSAFE_BACKUP_TO"),
            "file_keys": self.file_keys(),
            "slow_statement_ms": self.number("YOSAFE_SLOW_STATEMENT_MS", 1000, low=0, high=60_000),
            "pack_k": self.number("YOSAFE_PACK_K", 5, low=5, high=100),
            "metrics_token": self.token("YOSAFE_METRICS_TOKEN"),
            "traces": self.choice("YOSAFE_TRACES", "no", ("yes", "no")) == "yes",
            "oidc": self.oidc(public_url),
            "secret_key": self.secret(home),
        }
        if self.faults:
            raise SettingsWrong("\n".join(self.faults))
        hosts = tuple(h.strip() for h in self.text("YOSAFE_ALLOWED_HOSTS", "127.0.0.1,localhost").split(",") if h.strip())
        return Settings(
            home=home,
            database_url=url,
            replica_url=replica_url,
            public_url=public_url.rstrip("/"),
            allowed_hosts=hosts,
            reports_dir=Path(reports) if reports else None,
            retention_schedule=Path(retention) if retention else None,
            **values,  # type: ignore[arg-type]  # values were checked above
        )


def _kept_secret(home: Path) -> str:
    """The secret of this installation, made once and readable by its owner only."""
    path = home / "secret_key"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
        return path.read_text("utf-8")
    except FileExistsError:
        return path.read_text("utf-8")
    except OSError as fault:
        raise SettingsWrong(f"YOSAFE_HOME: {home} can't be used ({fault.strerror}). Name a folder that this account may write.") from None

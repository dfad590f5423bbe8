"""What can go wrong, in the words of the work. The web and the command line each turn these into their own kind of answer."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple


class FieldError(NamedTuple):
    """One fault in what was typed: `key` is the field's name (dotted for parts), `message` says what to do."""

    key: str
    message: str


class DomainError(Exception):
    """A refusal with a remedy. `str(error)` is fit to be shown; it never holds personal data. `slug` names the kind and never changes."""

    slug: ClassVar[str] = "fault"
    title: ClassVar[str] = "Something went wrong"


class NotSignedIn(DomainError):
    slug = "not-signed-in"
    title = "Sign in first"


class Refused(DomainError):
    """The person may know that the thing exists, and may not do this to it."""

    slug = "refused"
    title = "You can't do this"


class NotConfirmed(DomainError):
    """It may be theirs to do, and asks that they show once more who they are."""

    slug = "confirm-first"
    title = "Confirm that it is you"


class NotFound(DomainError):
    """It does not exist, or not for this person: the two are never told apart."""

    slug = "not-found"
    title = "Not found"


class Conflict(DomainError):
    """It can't be done in the state that things are in. `candidates` are records, as whoever asks may be shown them, one of which may be meant."""

    slug = "conflict"
    title = "This conflicts with what is recorded"

    def __init__(self, message: str = "", *, candidates: Sequence[object] = ()) -> None:
        self.candidates = tuple(candidates)
        super().__init__(message)


class Stale(DomainError):
    """Someone else changed the record since it was read. `current` is the record as it is now, of `version`, where whoever asks may be shown it."""

    slug = "stale"
    title = "Someone else changed this"

    def __init__(self, message: str, *, current: object = None, version: int | None = None) -> None:
        self.current, self.version = current, version
        super().__init__(message)


class VersionMissing(DomainError):
    slug = "version-missing"
    title = "Say which version you are changing"


class Invalid(DomainError):
    """What was given can't be accepted; `errors` names each field with its remedy."""

    slug = "invalid"
    title = "There is a problem with what was sent"

    def __init__(self, errors: Sequence[FieldError] | str) -> None:
        self.errors: tuple[FieldError, ...] = (FieldError("", errors),) if isinstance(errors, str) else tuple(errors)
        super().__init__("; ".join(e.message for e in self.errors))


class TooMany(DomainError):
    """Too many tries; `retry_after` is in seconds."""

    slug = "too-many"
    title = "Too many tries"

    def __init__(self, message: str, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class DatabaseAway(DomainError):
    slug = "database-away"
    title = "The database can't be reached"


class NotUpgraded(DatabaseAway):
    slug = "not-upgraded"
    title = "The database needs upgrading"


class ProviderAway(DomainError):
    """The service through which someone signs in does not answer, or not as it should."""

    slug = "provider-away"
    title = "Signing in through another service does not work just now"


class SettingsWrong(DomainError):
    slug = "settings"
    title = "The settings are wrong"

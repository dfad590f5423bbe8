"""What a file of a survey may hold, by the way it comes. The one place: pages, API, command line and what they say of it read this."""

from yosafe.importing.reading import MEBIBYTE, Limits

AT_ONCE = Limits(size=10 * MEBIBYTE, rows=100_000)  # by API, where the answer waits for it
BY_JOB = Limits(size=256 * MEBIBYTE, rows=2_000_000)  # by page, and by API where a worker does it
BY_COMMAND = Limits(size=600 * MEBIBYTE, rows=3_000_000)
LOOKED_AT = 8 * MEBIBYTE  # of a longer text file, before it is confirmed; a worker reads all of it
BESIDE_FILE = 100_000  # bytes, for the other fields of a form


def in_words(limits: Limits) -> str:
    """`256 MiB and 2,000,000 rows`."""
    return f"{limits.size // MEBIBYTE:,} MiB and {limits.rows:,} rows"

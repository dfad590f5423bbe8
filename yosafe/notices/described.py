"""The page of the reference about notices, made from the table."""

from collections.abc import Callable

from yosafe.reference.terms import in_terms

from .events import TO_WORDS, TOLD

HEAD = """# Who is told what

{made}A notice holds an event and the number of a record: no names, nothing that was written. What it may show is asked when it is read, by the
rule of the record itself: for whom the record does not exist, the notice does not, and is not counted. Whoever did something is not told of it.
Email says that there is something, and no more.

"""
AGAIN = "Where it is told again only after some days, or once, the last column says so."


def describe(made: str, table: Callable[[list[str], list[list[str]]], str]) -> str:
    """The page; `table` draws a table from heads and rows."""
    heads = ["event", "what the notice says", "when", "who is told", "urgent", "again after"]
    rows = [
        [
            f"`{event.value}`",
            in_terms(told.words, "2002"),
            told.when,
            "; ".join(in_terms(TO_WORDS[to], "2002") for to in told.to),
            "yes" if told.urgent else "",
            "every time" if not told.again_after else "once" if told.again_after > 365 else f"{told.again_after} days",
        ]
        for event, told in TOLD.items()
    ]
    return HEAD.format(made=made) + f"{AGAIN}\n\n" + table(heads, rows)

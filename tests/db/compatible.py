"""What of an upgrade a worker of the version before it could not live with. Read from the catalogue, before and after, so that it is what PostgreSQL
made of a migration, however that is written."""

from msgspec import Struct

from yosafe.db.engine import DB

SCHEMAS = "('public'::regnamespace, to_regnamespace('job_queue'))"
COLUMNS = f"""
    SELECT c.oid::regclass::text AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS filled,
        a.atthasdef OR a.attidentity <> '' AS fills_itself
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace IN {SCHEMAS} AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0 AND NOT a.attisdropped
"""
# What rows must be like: constraints but NOT NULL, which is the column's, and unique indexes.
RULES = f"""
    SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS says, contype IN ('u', 'p') AS alone,
        ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY(conkey)) AS columns
    FROM pg_constraint WHERE connamespace IN {SCHEMAS} AND contype <> 'n' AND conrelid <> 0
    UNION ALL
    SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid), true,
        ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY(indkey))
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace IN {SCHEMAS} AND indisunique AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
TRIGGERS = f"""
    SELECT tgrelid::regclass::text AS table, tgname AS name, pg_get_triggerdef(t.oid) AS says
    FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE c.relnamespace IN {SCHEMAS} AND NOT tgisinternal
"""
FUNCTIONS = f"SELECT oid::regprocedure::text AS name, prosrc AS says FROM pg_proc WHERE pronamespace IN {SCHEMAS}"


class Column(Struct, frozen=True):
    type: str
    filled: bool
    fills_itself: bool


class Rule(Struct, frozen=True):
    says: str
    alone: bool
    columns: frozenset[str]


class Catalogue(Struct, frozen=True):
    columns: dict[str, dict[str, Column]]
    rules: dict[tuple[str, str], Rule]
    triggers: dict[tuple[str, str], str]
    functions: dict[str, str]


async def catalogue() -> Catalogue:
    columns: dict[str, dict[str, Column]] = {}
    for row in await DB.fetch(COLUMNS):
        columns.setdefault(row["table"], {})[row["column"]] = Column(row["type"], row["filled"], row["fills_itself"])
    return Catalogue(
        columns,
        {(row["table"], row["name"]): Rule(row["says"], row["alone"], frozenset(row["columns"])) for row in await DB.fetch(RULES)},
        {(row["table"], row["name"]): row["says"] for row in await DB.fetch(TRIGGERS)},
        {row["name"]: row["says"] for row in await DB.fetch(FUNCTIONS)},
    )


def broken(before: Catalogue, after: Catalogue) -> set[str]:
    """What a worker that knows only what was before would be refused, or would miss. Tables that are new are none of its business."""
    return {*_tables(before, after), *_rules(before, after), *_triggers(before, after)}


def _tables(before: Catalogue, after: Catalogue):
    for table, columns in before.columns.items():
        if table not in after.columns:
            yield f"table {table} is gone"
            continue
        now = after.columns[table]
        for name, was in columns.items():
            if name not in now:
                yield f"column {table}.{name} is gone"
            elif now[name].type != was.type:
                yield f"column {table}.{name} is of another type"
            elif now[name].filled and not was.filled:
                yield f"column {table}.{name} must be filled"
            elif now[name].filled and was.fills_itself and not now[name].fills_itself:
                yield f"column {table}.{name} fills itself no more"
        for name in now.keys() - columns.keys():
            if now[name].filled and not now[name].fills_itself:
                yield f"column {table}.{name} is new and must be filled"


def _rules(before: Catalogue, after: Catalogue):
    for (table, name), rule in after.rules.items():
        was = before.rules.get((table, name))
        if table not in before.columns or (was is not None and was.says == rule.says):
            continue
        of_new = rule.columns and not rule.columns & before.columns[table].keys()
        if was is not None or not of_new or "IS NOT NULL" in rule.says:
            yield f"rule {table}.{name} is new"
    for (table, name), rule in before.rules.items():
        if rule.alone and table in after.columns and (table, name) not in after.rules:
            yield f"rule {table}.{name} is gone"  # ON CONFLICT rests on it


def _triggers(before: Catalogue, after: Catalogue):
    for (table, name), says in after.triggers.items():
        if table in before.columns and before.triggers.get((table, name)) != says:
            yield f"trigger {table}.{name} is new"
    for name, says in before.functions.items():
        if name not in after.functions:
            yield f"function {name} is gone"
        elif after.functions[name] != says:
            yield f"function {name} is another"

"""What the tests about the code look at: found, not listed, so that nothing new escapes them."""

import importlib
import pkgutil

from piccolo.table import Table, sort_table_classes

import yosafe


def all_tables() -> list[type[Table]]:
    """Every table of every feature, those that are referred to first."""
    found: set[type[Table]] = set()
    for module in pkgutil.walk_packages(yosafe.__path__, "yosafe."):
        if module.name.endswith(".tables"):
            members = vars(importlib.import_module(module.name)).values()
            found |= {m for m in members if isinstance(m, type) and issubclass(m, Table) and m is not Table}
    return sort_table_classes(sorted(found, key=lambda table: table._meta.tablename))

"""How long things are kept. Traces of working, which nobody needs for ever, are destroyed each night (schedule.toml); records of young people only
when two people say so (`records/`)."""

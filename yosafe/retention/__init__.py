"""How long what is no record of a young person is kept: traces of working, which nobody needs for ever (schedule.toml). Destroyed each night."""

"""A made-up estate for demonstrations and tests: invented young people whose histories make sense. Nobody in it is real."""

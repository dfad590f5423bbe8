"""Searching among the viewer's own, without reading the records of all who share the beginning of a name."""

ID = "0020"
DESCRIPTION = "whose other name begins so, from the indexes alone"

SQL = """
DROP INDEX young_person_home_area;
CREATE INDEX young_person_home_area ON young_person (home_area, id);
DROP INDEX other_name_family_name;
CREATE INDEX other_name_family_name ON other_name (folded(family_name) text_pattern_ops)
    INCLUDE (family_name, given_names, young_person) WHERE family_name IS NOT NULL;
DROP INDEX other_name_given_names;
CREATE INDEX other_name_given_names ON other_name (folded(given_names) text_pattern_ops)
    INCLUDE (given_names, family_name, young_person) WHERE given_names IS NOT NULL;
"""

"""How the respondents of a drawn sample were drawn: the stratum, and the cluster in it."""

ID = "0018"
DESCRIPTION = "drawn samples"

SQL = """
ALTER TABLE respondent
    ADD COLUMN stratum varchar(40),
    ADD COLUMN psu varchar(40),
    ADD CONSTRAINT respondent_drawn CHECK ((stratum IS NULL) = (psu IS NULL));
"""

-- The tables of the twins, with what the ground has in its own, less what the twins do without: no triggers, no chain of hashes, fewer columns and indexes.
DROP SCHEMA IF EXISTS peers CASCADE;
CREATE SCHEMA peers;
CREATE TABLE peers.account (id bigint PRIMARY KEY, role varchar(40) NOT NULL, establishment varchar(8) NOT NULL);
CREATE TABLE peers.api_key (
    id bigint PRIMARY KEY, key_hash bytea NOT NULL UNIQUE, account bigint NOT NULL REFERENCES peers.account, expires_at timestamptz NOT NULL
);
CREATE TABLE peers.young_person (
    id bigint PRIMARY KEY, family_name varchar(100) NOT NULL, given_names varchar(100) NOT NULL, date_of_birth date NOT NULL
);
CREATE TABLE peers.placement (
    id bigint PRIMARY KEY, young_person bigint NOT NULL REFERENCES peers.young_person, establishment varchar(8) NOT NULL, unit varchar(60),
    legal_status varchar(40), distance_miles smallint, arrived_at timestamptz NOT NULL, left_at timestamptz
);
CREATE INDEX ON peers.placement (young_person, arrived_at);
CREATE TABLE peers.care_period (
    id bigint PRIMARY KEY, young_person bigint NOT NULL REFERENCES peers.young_person, status varchar(20) NOT NULL, started_on date NOT NULL, ended_on date
);
CREATE INDEX ON peers.care_period (young_person);
CREATE TABLE peers.incident (
    id bigserial PRIMARY KEY, kind varchar(40) NOT NULL, status varchar(20) NOT NULL, severity varchar(20) NOT NULL, establishment varchar(8) NOT NULL,
    place varchar(40) NOT NULL, happened_at timestamptz NOT NULL, account text NOT NULL, child_said text, told_by varchar(40) NOT NULL,
    answers jsonb NOT NULL, recorded_at timestamptz NOT NULL, recorded_by bigint NOT NULL REFERENCES peers.account, version integer NOT NULL
);
CREATE INDEX ON peers.incident (establishment, happened_at DESC, id DESC);
CREATE TABLE peers.involvement (
    id bigserial PRIMARY KEY, incident bigint NOT NULL REFERENCES peers.incident, young_person bigint NOT NULL REFERENCES peers.young_person,
    role varchar(30) NOT NULL, age smallint NOT NULL, establishment varchar(8), unit varchar(60), legal_status varchar(40),
    care_status varchar(20) NOT NULL, distance_miles smallint, days_since_arrival integer
);
CREATE INDEX ON peers.involvement (incident);
CREATE INDEX ON peers.involvement (young_person);
CREATE TABLE peers.audit_entry (
    id bigserial PRIMARY KEY, at timestamptz NOT NULL, event varchar(80) NOT NULL, actor bigint NOT NULL, subject bigint, detail jsonb NOT NULL
);

INSERT INTO peers.account SELECT u.id, u.role, a.establishment FROM user_account u JOIN agency a ON a.id = u.agency;
INSERT INTO peers.api_key SELECT id, key_hash, user_account, expires_at FROM api_key;
INSERT INTO peers.young_person SELECT id, family_name, given_names, date_of_birth FROM young_person;
INSERT INTO peers.placement SELECT id, young_person, establishment, unit, legal_status, distance_miles, arrived_at, left_at FROM placement;
INSERT INTO peers.care_period SELECT id, young_person, status, started_on, ended_on FROM care_period;
INSERT INTO peers.incident
    SELECT id, kind, status, severity, establishment, place, happened_at, account, child_said, told_by, answers, recorded_at, recorded_by, version
    FROM incident;
INSERT INTO peers.involvement
    SELECT id, incident, young_person, role, age, establishment, unit, legal_status, care_status, distance_miles, days_since_arrival FROM involvement;
SELECT setval('peers.incident_id_seq', coalesce(max(id), 1)) FROM peers.incident;
SELECT setval('peers.involvement_id_seq', coalesce(max(id), 1)) FROM peers.involvement;

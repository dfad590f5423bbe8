"""Who may do what. Roles are a table: code reads it, tests enumerate it, the docs print it (domain words, section 6)."""

from enum import StrEnum


class Role(StrEnum):
    YOT_WORKER = "yot_worker"
    YOI_OFFICER = "yoi_officer"
    YOI_LEAD = "yoi_lead"
    SOCIAL_WORKER = "social_worker"
    ACPC_MEMBER = "acpc_member"
    INSPECTOR = "inspector"
    DPO = "dpo"
    ADMIN = "admin"


class AgencyKind(StrEnum):
    YOT = "yot"
    YOI = "yoi"
    SOCIAL_SERVICES = "social_services"
    ACPC = "acpc"
    INSPECTORATE = "inspectorate"
    OPERATOR = "operator"


ROLE_TITLES: dict[Role, str] = {
    Role.YOT_WORKER: "YOT worker",
    Role.YOI_OFFICER: "YOI officer",
    Role.YOI_LEAD: "YOI safeguarding lead",
    Role.SOCIAL_WORKER: "Social worker",
    Role.ACPC_MEMBER: "ACPC member",
    Role.INSPECTOR: "Inspector",
    Role.DPO: "Data protection officer",
    Role.ADMIN: "Administrator",
}
KIND_TITLES: dict[AgencyKind, str] = {
    AgencyKind.YOT: "Youth Offending Team",
    AgencyKind.YOI: "Young Offender Institution",
    AgencyKind.SOCIAL_SERVICES: "Social services",
    AgencyKind.ACPC: "Area Child Protection Committee",
    AgencyKind.INSPECTORATE: "Inspectorate",
    AgencyKind.OPERATOR: "Operator of yosafe",
}

# Which roles an agency of each kind can have. A data protection officer can work for any.
ROLES_OF: dict[AgencyKind, frozenset[Role]] = {
    AgencyKind.YOT: frozenset({Role.YOT_WORKER, Role.DPO}),
    AgencyKind.YOI: frozenset({Role.YOI_OFFICER, Role.YOI_LEAD, Role.DPO}),
    AgencyKind.SOCIAL_SERVICES: frozenset({Role.SOCIAL_WORKER, Role.DPO}),
    AgencyKind.ACPC: frozenset({Role.ACPC_MEMBER, Role.DPO}),
    AgencyKind.INSPECTORATE: frozenset({Role.INSPECTOR, Role.DPO}),
    AgencyKind.OPERATOR: frozenset({Role.ADMIN, Role.DPO}),
}

EVERYONE = frozenset({"own-account:use", "worklist:read", "notice:read", "reference:read", "model:read"})
_CASEWORK = frozenset(
    {
        "young-person:read",
        "placement:read",
        "care-period:read",
        "contact:read",
        "time-out:read",
        "worker:read",
        "contact-plan:read",
        "clock:read",
        "keep-apart:read",
        "incident:read",
        "incident-file:read",
        "referral:read",
        "check:read",
        "share:read",
        "public-risk:read",
        "committee:read",
        "case-review:read",
        "flag:read",
        "review:read",
        "assessment:read",
        "assessment:read-screen",
        "need:read",
        "paper:read",
    }
)

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.YOT_WORKER: EVERYONE
    | _CASEWORK
    | {
        "young-person:add",
        "young-person:change",
        "young-person:merge",
        "identifier:record",
        "placement:record",
        "contact:record",
        "worker:record",
        "contact-plan:record",
        "assessment:record",
        "assessment:countersign",
        "need:record",
        "paper:record",
        "assessment:screen",
        "referral:send",
        "referral:consider",
        "referral:event",
        "check:record",
        "share:record",
        "case-review:ask",
        "public-risk:record",
        "list:export",
        "chronology:export",
        "chronology:mark",
        "clock:hold",
        "clock:figures",
        "referral:export",
    }
    | {"flag:answer", "review:ask", "review:view", "action:finish"}
    | {"report:read", "report:build", "report:schedule", "report:issue"}
    | {"import:run"}
    | {"break-glass:open"},
    Role.YOI_OFFICER: EVERYONE
    | _CASEWORK - {"assessment:read", "need:read", "public-risk:read", "case-review:read"}
    | {"young-person:add", "identifier:record", "placement:record", "contact:record", "incident:record", "incident:addendum", "assessment:screen"}
    | {"incident-file:add", "keep-apart:start", "investigation:record", "time-out:record", "worker:record", "paper:record"}
    | {"review:ask", "chronology:mark"},
    Role.YOI_LEAD: EVERYONE
    | _CASEWORK
    | {"young-person:add", "young-person:change", "young-person:merge", "placement:record", "care-period:record", "contact:record"}
    | {"identifier:record", "keep-apart:start", "keep-apart:review", "keep-apart:end"}
    | {"incident-file:add", "incident-file:withdraw"}
    | {"time-out:record", "worker:record", "contact-plan:record", "care-period:correct"}
    | {
        "incident:record",
        "incident:addendum",
        "incident:investigate",
        "incident:correct",
        "list:export",
        "assessment:screen",
        "chronology:export",
        "chronology:mark",
    }
    | {"investigation:record", "need:record", "paper:record"}
    | {"clock:hold", "clock:figures", "referral:export"}
    | {
        "referral:send",
        "referral:consider",
        "referral:event",
        "check:record",
        "share:record",
        "case-review:ask",
        "public-risk:record",
        "flag:answer",
        "flag:refresh",
        "panel:keep",
        "review:ask",
        "review:figures",
        "review:arrange",
        "review:view",
        "review:decide",
        "action:finish",
    }
    | {"survey:read", "survey:import", "survey-comment:read", "survey-comment:mark", "survey-comment:answer"}
    | {"pattern:read"}
    | {"model:sign", "capacity:read", "capacity:set"}
    | {"report:read", "report:build", "report:schedule", "report:issue"}
    | {"statement:write", "statement:sign"}
    | {"import:run"}
    | {"break-glass:open"},
    Role.SOCIAL_WORKER: EVERYONE
    | _CASEWORK
    | {"young-person:change", "young-person:merge", "identifier:record", "care-period:record", "contact:record"}
    | {"worker:record", "contact-plan:record", "care-period:correct", "need:record"}
    | {"list:export", "chronology:export", "chronology:mark", "referral:event", "check:record"}
    | {"clock:hold", "clock:figures", "referral:export"}
    | {"share:record", "public-risk:record", "case-review:ask"}
    | {"flag:answer", "review:ask", "review:view", "action:finish"}
    | {"report:read", "report:build", "report:schedule", "report:issue"}
    | {"break-glass:open"},
    Role.ACPC_MEMBER: EVERYONE
    | _CASEWORK
    | {"chronology:export", "flag:answer", "review:arrange", "review:view", "review:decide", "action:finish", "survey:read", "pattern:read"}
    | {"chronology:mark", "panel:keep", "review:ask", "review:figures"}
    | {"referral:export", "clock:figures"}
    | {"committee:record", "case-review:ask", "case-review:decide"}
    | {"model:sign", "capacity:read", "capacity:set", "indicator:set"}
    | {"report:read", "report:build", "report:schedule", "report:issue"}
    | {"statement:write", "statement:sign"},
    Role.INSPECTOR: EVERYONE
    | {"committee:read", "survey:read", "survey:import", "survey-comment:read", "survey-comment:mark", "pattern:read"}
    | {"clock:figures", "review:figures", "capacity:read"}
    | {"pack:read", "pack:build"}
    | {"report:read", "report:build", "report:schedule", "report:issue"},
    Role.DPO: EVERYONE
    | {"audit:read", "break-glass:review", "model:sign", "subject-access:export", "subject-access:record"}
    | {"retention:read", "retention:hold", "retention:destroy"},
    Role.ADMIN: EVERYONE | {"agency:read", "agency:manage", "user:read", "user:manage", "api-key:manage", "model:train"},
}

# Each permission as people say it: "your role may ...". In the order in which the work goes.
PERMISSION_TITLES: dict[str, str] = {
    "worklist:read": "See your worklist",
    "notice:read": "Read your notices, and choose how you hear of them",
    "own-account:use": "Use your own account",
    "reference:read": "Read code lists and other reference data",
    "young-person:read": "Read the records of young people",
    "chronology:mark": "Mark entries of a chronology as significant, and take marks off",
    "chronology:export": "Take out a chronology as a document",
    "young-person:add": "Add a young person",
    "young-person:change": "Change a young person's details",
    "young-person:merge": "Merge two records of one young person, and undo it",
    "identifier:record": "Record other names and numbers of a young person",
    "placement:read": "Read placements",
    "placement:record": "Record arrivals, moves, transfers and departures",
    "time-out:read": "See who is out at court, in hospital or elsewhere",
    "time-out:record": "Record that a young person goes out for a time, and comes back",
    "care-period:read": "Read care status",
    "care-period:record": "Record care status",
    "care-period:correct": "Correct what was recorded of care status",
    "worker:read": "See who works with a young person",
    "worker:record": "Name who works with a young person",
    "contact:read": "Read contacts",
    "contact:record": "Record contacts",
    "contact-plan:read": "See which contacts are planned, and which are missed",
    "contact-plan:record": "Plan contacts",
    "clock:read": "See time limits",
    "clock:hold": "Pause or void a time limit that your agency is to meet",
    "clock:figures": "See how time limits are kept, in figures",
    "keep-apart:read": "See who is kept apart",
    "keep-apart:start": "Begin to keep young people apart",
    "keep-apart:review": "Review a keep-apart, and change how far apart",
    "keep-apart:end": "End a keep-apart",
    "incident:read": "Read incidents",
    "incident:record": "Record incidents",
    "incident:addendum": "Add to incidents",
    "incident:investigate": "Investigate, conclude and close incidents",
    "investigation:record": "Record steps, talks and evidence of investigations that you look after",
    "incident:correct": "Correct incidents",
    "incident-file:read": "Open files of incidents",
    "incident-file:add": "Add files to incidents",
    "incident-file:withdraw": "Withdraw files of incidents, and open those that were",
    "list:export": "Take out lists that name young people as files",
    "assessment:read": "Read assessments",
    "assessment:read-screen": "Read arrival screens",
    "assessment:record": "Complete assessments",
    "assessment:countersign": "Countersign assessments that others completed, or send them back",
    "assessment:screen": "Complete arrival screens",
    "paper:read": "See which papers came with a young person",
    "paper:record": "Record which papers came, who was asked for those that did not, and that they came",
    "need:read": "Read welfare plans",
    "need:record": "Put needs into welfare plans, change them and say what came of them",
    "referral:read": "Read referrals",
    "referral:send": "Send referrals",
    "referral:consider": "Record that a referral was considered and not made",
    "referral:event": "Record what came of referrals",
    "referral:export": "Take out a referral as a document or as data",
    "check:read": "Read checks of registers that your agency recorded, and see how many others there were",
    "check:record": "Record checks of registers, and what was answered",
    "share:read": "Read what was shared about a young person; the words of your own agency only",
    "share:record": "Record what was shared, withheld or asked for",
    "public-risk:read": "Read decisions about public protection panels",
    "public-risk:record": "Record decisions about public protection panels",
    "committee:read": "Read who sits on the committees of areas, how they meet, and their protocols",
    "committee:record": "Record members, meetings and protocols of your area's committee",
    "case-review:read": "Read serious case reviews that your agency or committee takes part in, and say what your agency did",
    "case-review:ask": "Ask a committee for a serious case review",
    "case-review:decide": "Decide on, keep and complete the serious case reviews of your area's committee",
    "flag:read": "Read flags and the risk register",
    "flag:answer": "Say what your agency makes of a flag",
    "flag:refresh": "Work out flags again",
    "model:train": "Train the risk model",
    "model:read": "Read how flags and risk models are worked out, and whom they miss",
    "model:sign": "Sign that a risk model may be used, and stop its use",
    "capacity:read": "See how many the panels of establishments can see",
    "capacity:set": "Say how many your panel can see",
    "indicator:set": "Change the thresholds of indicators",
    "review:read": "Read joint reviews",
    "panel:keep": "Keep the panel for joint review of your establishment, or those of your committee's area",
    "review:ask": "Ask that a young person be looked at by joint review",
    "review:figures": "See how joint reviews work, in figures",
    "review:arrange": "Arrange joint reviews and list cases",
    "review:view": "Give your agency's view of a case",
    "review:decide": "Record decisions and actions of joint reviews",
    "action:finish": "Say that an action is done",
    "import:run": "Bring in files of the records that you may make one by one, and take them back",
    "survey:read": "Read survey results",
    "survey:import": "Bring in surveys",
    "survey-comment:read": "Read what young people wrote in surveys",
    "survey-comment:mark": "Mark a comment in a survey that may hold a disclosure",
    "survey-comment:answer": "Say what was done about a comment in a survey",
    "pattern:read": "See where, when and how often harm is recorded in an establishment",
    "report:read": "Read the reports of your agency that are for your role, and take them out as files",
    "report:build": "Build reports for your agency",
    "report:schedule": "Schedule reports of your agency, so that they are built by themselves",
    "report:issue": "Issue reports of your agency",
    "statement:write": "Write what your agency says beside the figures of a report",
    "statement:sign": "Sign what your agency says in a report, and add to it later",
    "pack:read": "See de-identified packs of rows, and take them out as files",
    "pack:build": "Build de-identified packs of rows of every establishment",
    "break-glass:open": "Open the record of one young person in an emergency, for three hours",
    "break-glass:review": "Review records that people of your agency opened in an emergency",
    "subject-access:export": "Take out all that is kept about a young person for whom your agency answers, for them",
    "subject-access:record": "Record requests for what is kept about a young person, decide what is held back, and answer them",
    "retention:read": "See how long records of young people are kept for whom your agency answers, and which are held",
    "retention:hold": "Hold a record of a young person so that it is not destroyed, and lift the hold",
    "retention:destroy": "Propose that a record that is due be destroyed, confirm what another proposed, and break it off",
    "audit:read": "Read what people of your agency did and saw",
    "agency:read": "See the agencies that take part",
    "agency:manage": "Add agencies",
    "user:read": "See the users",
    "user:manage": "Add, disable and reset users",
    "api-key:manage": "Make and end API keys",
}

ALL_PERMISSIONS = frozenset().union(*PERMISSIONS.values())

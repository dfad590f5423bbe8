"""Every kind of thing that the trail records. Grammar: noun:what-happened. Names are stored for ever: add, never rename."""

from enum import StrEnum


class EventName(StrEnum):
    # accounts
    AGENCY_ADDED = "agency:added"
    AGENCY_CHANGED = "agency:changed"
    USER_ADDED = "user:added"
    USER_CHANGED = "user:changed"
    USER_DISABLED = "user:disabled"
    USER_RESET = "user:reset"
    PASSWORD_SET = "user:password-set"  # noqa: S105  # a name, not a password
    SIGNED_IN = "session:started"
    SIGN_IN_FAILED = "session:refused"
    SIGNED_OUT = "session:ended"
    SESSION_CONFIRMED = "session:confirmed"
    SESSION_ENDED = "session:ended-elsewhere"
    SESSIONS_ENDED = "session:all-ended"
    CODES_SET_UP = "codes:set-up"
    CODES_ENDED = "codes:ended"
    CODES_TAKEN_AWAY = "codes:taken-away"
    RECOVERY_CODES_MADE = "codes:recovery-made"
    RECOVERY_CODE_USED = "codes:recovery-used"
    KEY_MADE = "api-key:made"
    KEY_ROTATED = "api-key:rotated"
    KEY_REVOKED = "api-key:revoked"
    # drafts
    DRAFT_STARTED = "draft:started"
    DRAFT_SAVED = "draft:saved"
    DRAFT_DISCARDED = "draft:discarded"
    # people
    YOUNG_PEOPLE_SEARCHED = "young-person:searched"
    YOUNG_PEOPLE_LISTED = "young-person:listed"
    YOUNG_PERSON_READ = "young-person:read"
    YOUNG_PERSON_ADDED = "young-person:added"
    YOUNG_PERSON_CHANGED = "young-person:changed"
    YOUNG_PEOPLE_MERGED = "young-person:merged"
    MERGE_UNDONE = "young-person:merge-undone"
    NOT_SAME_SAID = "young-person:not-same"
    NAME_RECORDED = "other-name:recorded"
    NAME_ENDED = "other-name:ended"
    NUMBER_RECORDED = "external-number:recorded"
    NUMBER_ENDED = "external-number:ended"
    CHRONOLOGY_READ = "young-person:chronology-read"
    CHRONOLOGY_EXPORTED = "young-person:chronology-exported"
    ENTRY_MARKED = "chronology-mark:set"
    ENTRY_UNMARKED = "chronology-mark:taken-off"
    PLACEMENT_STARTED = "placement:started"
    PLACEMENT_ENDED = "placement:ended"
    PLACEMENT_CHANGED = "placement:changed"
    PLACEMENT_TRANSFERRED = "placement:transferred"
    TIME_OUT_STARTED = "time-out:started"
    TIME_OUT_CHANGED = "time-out:changed"
    TIME_OUT_ENDED = "time-out:ended"
    CARE_RECORDED = "care-period:recorded"
    CARE_CORRECTED = "care-period:corrected"
    WORKER_NAMED = "worker:named"
    WORKER_CHANGED = "worker:changed"
    WORKER_ENDED = "worker:ended"
    CONTACT_RECORDED = "contact:recorded"
    CONTACT_PLANNED = "contact-plan:started"
    CONTACT_PLAN_ENDED = "contact-plan:ended"
    BREAK_GLASS_OPENED = "break-glass:opened"
    BREAK_GLASS_REFUSED = "break-glass:refused"
    BREAK_GLASS_READ = "break-glass:read"
    BREAK_GLASS_REVIEWED = "break-glass:reviewed"
    KEEP_APART_STARTED = "keep-apart:started"
    KEEP_APART_READ = "keep-apart:read"
    KEEP_APART_REVIEWED = "keep-apart:reviewed"
    KEEP_APART_CONFIRMED = "keep-apart:confirmed"
    KEEP_APART_ENDED = "keep-apart:ended"
    # incidents
    INCIDENT_SUBMITTED = "incident:submitted"
    INCIDENT_READ = "incident:read"
    INCIDENT_CORRECTED = "incident:corrected"
    INCIDENT_MOVED = "incident:moved"
    INCIDENT_ADDENDUM = "incident:addendum"
    INCIDENT_INVOLVED = "incident:involved"
    INCIDENT_OUTCOME = "incident:outcome-recorded"
    INCIDENT_NOT_TOLD = "incident:not-told-recorded"
    INCIDENT_STAFF = "incident:staff-named"
    INCIDENT_ALLEGATION = "incident:allegation-recorded"
    INCIDENTS_EXPORTED = "incident:exported"
    INCIDENT_FEEDBACK = "incident:feedback-recorded"
    INVESTIGATION_STEP = "investigation:step-planned"
    INVESTIGATION_STEP_FINISHED = "investigation:step-finished"
    INVESTIGATION_INTERVIEW = "investigation:interview-recorded"
    INVESTIGATION_EVIDENCE = "investigation:evidence-recorded"
    INVESTIGATION_EVIDENCE_SETTLED = "investigation:evidence-settled"
    INVESTIGATION_WITHDRAWN = "investigation:entry-withdrawn"
    COMPLAINT_CONTENT = "complaint:content-recorded"
    COMPLAINT_CONCERN = "complaint:concern-recorded"
    BODY_MARK_ADDED = "body-mark:added"
    BODY_MARK_STRUCK = "body-mark:struck-out"
    FILE_ADDED = "incident-file:added"
    FILE_READ = "incident-file:read"
    FILE_WITHDRAWN = "incident-file:withdrawn"
    # welfare
    ASSESSMENT_COMPLETED = "assessment:completed"
    ASSESSMENT_READ = "assessment:read"
    ASSESSMENT_COUNTERSIGNED = "assessment:countersigned"
    ASSESSMENT_SENT_BACK = "assessment:sent-back"
    NEED_ADDED = "need:added"
    NEED_READ = "need:read"
    NEED_CHANGED = "need:changed"
    NEED_CLOSED = "need:closed"
    PAPERS_RECORDED = "paper:recorded"
    PAPER_READ = "paper:read"
    PAPER_FOLLOWED = "paper:followed"
    # time limits
    CLOCK_READ = "clock:read"
    CLOCK_HELD = "clock:held"
    CLOCK_RESUMED = "clock:resumed"
    CLOCKS_REFRESHED = "clock:refreshed"
    CALENDAR_MADE = "calendar:made"
    CALENDAR_ENDED = "calendar:ended"
    CALENDAR_READ = "calendar:read"
    # referrals
    REFERRAL_SENT = "referral:sent"
    REFERRAL_CONSIDERED = "referral:considered"
    REFERRAL_READ = "referral:read"
    REFERRAL_EVENT = "referral:event-recorded"
    REFERRAL_CHANGED = "referral:changed"
    REFERRAL_EXPORTED = "referral:exported"
    # sharing
    CHECK_ASKED = "check:asked"
    CHECK_ANSWERED = "check:answered"
    SHARE_RECORDED = "share:recorded"
    SHARE_ANSWERED = "share:answered"
    PUBLIC_RISK_DECIDED = "public-risk:decided"
    # committees
    COMMITTEE_MEMBER_NAMED = "committee-member:named"
    COMMITTEE_MEMBER_ENDED = "committee-member:ended"
    COMMITTEE_MET = "committee-meeting:recorded"
    COMMITTEE_MEETING_WITHDRAWN = "committee-meeting:withdrawn"
    PROTOCOL_RECORDED = "protocol:recorded"
    PROTOCOL_CHANGED = "protocol:changed"
    CASE_REVIEW_ASKED = "case-review:asked"
    CASE_REVIEW_READ = "case-review:read"
    CASE_REVIEW_DECIDED = "case-review:decided"
    CASE_REVIEW_PARTY = "case-review:party-added"
    CASE_REVIEW_RECEIVED = "case-review:management-review-received"
    CASE_REVIEW_RECOMMENDED = "case-review:recommended"
    CASE_REVIEW_DONE = "case-review:recommendation-done"
    CASE_REVIEW_CHANGE = "case-review:change-recorded"
    CASE_REVIEW_COMPLETED = "case-review:completed"
    # flags and reviews
    FLAGS_REFRESHED = "flag:refreshed"
    MODEL_TRAINED = "model:trained"
    MODEL_SIGNED = "model:signed"
    MODEL_STARTED = "model:started"
    MODEL_ENDED = "model:ended"
    CAPACITY_SET = "capacity:set"
    INDICATOR_SET = "indicator:set"
    INDICATORS_AUDITED = "indicator:audited"
    FLAG_READ = "flag:read"
    FLAG_ANSWERED = "flag:answered"
    PANEL_KEPT = "panel:kept"
    PANEL_CHANGED = "panel:changed"
    REVIEW_ARRANGED = "review:arranged"
    REVIEW_READ = "review:read"
    REVIEW_CHANGED = "review:changed"
    REVIEW_CASE_LISTED = "review-case:listed"
    REVIEW_CASE_READ = "review-case:read"
    REVIEW_VIEW_GIVEN = "review-case:view-given"
    REVIEW_DECIDED = "review-case:decided"
    REVIEW_CASE_PUT_OFF = "review-case:put-off"
    REVIEW_LOCKED = "review:locked"
    REVIEW_EXPORTED = "review:exported"
    REVIEW_ASKED = "review-request:made"
    REVIEW_REQUEST_WITHDRAWN = "review-request:withdrawn"
    REVIEW_LEFT_OFF = "review:left-off"
    REVIEW_ADDENDUM = "review:addendum-added"
    ACTION_AGREED = "action:agreed"
    ACTION_DONE = "action:done"
    ACTION_HANDED_OVER = "action:handed-over"
    ACTION_CANCEL_ASKED = "action:cancel-asked"
    ACTION_CANCELLED = "action:cancelled"
    ACTION_KEPT = "action:kept"
    # notices
    NOTICE_DONE = "notice:done"
    NOTICE_TAKEN_UP = "notice:taken-up-again"
    NOTICE_MAIL_CHOSEN = "notice:mail-chosen"
    NOTICES_REMINDED = "notice:reminded"
    # surveys
    IMPORT_MAPPING_KEPT = "import-mapping:kept"
    IMPORT_UPLOADED = "import:uploaded"
    IMPORT_MAPPED = "import:mapped"
    IMPORT_STARTED = "import:started"
    IMPORT_BATCH = "import:batch"
    IMPORT_ENDED = "import:ended"
    IMPORT_CANCELLED = "import:cancelled"
    IMPORT_UNDONE = "import:undone"
    IMPORT_ANSWERED = "import:answered"
    IMPORT_READ = "import:read"
    IMPORTS_LET_GO = "imports:let-go"
    SURVEY_IMPORTED = "survey:imported"
    SURVEY_ADDED_TO = "survey:added-to"
    SURVEY_CONFIRMED = "survey:confirmed"
    SURVEY_STOPPED = "survey:stopped"
    SURVEY_NOT_STORED = "survey:not-stored"
    SURVEY_UNDONE = "survey:undone"
    SURVEY_RESULTS_READ = "survey:results-read"
    SURVEY_COMPARED = "survey:compared"
    SURVEY_EXPORTED = "survey:exported"
    SURVEY_AGAINST_RECORDS = "survey:against-records"
    SURVEY_COMMENTS_READ = "survey-comment:read"
    SURVEY_COMMENTS_SAID_READ = "survey-comment:said-read"
    SURVEY_COMMENT_MARKED = "survey-comment:marked"
    SURVEY_COMMENT_ANSWERED = "survey-comment:answered"
    # patterns
    PATTERNS_READ = "pattern:read"
    PATTERNS_EXPORTED = "pattern:exported"
    # reports
    REPORT_ASKED = "report:asked"
    REPORT_BUILT = "report:built"
    REPORT_FAILED = "report:failed"
    REPORT_CANCELLED = "report:cancelled"
    REPORT_ISSUED = "report:issued"
    REPORT_READ = "report:read"
    REPORT_TAKEN = "report:taken-out"
    # lists, the trail itself, and the operator
    LIST_EXPORTED = "list:exported"
    AUDIT_READ = "audit:read"
    SYNTHETIC_ESTATE_LOADED = "synthetic:loaded"


# Looking at the record of one young person.
READS = frozenset(
    {
        EventName.YOUNG_PERSON_READ, EventName.CHRONOLOGY_READ, EventName.INCIDENT_READ, EventName.ASSESSMENT_READ, EventName.REFERRAL_READ,
        EventName.NEED_READ, EventName.PAPER_READ,
        EventName.FLAG_READ, EventName.REVIEW_CASE_READ, EventName.KEEP_APART_READ,
        EventName.FILE_READ, EventName.CLOCK_READ, EventName.CASE_REVIEW_READ,
    }
)  # fmt: skip
EXPORTS = frozenset(
    {EventName.INCIDENTS_EXPORTED, EventName.LIST_EXPORTED, EventName.CHRONOLOGY_EXPORTED, EventName.REFERRAL_EXPORTED, EventName.REVIEW_EXPORTED}
)


# The same in words, for those who read the trail.
WORDS: dict[EventName, str] = {
    EventName.AGENCY_ADDED: "Added an agency",
    EventName.AGENCY_CHANGED: "Changed an agency",
    EventName.USER_ADDED: "Added a user",
    EventName.USER_CHANGED: "Changed a user",
    EventName.USER_DISABLED: "Disabled a user",
    EventName.USER_RESET: "Took a user's password away",
    EventName.PASSWORD_SET: "Chose a password",
    EventName.SIGNED_IN: "Signed in",
    EventName.SIGN_IN_FAILED: "Tried to sign in and failed",
    EventName.SIGNED_OUT: "Signed out",
    EventName.SESSION_CONFIRMED: "Showed again who they are",
    EventName.SESSION_ENDED: "Ended a session of theirs elsewhere",
    EventName.SESSIONS_ENDED: "Ended every session of a user",
    EventName.CODES_SET_UP: "Set up a phone to sign in with",
    EventName.CODES_ENDED: "Stopped signing in with codes",
    EventName.CODES_TAKEN_AWAY: "Took away a user's phone for signing in",
    EventName.RECOVERY_CODES_MADE: "Made new recovery codes",
    EventName.RECOVERY_CODE_USED: "Used a recovery code",
    EventName.KEY_MADE: "Made an API key",
    EventName.KEY_ROTATED: "Made a new API key in place of another",
    EventName.KEY_REVOKED: "Ended an API key",
    EventName.DRAFT_STARTED: "Began a draft",
    EventName.DRAFT_SAVED: "Saved a draft",
    EventName.DRAFT_DISCARDED: "Threw a draft away",
    EventName.YOUNG_PEOPLE_SEARCHED: "Searched for young people",
    EventName.YOUNG_PEOPLE_LISTED: "Was shown a list of young people",
    EventName.YOUNG_PERSON_READ: "Read a young person's record",
    EventName.YOUNG_PERSON_ADDED: "Added a young person",
    EventName.YOUNG_PERSON_CHANGED: "Changed a young person's details",
    EventName.YOUNG_PEOPLE_MERGED: "Merged two records of one young person",
    EventName.MERGE_UNDONE: "Undid a merge of two records",
    EventName.NOT_SAME_SAID: "Said that two records are of two young people",
    EventName.NAME_RECORDED: "Recorded another name",
    EventName.NAME_ENDED: "Recorded that another name ended",
    EventName.NUMBER_RECORDED: "Recorded a number given by others",
    EventName.NUMBER_ENDED: "Recorded that a number given by others ended",
    EventName.CHRONOLOGY_READ: "Read a chronology",
    EventName.CHRONOLOGY_EXPORTED: "Took out a chronology as a document",
    EventName.BREAK_GLASS_OPENED: "Opened a record in an emergency",
    EventName.BREAK_GLASS_REFUSED: "Tried to open a record in an emergency and failed",
    EventName.BREAK_GLASS_READ: "Read of a record that was opened in an emergency",
    EventName.BREAK_GLASS_REVIEWED: "Reviewed that a record was opened in an emergency",
    EventName.ENTRY_MARKED: "Marked an entry of a chronology as significant",
    EventName.ENTRY_UNMARKED: "Took a mark off an entry of a chronology",
    EventName.PLACEMENT_STARTED: "Recorded an arrival",
    EventName.PLACEMENT_ENDED: "Recorded a departure",
    EventName.PLACEMENT_CHANGED: "Recorded a move within the establishment",
    EventName.PLACEMENT_TRANSFERRED: "Recorded a transfer to another establishment",
    EventName.TIME_OUT_STARTED: "Recorded that a young person went out for a time",
    EventName.TIME_OUT_CHANGED: "Changed what is expected of a time out",
    EventName.TIME_OUT_ENDED: "Recorded how a time out ended",
    EventName.CARE_RECORDED: "Recorded care status",
    EventName.CARE_CORRECTED: "Corrected care status",
    EventName.WORKER_NAMED: "Recorded who works with a young person",
    EventName.WORKER_CHANGED: "Changed how a worker is reached",
    EventName.WORKER_ENDED: "Recorded that a worker's part ended",
    EventName.CONTACT_RECORDED: "Recorded a contact",
    EventName.CONTACT_PLANNED: "Planned contacts",
    EventName.CONTACT_PLAN_ENDED: "Ended a plan of contacts",
    EventName.KEEP_APART_STARTED: "Began to keep two young people apart",
    EventName.KEEP_APART_READ: "Read a keep-apart",
    EventName.KEEP_APART_REVIEWED: "Reviewed a keep-apart",
    EventName.KEEP_APART_CONFIRMED: "Placed someone near a young person they are to be kept apart from",
    EventName.KEEP_APART_ENDED: "Ended a keep-apart",
    EventName.INCIDENT_SUBMITTED: "Recorded an incident",
    EventName.INCIDENT_READ: "Read an incident",
    EventName.INCIDENT_CORRECTED: "Corrected an incident",
    EventName.INCIDENT_MOVED: "Moved an incident on",
    EventName.INCIDENT_ADDENDUM: "Added to an incident",
    EventName.INCIDENT_INVOLVED: "Added someone to an incident",
    EventName.INCIDENT_OUTCOME: "Recorded what was done about an incident",
    EventName.INCIDENT_NOT_TOLD: "Recorded why someone has not been told of an incident",
    EventName.INCIDENT_STAFF: "Named a member of staff in an incident",
    EventName.INCIDENT_ALLEGATION: "Recorded how an allegation against staff stands",
    EventName.INCIDENTS_EXPORTED: "Exported a list of incidents",
    EventName.INCIDENT_FEEDBACK: "Recorded who was told what came of an incident",
    EventName.INVESTIGATION_STEP: "Planned a step of an investigation",
    EventName.INVESTIGATION_STEP_FINISHED: "Finished a step of an investigation",
    EventName.INVESTIGATION_INTERVIEW: "Recorded a talk in an investigation",
    EventName.INVESTIGATION_EVIDENCE: "Recorded evidence of an incident",
    EventName.INVESTIGATION_EVIDENCE_SETTLED: "Recorded what became of evidence",
    EventName.INVESTIGATION_WITHDRAWN: "Said that something in an investigation was recorded in error",
    EventName.COMPLAINT_CONTENT: "Recorded whether a young person is content with an answer",
    EventName.COMPLAINT_CONCERN: "Recorded the harm that a complaint told of",
    EventName.BODY_MARK_ADDED: "Added a mark to a body map",
    EventName.BODY_MARK_STRUCK: "Struck out a mark on a body map",
    EventName.FILE_ADDED: "Added a file to an incident",
    EventName.FILE_READ: "Opened a file of an incident",
    EventName.FILE_WITHDRAWN: "Withdrew a file of an incident",
    EventName.ASSESSMENT_COMPLETED: "Completed an assessment",
    EventName.ASSESSMENT_READ: "Read an assessment",
    EventName.ASSESSMENT_COUNTERSIGNED: "Countersigned an assessment",
    EventName.ASSESSMENT_SENT_BACK: "Sent an assessment back to be put right",
    EventName.NEED_ADDED: "Put a need into a welfare plan",
    EventName.NEED_READ: "Read a need in a welfare plan",
    EventName.NEED_CHANGED: "Changed what will be done about a need",
    EventName.NEED_CLOSED: "Recorded what came of a need",
    EventName.PAPERS_RECORDED: "Recorded which papers came with a young person",
    EventName.PAPER_READ: "Read what is known of a paper",
    EventName.PAPER_FOLLOWED: "Recorded what happened about a missing paper",
    EventName.CLOCK_READ: "Read how a time limit was worked out",
    EventName.CLOCK_HELD: "Paused or voided a time limit",
    EventName.CLOCK_RESUMED: "Let a time limit run again",
    EventName.CLOCKS_REFRESHED: "Worked out anew when time limits are due",
    EventName.CALENDAR_MADE: "Made a calendar address of time limits",
    EventName.CALENDAR_ENDED: "Ended a calendar address of time limits",
    EventName.CALENDAR_READ: "Read the calendar of time limits, which names nobody",
    EventName.REFERRAL_SENT: "Sent a referral",
    EventName.REFERRAL_CONSIDERED: "Considered a referral and did not make it",
    EventName.REFERRAL_READ: "Read a referral",
    EventName.REFERRAL_EVENT: "Recorded an event of a referral",
    EventName.REFERRAL_CHANGED: "Changed a referral",
    EventName.REFERRAL_EXPORTED: "Took out a referral as a document or as data",
    EventName.CHECK_ASKED: "Recorded that an authority was asked about a young person",
    EventName.CHECK_ANSWERED: "Recorded what an authority answered",
    EventName.SHARE_RECORDED: "Recorded that information was shared, withheld or asked for",
    EventName.SHARE_ANSWERED: "Recorded what became of information that was asked for",
    EventName.PUBLIC_RISK_DECIDED: "Recorded a decision about a public protection panel",
    EventName.COMMITTEE_MEMBER_NAMED: "Recorded a member of an area's committee",
    EventName.COMMITTEE_MEMBER_ENDED: "Recorded the last day of a member of a committee",
    EventName.COMMITTEE_MET: "Recorded a meeting of a committee",
    EventName.COMMITTEE_MEETING_WITHDRAWN: "Withdrew a meeting of a committee",
    EventName.PROTOCOL_RECORDED: "Recorded a protocol between agencies",
    EventName.PROTOCOL_CHANGED: "Recorded that a protocol was reviewed, or ended",
    EventName.CASE_REVIEW_ASKED: "Asked a committee for a serious case review",
    EventName.CASE_REVIEW_READ: "Read a serious case review",
    EventName.CASE_REVIEW_DECIDED: "Recorded whether a serious case review is held",
    EventName.CASE_REVIEW_PARTY: "Put an agency on the panel of a serious case review",
    EventName.CASE_REVIEW_RECEIVED: "Recorded that a management review came",
    EventName.CASE_REVIEW_RECOMMENDED: "Recorded a recommendation of a serious case review",
    EventName.CASE_REVIEW_DONE: "Recorded that a recommendation was done",
    EventName.CASE_REVIEW_CHANGE: "Recorded what a serious case review changed in practice",
    EventName.CASE_REVIEW_COMPLETED: "Completed a serious case review",
    EventName.FLAGS_REFRESHED: "Refreshed the flags",
    EventName.MODEL_TRAINED: "Trained a risk model",
    EventName.MODEL_SIGNED: "Signed a version of the risk model",
    EventName.MODEL_STARTED: "Put a version of the risk model to use",
    EventName.MODEL_ENDED: "Took a version of the risk model out of use",
    EventName.CAPACITY_SET: "Said how many a panel can see",
    EventName.INDICATOR_SET: "Changed a threshold of an indicator",
    EventName.INDICATORS_AUDITED: "Worked out whom indicators flag and miss",
    EventName.FLAG_READ: "Read a flag",
    EventName.FLAG_ANSWERED: "Said what came of a flag",
    EventName.PANEL_KEPT: "Recorded a panel for joint review",
    EventName.PANEL_CHANGED: "Changed a panel for joint review",
    EventName.REVIEW_ARRANGED: "Arranged a joint review",
    EventName.REVIEW_READ: "Read a joint review",
    EventName.REVIEW_CHANGED: "Changed a joint review",
    EventName.REVIEW_CASE_LISTED: "Listed a case for joint review",
    EventName.REVIEW_CASE_READ: "Read a case of a joint review",
    EventName.REVIEW_VIEW_GIVEN: "Gave an agency's view",
    EventName.REVIEW_DECIDED: "Recorded a decision",
    EventName.REVIEW_CASE_PUT_OFF: "Put off a case of a joint review",
    EventName.REVIEW_LOCKED: "Locked the minutes of a joint review",
    EventName.REVIEW_EXPORTED: "Took out the pack or the minutes of a joint review",
    EventName.REVIEW_ASKED: "Asked for a joint review",
    EventName.REVIEW_REQUEST_WITHDRAWN: "Took back a request for joint review",
    EventName.REVIEW_LEFT_OFF: "Left someone for a later joint review",
    EventName.REVIEW_ADDENDUM: "Added to the locked minutes of a joint review",
    EventName.ACTION_AGREED: "Recorded an action",
    EventName.ACTION_DONE: "Finished an action",
    EventName.ACTION_HANDED_OVER: "Handed an action over",
    EventName.ACTION_CANCEL_ASKED: "Asked to cancel an action",
    EventName.ACTION_CANCELLED: "Cancelled an action",
    EventName.ACTION_KEPT: "Kept an action that was to be cancelled",
    EventName.NOTICE_DONE: "Put a notice aside as seen to",
    EventName.NOTICE_TAKEN_UP: "Put a notice back among those to be seen to",
    EventName.NOTICE_MAIL_CHOSEN: "Chose how to hear of notices",
    EventName.NOTICES_REMINDED: "Told people of what is due",
    EventName.IMPORT_MAPPING_KEPT: "Kept how files of a source are read",
    EventName.IMPORT_UPLOADED: "Sent a file of records",
    EventName.IMPORT_MAPPED: "Said how a file of records is read",
    EventName.IMPORT_STARTED: "Began to bring in a file of records",
    EventName.IMPORT_BATCH: "Brought in records from a file",
    EventName.IMPORT_ENDED: "Ended bringing in a file of records",
    EventName.IMPORT_CANCELLED: "Cancelled bringing in a file of records",
    EventName.IMPORT_UNDONE: "Took back the records of a file",
    EventName.IMPORT_ANSWERED: "Said whether a row of a file is of someone who is recorded",
    EventName.IMPORT_READ: "Looked at rows of a file of records",
    EventName.IMPORTS_LET_GO: "Let go of files and refused rows that nobody needs any more",
    EventName.SURVEY_IMPORTED: "Imported a survey",
    EventName.SURVEY_ADDED_TO: "Added a file to a survey",
    EventName.SURVEY_CONFIRMED: "Confirmed a file of a survey",
    EventName.SURVEY_STOPPED: "Stopped a file of a survey on its way in",
    EventName.SURVEY_NOT_STORED: "Ended bringing in a file of a survey, with nothing stored",
    EventName.SURVEY_UNDONE: "Took back the import of a survey",
    EventName.SURVEY_RESULTS_READ: "Read survey results",
    EventName.LIST_EXPORTED: "Took out a list as a file",
    EventName.SURVEY_COMPARED: "Compared survey results",
    EventName.SURVEY_EXPORTED: "Exported survey results",
    EventName.SURVEY_AGAINST_RECORDS: "Read survey results beside what is recorded",
    EventName.SURVEY_COMMENTS_READ: "Was shown what was written in surveys",
    EventName.SURVEY_COMMENTS_SAID_READ: "Said that comments in surveys were read",
    EventName.SURVEY_COMMENT_MARKED: "Marked a comment in a survey that may hold a disclosure",
    EventName.SURVEY_COMMENT_ANSWERED: "Recorded what was done about a comment in a survey",
    EventName.PATTERNS_READ: "Read patterns of incidents of an establishment",
    EventName.PATTERNS_EXPORTED: "Took out patterns of incidents as a file",
    EventName.REPORT_ASKED: "Asked for a report",
    EventName.REPORT_BUILT: "Built a report",
    EventName.REPORT_FAILED: "Could not build a report",
    EventName.REPORT_CANCELLED: "Stopped a report that was being built",
    EventName.REPORT_ISSUED: "Issued a report",
    EventName.REPORT_READ: "Read a report",
    EventName.REPORT_TAKEN: "Took out a report as a file",
    EventName.AUDIT_READ: "Read the audit trail",
    EventName.SYNTHETIC_ESTATE_LOADED: "Loaded synthetic data",
}

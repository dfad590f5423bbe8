"""Who is told what: one table that the code runs, the tests enumerate and the docs print."""

from enum import StrEnum

from msgspec import Struct

from yosafe.accounts.permissions import Role


class Event(StrEnum):
    """Kept with notices for ever: add, never rename."""

    INCIDENT_RECORDED = "incident-recorded"
    INCIDENT_SERIOUS = "incident-serious"
    ALLEGATION_RECORDED = "allegation-recorded"
    COMPLAINT_SEALED = "complaint-sealed"
    CONCERNS_ACCUMULATED = "concerns-accumulated"
    INVESTIGATION_GIVEN = "investigation-given"
    INCIDENT_CONCLUDED = "incident-concluded"
    REFERRAL_RECEIVED = "referral-received"
    REFERRAL_ANSWERED = "referral-answered"
    CLOCK_DUE_SOON = "clock-due-soon"
    CLOCK_OVERDUE = "clock-overdue"
    CASE_LISTED = "case-listed"
    REVIEW_ASKED = "review-asked"
    ACTION_GIVEN = "action-given"
    ACTION_DUE_SOON = "action-due-soon"
    ACTION_TO_CANCEL = "action-to-cancel"
    ACTION_OVERDUE = "action-overdue"
    KEEP_APART_DUE = "keep-apart-due"
    ASSESSMENT_WAITS = "assessment-waits"
    ASSESSMENT_SENT_BACK = "assessment-sent-back"
    NEED_OVERDUE = "need-overdue"
    CASE_REVIEW_ASKED = "case-review-asked"
    CASE_REVIEW_DECIDED = "case-review-decided"
    COMMENT_MARKED = "comment-marked"
    RECORD_OPENED = "record-opened"
    CODES_TAKEN_AWAY = "codes-taken-away"
    REPORT_READY = "report-ready"
    REPORT_NOT_BUILT = "report-not-built"
    REPORT_SCHEDULE_STOPPED = "report-schedule-stopped"
    IDENTITY_LINKED = "identity-linked"
    SUBJECT_REQUEST_DUE = "subject-request-due"
    SUBJECT_REQUEST_OVERDUE = "subject-request-overdue"


class To(StrEnum):
    """Whom an event is for. What each means in the database is in `telling`."""

    LEADS = "leads"
    NAMED = "named"
    AUTHORITY = "authority"
    TEAM = "team"
    COMMITTEE = "committee"
    AGENCY = "agency"
    KEEPERS = "keepers"
    OFFICERS = "officers"


TO_WORDS: dict[To, str] = {
    To.LEADS: "the safeguarding leads of the establishment",
    To.NAMED: "the person themselves",
    To.AUTHORITY: "the social workers of the authorities concerned",
    To.TEAM: "the workers of the home {yot}",
    To.COMMITTEE: "the members of the area's {acpc}",
    To.AGENCY: "the caseworkers of the agency that took it on",
    To.OFFICERS: "the data protection officers of the agency, or of those who run yosafe where it has none",
    To.KEEPERS: "those who must meet it: the leads of an establishment, or the workers of the agency of the area",
}
# Who does casework in an agency. Officers of an establishment are many: their leads are told, and name who is to do it.
CASEWORKERS = (Role.YOT_WORKER, Role.YOI_LEAD, Role.SOCIAL_WORKER, Role.ACPC_MEMBER)


class Told(Struct, frozen=True, kw_only=True):
    """`words` are the notice, without names; `when` says for the docs what makes it. `urgent` ones are marked so. Nobody is told the same of the same
    record twice within `again_after` days; 0: every time."""

    words: str
    when: str
    to: tuple[To, ...]
    urgent: bool = False
    again_after: int = 0


ONCE = 36_500

TOLD: dict[Event, Told] = {
    Event.INCIDENT_RECORDED: Told(words="An incident was recorded", when="an incident is submitted", to=(To.LEADS,)),
    Event.INCIDENT_SERIOUS: Told(words="A serious incident was recorded", when="a serious incident is submitted", to=(To.LEADS,), urgent=True),
    Event.ALLEGATION_RECORDED: Told(
        words="An allegation against staff was recorded",
        when="an allegation against staff is submitted; nobody who is named in it as staff is told",
        to=(To.LEADS,),
        urgent=True,
    ),
    Event.COMPLAINT_SEALED: Told(
        words="A sealed complaint was recorded",
        when="a complaint that came by the confidential channel is submitted; to everybody else it does not exist",
        to=(To.LEADS,),
        urgent=True,
    ),
    Event.CONCERNS_ACCUMULATED: Told(
        words="Several concerns about one young person came close together",
        when="an incident makes as many concerns about a young person as the indicator of accumulation counts",
        to=(To.LEADS,),
        urgent=True,
        again_after=7,
    ),
    Event.INVESTIGATION_GIVEN: Told(
        words="An incident was given to you to look after", when="an incident gets an owner, or another one", to=(To.NAMED,)
    ),
    Event.INCIDENT_CONCLUDED: Told(
        words="There is an outcome of an incident that you recorded", when="an incident is concluded: who recorded it", to=(To.NAMED,)
    ),
    Event.REFERRAL_RECEIVED: Told(words="A referral was sent to your authority", when="a referral is sent", to=(To.AUTHORITY,), urgent=True),
    Event.REFERRAL_ANSWERED: Told(
        words="A referral that you made was answered",
        when="an authority decides, declines, or ends a referral: who sent it",
        to=(To.NAMED,),
    ),
    Event.CLOCK_DUE_SOON: Told(
        words="A time limit is nearly up", when="a time limit has two working days left or less", to=(To.KEEPERS,), again_after=ONCE
    ),
    Event.CLOCK_OVERDUE: Told(
        words="A time limit has passed",
        when="a time limit passed without being met, in the last week; who supervises is told too",
        to=(To.KEEPERS, To.LEADS, To.COMMITTEE),
        urgent=True,
        again_after=ONCE,
    ),
    Event.CASE_LISTED: Told(
        words="A joint review asks for your agency's view",
        when="a young person is put on the agenda of a joint review",
        to=(To.TEAM, To.AUTHORITY, To.COMMITTEE),
    ),
    Event.REVIEW_ASKED: Told(
        words="An agency asks for a joint review",
        when="an agency asks that a young person be looked at by joint review; it shows until a case comes of it or it is taken back",
        to=(To.LEADS, To.COMMITTEE),
    ),
    Event.ACTION_GIVEN: Told(words="A joint review gave your agency an action", when="an action is agreed", to=(To.AGENCY,)),
    Event.ACTION_OVERDUE: Told(
        words="An action of a joint review is overdue",
        when="an action passed its day, in the last four weeks, and again each week; who supervises is told too",
        to=(To.AGENCY, To.LEADS),
        again_after=7,
    ),
    Event.ACTION_DUE_SOON: Told(
        words="An action of a joint review is nearly due",
        when="an action is due in the next three days; who supervises is told too",
        to=(To.AGENCY, To.LEADS),
        again_after=ONCE,
    ),
    Event.ACTION_TO_CANCEL: Told(
        words="Somebody asks to cancel an action of a joint review",
        when="it is asked that an action be cancelled: those who run the review, one of whom decides as a second person",
        to=(To.LEADS, To.COMMITTEE),
    ),
    Event.COMMENT_MARKED: Told(
        words="A comment in a survey may hold a disclosure",
        when="a reader marks it; it shows until it is recorded what was done",
        to=(To.LEADS,),
        urgent=True,
    ),
    Event.RECORD_OPENED: Told(
        words="Someone opened a record in an emergency",
        when="a caseworker opens the record of a young person whom they have no duty towards; it shows until it is reviewed",
        to=(To.OFFICERS,),
        urgent=True,
    ),
    Event.CODES_TAKEN_AWAY: Told(
        words="Your phone for signing in was taken away",
        when="an administrator takes away the phone and the recovery codes of someone who lost them: the person themselves",
        to=(To.NAMED,),
        urgent=True,
    ),
    Event.IDENTITY_LINKED: Told(
        words="Your account can be signed in to through another service",
        when="an administrator links someone's account with one of the service that signs people in: the person themselves",
        to=(To.NAMED,),
        urgent=True,
    ),
    Event.SUBJECT_REQUEST_DUE: Told(
        words="A request for what is kept about a young person is nearly due",
        when="a request has a week left or less; it shows until it is answered",
        to=(To.OFFICERS,),
        again_after=ONCE,
    ),
    Event.SUBJECT_REQUEST_OVERDUE: Told(
        words="A request for what is kept about a young person is overdue",
        when="the time limit of a request passed without an answer, and again each week",
        to=(To.OFFICERS,),
        urgent=True,
        again_after=7,
    ),
    Event.REPORT_READY: Told(
        words="A report that you asked for is built",
        when="a worker has built a report: who asked for it or scheduled it; it shows until the report is issued",
        to=(To.NAMED,),
    ),
    Event.REPORT_NOT_BUILT: Told(
        words="A report that you asked for could not be built",
        when="a worker could not build a report: who asked for it or scheduled it",
        to=(To.NAMED,),
    ),
    Event.REPORT_SCHEDULE_STOPPED: Told(
        words="A report that you scheduled has stopped",
        when="a scheduled report could not be asked for on its day: who scheduled it; it shows until someone lets it go on or ends it",
        to=(To.NAMED,),
    ),
    Event.KEEP_APART_DUE: Told(
        words="A keep-apart is due to be reviewed", when="the day of the review has come, in the last week", to=(To.LEADS,), again_after=7
    ),
    Event.ASSESSMENT_WAITS: Told(
        words="An assessment waits for a second person",
        when="a welfare assessment is completed: the other caseworkers of the agency, until one of them decides",
        to=(To.AGENCY,),
    ),
    Event.ASSESSMENT_SENT_BACK: Told(
        words="An assessment that you completed was sent back", when="a second person sends an assessment back: who completed it", to=(To.NAMED,)
    ),
    Event.NEED_OVERDUE: Told(
        words="A need in a welfare plan is past its day",
        when="a need passed the day by which something was to be done, in the last week: whoever is to see to it",
        to=(To.KEEPERS, To.AGENCY),
        again_after=ONCE,
    ),
    Event.CASE_REVIEW_ASKED: Told(
        words="A {serious_case_review} was asked for",
        when="an agency asks the committee of an area for one: those who decide",
        to=(To.COMMITTEE,),
        urgent=True,
    ),
    Event.CASE_REVIEW_DECIDED: Told(
        words="A {serious_case_review} that you asked for was decided on", when="a committee decides whether it holds one: who asked", to=(To.NAMED,)
    ),
}

# Why, in a few words, for events that say more by a code.
REASONS: dict[str, str] = {
    "assigned": "You are its first owner",
    "reassigned": "Someone else had it before",
    "decided": "Decided",
    "declined": "Declined",
    "ended": "Ended",
}

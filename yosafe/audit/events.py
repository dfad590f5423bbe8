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
    KEY_MADE = "api-key:made"
    KEY_REVOKED = "api-key:revoked"
    # drafts
    DRAFT_STARTED = "draft:started"
    DRAFT_SAVED = "draft:saved"
    DRAFT_DISCARDED = "draft:discarded"
    # people
    YOUNG_PEOPLE_SEARCHED = "young-person:searched"
    YOUNG_PERSON_READ = "young-person:read"
    YOUNG_PERSON_ADDED = "young-person:added"
    YOUNG_PERSON_CHANGED = "young-person:changed"
    CHRONOLOGY_READ = "young-person:chronology-read"
    PLACEMENT_STARTED = "placement:started"
    PLACEMENT_ENDED = "placement:ended"
    PLACEMENT_CHANGED = "placement:changed"
    CARE_RECORDED = "care-period:recorded"
    CONTACT_RECORDED = "contact:recorded"
    # incidents
    INCIDENT_SUBMITTED = "incident:submitted"
    INCIDENT_READ = "incident:read"
    INCIDENT_CORRECTED = "incident:corrected"
    INCIDENT_MOVED = "incident:moved"
    INCIDENT_ADDENDUM = "incident:addendum"
    INCIDENT_INVOLVED = "incident:involved"
    INCIDENTS_EXPORTED = "incident:exported"
    # welfare
    ASSESSMENT_COMPLETED = "assessment:completed"
    ASSESSMENT_READ = "assessment:read"
    # referrals
    REFERRAL_SENT = "referral:sent"
    REFERRAL_CONSIDERED = "referral:considered"
    REFERRAL_READ = "referral:read"
    REFERRAL_EVENT = "referral:event-recorded"
    REFERRAL_CHANGED = "referral:changed"
    # flags and reviews
    FLAGS_REFRESHED = "flag:refreshed"
    FLAG_READ = "flag:read"
    FLAG_ANSWERED = "flag:answered"
    REVIEW_ARRANGED = "review:arranged"
    REVIEW_READ = "review:read"
    REVIEW_CHANGED = "review:changed"
    REVIEW_CASE_LISTED = "review-case:listed"
    REVIEW_CASE_READ = "review-case:read"
    REVIEW_VIEW_GIVEN = "review-case:view-given"
    REVIEW_DECIDED = "review-case:decided"
    ACTION_AGREED = "action:agreed"
    ACTION_DONE = "action:done"
    # surveys
    SURVEY_IMPORTED = "survey:imported"
    SURVEY_RESULTS_READ = "survey:results-read"
    # the trail itself, and the operator
    AUDIT_READ = "audit:read"
    SYNTHETIC_ESTATE_LOADED = "synthetic:loaded"

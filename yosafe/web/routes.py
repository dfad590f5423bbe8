"""Every controller, feature by feature: one line each."""

from typing import Any

from yosafe.accounts.api import AccountsApi
from yosafe.accounts.pages import AccountPages, AdminPages
from yosafe.accounts.trail_pages import TrailApi, TrailPages
from yosafe.incidents.acting import ActingPages
from yosafe.incidents.api import IncidentsApi
from yosafe.incidents.mending import MendingPages
from yosafe.incidents.pages import IncidentPages
from yosafe.incidents.recording import RecordingPages
from yosafe.people.api import ClocksApi, IdentifiersApi, PeopleApi, RecordsApi
from yosafe.people.keep_apart.api import KeepApartApi
from yosafe.people.keep_apart.pages import KeepApartPages
from yosafe.people.merge_api import MergeApi
from yosafe.people.merge_pages import MergePages
from yosafe.people.pages import ChildrenPages
from yosafe.people.record_pages import IdentifierPages, RecordPages
from yosafe.referrals.api import ReferralsApi
from yosafe.referrals.flow_pages import ReferralFlowPages
from yosafe.referrals.pages import ReferralPages
from yosafe.reviews.api import FlagsApi
from yosafe.reviews.decision_pages import DecisionPages
from yosafe.reviews.meeting_api import ReviewsApi
from yosafe.reviews.meeting_pages import ReviewPages
from yosafe.reviews.pages import FlagPages
from yosafe.surveys.api import SurveysApi
from yosafe.surveys.compare_pages import ComparisonPages
from yosafe.surveys.pages import SurveyPages
from yosafe.welfare.api import AssessmentsApi
from yosafe.welfare.flow_pages import AssessmentFlow
from yosafe.welfare.pages import AssessmentPages

from .health import HealthRoutes
from .help import HelpPages
from .worklist import WorklistPage

API: list[Any] = [
    AccountsApi,
    TrailApi,
    PeopleApi,
    RecordsApi,
    MergeApi,
    IdentifiersApi,
    ClocksApi,
    KeepApartApi,
    IncidentsApi,
    ReferralsApi,
    FlagsApi,
    ReviewsApi,
    SurveysApi,
    AssessmentsApi,
]

PAGES: list[Any] = [
    HealthRoutes,
    HelpPages,
    WorklistPage,
    AccountPages,
    AdminPages,
    TrailPages,
    ChildrenPages,
    RecordPages,
    MergePages,
    KeepApartPages,
    IdentifierPages,
    IncidentPages,
    RecordingPages,
    ActingPages,
    MendingPages,
    FlagPages,
    ReviewPages,
    DecisionPages,
    ReferralFlowPages,
    ReferralPages,
    SurveyPages,
    ComparisonPages,
    AssessmentPages,
    AssessmentFlow,
]

"""Every controller, feature by feature: one line each."""

from typing import Any

from yosafe.accounts.api import AccountsApi
from yosafe.accounts.code_pages import CodePages
from yosafe.accounts.pages import AccountPages, AdminPages
from yosafe.accounts.provider_pages import ProviderPages
from yosafe.accounts.session_api import SessionsApi
from yosafe.accounts.trail_pages import TrailApi, TrailPages
from yosafe.accounts.user_pages import UserPages
from yosafe.against_records.api import AgainstRecordsApi
from yosafe.against_records.pages import AgainstRecordsPages
from yosafe.committees.api import CommitteesApi
from yosafe.committees.case_reviews.api import CaseReviewsApi
from yosafe.committees.case_reviews.pages import CaseReviewPages
from yosafe.committees.pages import CommitteePages
from yosafe.imports.api import ImportsApi
from yosafe.imports.pages import ImportPages
from yosafe.incidents.acting import ActingPages
from yosafe.incidents.api import IncidentsApi
from yosafe.incidents.body_map.api import BodyMapApi
from yosafe.incidents.body_map.pages import BodyMapPages
from yosafe.incidents.complaints.api import ComplaintsApi
from yosafe.incidents.complaints.pages import ComplaintPages
from yosafe.incidents.files.api import FilesApi
from yosafe.incidents.files.pages import FilePages
from yosafe.incidents.investigation.api import InvestigationsApi
from yosafe.incidents.investigation.pages import InvestigationPages
from yosafe.incidents.mending import MendingPages
from yosafe.incidents.pages import IncidentPages
from yosafe.incidents.recording import RecordingPages
from yosafe.notices.api import NoticesApi
from yosafe.notices.pages import NoticePages
from yosafe.patterns.api import PatternsApi
from yosafe.patterns.pages import PatternPages
from yosafe.people.adding_pages import AddingPages
from yosafe.people.api import ClocksApi, IdentifiersApi, PeopleApi, RecordsApi
from yosafe.people.break_glass.api import BreakGlassApi
from yosafe.people.break_glass.pages import BreakGlassPages
from yosafe.people.contact_plans.api import ContactPlansApi
from yosafe.people.contact_plans.pages import ContactPlanPages
from yosafe.people.document_pages import DocumentApi, DocumentPages
from yosafe.people.duplicates.api import DuplicatesApi
from yosafe.people.duplicates.pages import DuplicatePages
from yosafe.people.finding.api import SearchApi
from yosafe.people.finding.pages import SearchPages
from yosafe.people.identifier_pages import IdentifierPages
from yosafe.people.keep_apart.api import KeepApartApi
from yosafe.people.keep_apart.pages import KeepApartPages
from yosafe.people.known.pages import KnownPages
from yosafe.people.marks.api import MarksApi
from yosafe.people.marks.pages import MarkPages
from yosafe.people.merge_api import MergeApi
from yosafe.people.merge_pages import MergePages
from yosafe.people.moving_pages import MovingPages
from yosafe.people.pages import ChildrenPages
from yosafe.people.record_pages import RecordPages
from yosafe.people.time_limits.api import TimeLimitsApi
from yosafe.people.time_limits.pages import TimeLimitPages
from yosafe.people.time_out.api import TimeOutApi
from yosafe.people.time_out.pages import TimeOutPages
from yosafe.people.workers.api import WorkersApi
from yosafe.people.workers.pages import WorkerPages
from yosafe.referrals.api import ReferralsApi
from yosafe.referrals.flow_pages import ReferralFlowPages
from yosafe.referrals.pages import ReferralPages
from yosafe.reporting.api import ReportsApi
from yosafe.reporting.packs.api import PacksApi
from yosafe.reporting.packs.pages import InspectionPackPages
from yosafe.reporting.pages import ReportPages
from yosafe.reporting.schedules.api import SchedulesApi
from yosafe.reporting.schedules.pages import SchedulePages
from yosafe.reporting.statement_api import StatementsApi
from yosafe.reporting.statement_pages import StatementPages
from yosafe.retention.records.api import RetentionApi
from yosafe.retention.records.destruction_api import DestructionsApi
from yosafe.retention.records.destruction_pages import DestructionPages
from yosafe.retention.records.pages import RetentionPages
from yosafe.reviews.agenda.api import AgendaApi
from yosafe.reviews.agenda.pages import AgendaPages
from yosafe.reviews.api import FlagsApi
from yosafe.reviews.decision_pages import DecisionPages
from yosafe.reviews.figures.pages import FigurePages, FiguresApi
from yosafe.reviews.meeting_api import ReviewsApi
from yosafe.reviews.meeting_pages import ReviewPages
from yosafe.reviews.minutes.api import MinutesApi
from yosafe.reviews.minutes.pages import MinutesPages
from yosafe.reviews.pack.api import PackApi
from yosafe.reviews.pack.pages import PackPages
from yosafe.reviews.pages import FlagPages
from yosafe.reviews.panels.api import PanelsApi
from yosafe.reviews.panels.pages import PanelPages
from yosafe.reviews.risk_model.api import CapacitiesApi, IndicatorsApi, ModelsApi
from yosafe.reviews.risk_model.capacity_pages import CapacityPages
from yosafe.reviews.risk_model.indicator_pages import IndicatorPages
from yosafe.reviews.risk_model.pages import ModelPages
from yosafe.reviews.tracker.api import ActionsApi
from yosafe.reviews.tracker.pages import ActionPages
from yosafe.sharing.checks.api import ChecksApi
from yosafe.sharing.checks.pages import CheckPages
from yosafe.sharing.pages import SharingPages
from yosafe.sharing.public_risk.api import PublicRiskApi
from yosafe.sharing.public_risk.pages import PublicRiskPages
from yosafe.sharing.shares.api import SharesApi
from yosafe.sharing.shares.pages import SharePages
from yosafe.subject_access.requests.api import SubjectRequestsApi
from yosafe.subject_access.requests.pages import SubjectRequestPages
from yosafe.surveys.api import SurveysApi
from yosafe.surveys.comments.api import CommentsApi
from yosafe.surveys.comments.pages import CommentPages
from yosafe.surveys.compare_pages import ComparisonPages
from yosafe.surveys.import_pages import SurveyImportPages
from yosafe.surveys.pages import SurveyPages
from yosafe.surveys.uploads.api import SurveyUploadsApi
from yosafe.welfare.api import AssessmentsApi
from yosafe.welfare.arrival.api import ArrivalApi
from yosafe.welfare.arrival.pages import ArrivalPages
from yosafe.welfare.flow_pages import AssessmentFlow
from yosafe.welfare.pages import AssessmentPages
from yosafe.welfare.plan.api import PlanApi
from yosafe.welfare.plan.pages import PlanPages
from yosafe.welfare.signing.api import SigningApi
from yosafe.welfare.signing.pages import SigningPages

from .health import HealthRoutes
from .help import HelpPages
from .metrics import MetricsRoute
from .worklist import WorklistPage

API: list[Any] = [
    AccountsApi,
    SessionsApi,
    TrailApi,
    NoticesApi,
    PeopleApi,
    RecordsApi,
    TimeOutApi,
    WorkersApi,
    ContactPlansApi,
    DocumentApi,
    MarksApi,
    MergeApi,
    DuplicatesApi,
    SearchApi,
    IdentifiersApi,
    ClocksApi,
    TimeLimitsApi,
    KeepApartApi,
    BreakGlassApi,
    RetentionApi,
    DestructionsApi,
    SubjectRequestsApi,
    IncidentsApi,
    InvestigationsApi,
    ComplaintsApi,
    FilesApi,
    BodyMapApi,
    ReferralsApi,
    ChecksApi,
    SharesApi,
    PublicRiskApi,
    CommitteesApi,
    CaseReviewsApi,
    FlagsApi,
    ModelsApi,
    CapacitiesApi,
    IndicatorsApi,
    PanelsApi,
    ReviewsApi,
    ActionsApi,
    AgendaApi,
    MinutesApi,
    PackApi,
    FiguresApi,
    SurveysApi,
    SurveyUploadsApi,
    AgainstRecordsApi,
    CommentsApi,
    PatternsApi,
    ReportsApi,
    StatementsApi,
    SchedulesApi,
    PacksApi,
    ImportsApi,
    AssessmentsApi,
    SigningApi,
    PlanApi,
    ArrivalApi,
]

PAGES: list[Any] = [
    HealthRoutes,
    MetricsRoute,
    HelpPages,
    WorklistPage,
    AccountPages,
    AdminPages,
    CodePages,
    ProviderPages,
    UserPages,
    TrailPages,
    NoticePages,
    ChildrenPages,
    AddingPages,
    DuplicatePages,
    SearchPages,
    RecordPages,
    MovingPages,
    TimeOutPages,
    TimeLimitPages,
    WorkerPages,
    ContactPlanPages,
    DocumentPages,
    MergePages,
    KeepApartPages,
    BreakGlassPages,
    RetentionPages,
    DestructionPages,
    SubjectRequestPages,
    KnownPages,
    MarkPages,
    IdentifierPages,
    IncidentPages,
    FilePages,
    BodyMapPages,
    RecordingPages,
    ActingPages,
    MendingPages,
    InvestigationPages,
    ComplaintPages,
    FlagPages,
    ModelPages,
    CapacityPages,
    IndicatorPages,
    PanelPages,
    ReviewPages,
    DecisionPages,
    ActionPages,
    AgendaPages,
    MinutesPages,
    PackPages,
    FigurePages,
    ReferralFlowPages,
    ReferralPages,
    SharingPages,
    CheckPages,
    SharePages,
    PublicRiskPages,
    CommitteePages,
    CaseReviewPages,
    SurveyPages,
    SurveyImportPages,
    ImportPages,
    ComparisonPages,
    AgainstRecordsPages,
    CommentPages,
    PatternPages,
    ReportPages,
    StatementPages,
    SchedulePages,
    InspectionPackPages,
    AssessmentPages,
    SigningPages,
    PlanPages,
    ArrivalPages,
    AssessmentFlow,
]

"""What features give to pages and lists about one young person, to notices and to the queue. Importing this module fills the registries: the
application and the commands do so. One line for each contribution."""

from yosafe.accounts.telling import register_tell
from yosafe.committees.case_reviews import contributions as case_reviews
from yosafe.committees.case_reviews import notices as case_reviews_notices
from yosafe.imports import running as imports
from yosafe.incidents import contributions as incidents
from yosafe.incidents import merging as incidents_merging
from yosafe.incidents import notices as incidents_notices
from yosafe.incidents.followed import register_followed
from yosafe.incidents.investigation import contributions as investigations
from yosafe.jobs.registry import register_job
from yosafe.nightly import JOBS
from yosafe.notices import own_account
from yosafe.notices.about import register_about
from yosafe.people import frame, merge_clashes, own_sources
from yosafe.people import notices as people_notices
from yosafe.people.break_glass import contributions as break_glass
from yosafe.people.break_glass import notices as break_glass_notices
from yosafe.people.break_glass.reaching import register_numbered
from yosafe.people.chronology import register_source
from yosafe.people.columns import register_column
from yosafe.people.contact_plans import contributions as contact_plans
from yosafe.people.duplicates import merging as duplicates_merging
from yosafe.people.finding import records as finding
from yosafe.people.keep_apart import calendar as keep_apart_calendar
from yosafe.people.keep_apart import contributions as keep_apart
from yosafe.people.keep_apart import merging as keep_apart_merging
from yosafe.people.keep_apart import notices as keep_apart_notices
from yosafe.people.marks import merging as marks_merging
from yosafe.people.merging import register_holding
from yosafe.people.panels import register_action, register_panel
from yosafe.people.subjects import register_subject
from yosafe.people.time_limits import contributions as time_limits
from yosafe.people.time_limits.access import get_clock_for
from yosafe.people.time_limits.calendar import register_calendar
from yosafe.people.time_out import contributions as time_out
from yosafe.people.workers import contributions as workers
from yosafe.referrals import contributions as referrals
from yosafe.referrals import notices as referrals_notices
from yosafe.reporting import notices as reports_notices
from yosafe.reporting import running as reports
from yosafe.reporting.datasets import arriving, away, custody, held, referring, reviewing, working
from yosafe.reporting.frames import register_dataset
from yosafe.reporting.schedules import notices as schedules_notices
from yosafe.retention.records import merging as retention_merging
from yosafe.reviews import calendar as reviews_calendar
from yosafe.reviews import contributions as reviews
from yosafe.reviews import merging as reviews_merging
from yosafe.reviews import notices as reviews_notices
from yosafe.reviews.access import get_flag_for
from yosafe.reviews.risk_model import merging as risk_model_merging
from yosafe.sharing import pages as sharing
from yosafe.sharing.checks import contributions as checks
from yosafe.sharing.public_risk import contributions as public_risk
from yosafe.sharing.shares import contributions as shares
from yosafe.subject_access.requests import merging as requests_merging
from yosafe.subject_access.requests import notices as requests_notices
from yosafe.surveys.comments import notices as comments_notices
from yosafe.surveys.uploads import running as survey_uploads
from yosafe.welfare import contributions as welfare
from yosafe.welfare import notices as welfare_notices
from yosafe.welfare import shown as welfare_shown
from yosafe.welfare.arrival import contributions as arrival
from yosafe.welfare.plan import calendar as plan_calendar
from yosafe.welfare.plan import contributions as plan
from yosafe.welfare.plan import notices as plan_notices

for source in own_sources.SOURCES:
    register_source(source)
register_source(break_glass.SOURCE)
register_source(time_out.SOURCE)
register_source(workers.SOURCE)
register_source(contact_plans.SOURCE)
register_source(keep_apart.SOURCE)
register_source(incidents.SOURCE)
register_source(investigations.SOURCE)
register_source(welfare.SOURCE)
register_source(plan.SOURCE)
register_source(arrival.SOURCE)
register_source(referrals.SOURCE)
register_source(checks.SOURCE)
register_source(shares.SOURCE)
register_source(public_risk.SOURCE)
register_source(case_reviews.SOURCE)
register_source(time_limits.SOURCE)
for source in reviews.SOURCES:
    register_source(source)

for section in frame.SECTIONS:
    frame.register_section(section)
frame.register_section(workers.SECTION)
frame.register_section(incidents.SECTION)
frame.register_section(welfare.SECTION)
frame.register_section(plan.SECTION)
frame.register_section(arrival.SECTION)
frame.register_section(referrals.SECTION)
frame.register_section(sharing.SECTION)
frame.register_section(reviews.SECTION)
frame.register_section(keep_apart.SECTION)

frame.register_badges(time_out.badges)
frame.register_badges(keep_apart.badges)
frame.register_badges(referrals.badges)
frame.register_badges(reviews.badges)
register_panel(time_out.PANEL)
register_panel(workers.PANEL)
register_panel(contact_plans.PANEL)
register_panel(incidents.PANEL)
register_panel(referrals.PANEL)
register_panel(keep_apart.PANEL)
register_panel(reviews.PANEL)
register_panel(welfare_shown.PANEL)

register_action(incidents.ACTION)
register_action(own_sources.RECORD_CONTACT)
register_action(welfare.ACTION)

register_column(contact_plans.COLUMN)
register_column(referrals.COLUMN)
register_column(reviews.COLUMN)

register_subject(incidents.SUBJECT)
register_subject(welfare.SUBJECT)
register_subject(referrals.SUBJECT)
register_subject(case_reviews.SUBJECT_KIND)

register_followed(referrals.led_to)

for about in people_notices.ABOUTS:
    register_about(about)
register_tell(codes=own_account.tell_codes_taken, link=own_account.tell_linked)
register_about(own_account.ABOUT)
register_about(break_glass_notices.ABOUT)
register_about(keep_apart_notices.ABOUT)
register_about(incidents_notices.ABOUT)
register_about(referrals_notices.ABOUT)
register_about(welfare_notices.ABOUT)
register_about(plan_notices.ABOUT)
register_about(case_reviews_notices.ABOUT)
register_about(comments_notices.ABOUT)
register_about(reports_notices.ABOUT)
register_about(schedules_notices.ABOUT)
register_about(requests_notices.ABOUT)
for about in reviews_notices.ABOUTS:
    register_about(about)

for job in (*JOBS, imports.JOB, survey_uploads.JOB, reports.JOB):
    register_job(job)

for dataset in (*custody.DATASETS, *arriving.DATASETS, *held.DATASETS, *away.DATASETS, *reviewing.DATASETS, *referring.DATASETS, *working.DATASETS):
    register_dataset(dataset)

for finder in (
    finding.FINDER,
    keep_apart.FINDER,
    incidents.FINDER,
    welfare.FINDER,
    plan.FINDER,
    arrival.FINDER,
    referrals.FINDER,
    case_reviews.FINDER,
    reviews.FINDER,
):
    finding.register_finder(finder)

for days in (keep_apart_calendar.days, plan_calendar.days, reviews_calendar.days):
    register_calendar(days)

register_numbered("/clocks/", get_clock_for)
for path in ("/flags/", "/risks/"):
    register_numbered(path, get_flag_for)

# In the order in which they move: what points at a record after the record itself.
for holding in (
    *merge_clashes.HOLDINGS,
    break_glass.HOLDING,
    time_out.HOLDING,
    workers.HOLDING,
    contact_plans.HOLDING,
    *duplicates_merging.HOLDINGS,
    *keep_apart_merging.HOLDINGS,
    *incidents_merging.HOLDINGS,
    *investigations.HOLDINGS,
    *welfare.HOLDINGS,
    plan.HOLDING,
    arrival.HOLDING,
    *referrals.HOLDINGS,
    checks.HOLDING,
    shares.HOLDING,
    public_risk.HOLDING,
    case_reviews.HOLDING,
    *reviews_merging.HOLDINGS,
    risk_model_merging.HOLDING,
    *merge_clashes.LAST_HOLDINGS,
    marks_merging.HOLDING,
    retention_merging.HOLDING,
    requests_merging.HOLDING,
):
    register_holding(holding)

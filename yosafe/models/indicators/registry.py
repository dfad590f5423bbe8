"""Each declared indicator with its function. What lacks its other half is an error when this is imported, not a flag that never comes."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from yosafe.models.facts import Facts

from . import arrival, care, circumstances, contact, harm, living, protection, timeliness
from .catalogue import Indicator, catalogue
from .outcome import Answer

Rule = Callable[[Facts, Mapping[str, int], dt.date], Answer]

RULES: tuple[Rule, ...] = (
    harm.self_harm_recent,
    harm.harmed_by_others,
    harm.accumulation,
    arrival.first_weeks,
    arrival.no_arrival_screen,
    timeliness.assessment_overdue,
    contact.far_from_home,
    contact.no_yot_contact,
    care.in_care,
    care.lost_social_worker,
    care.care_status_unknown,
    protection.disclosure_open,
    timeliness.complaint_unanswered,
    protection.staff_allegation_open,
    timeliness.referral_late,
    protection.repeat_enquiries,
    protection.on_register,
    arrival.adult_estate,
    circumstances.no_release_address,
    living.keep_apart_same_unit,
    arrival.moves,
    circumstances.overlooked_groups,
)


def pair(declared: Iterable[Indicator], rules: Iterable[Rule]) -> dict[str, Rule]:
    """The rule of each declared indicator, by id: `self_harm_recent` is `self-harm-recent`. Raises LookupError where one lacks the other."""
    by_id = {rule.__name__.replace("_", "-"): rule for rule in rules}
    ids = [indicator.id for indicator in declared]
    if lone := sorted(set(ids) ^ set(by_id)):
        raise LookupError(f"indicators with data and no rule, or a rule and no data: {', '.join(lone)}")
    return {indicator: by_id[indicator] for indicator in ids}


RULE_OF = pair(catalogue().values(), RULES)

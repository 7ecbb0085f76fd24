"""Facts every bundle may use without declaring them, by whom they belong to and by type.

`[facts]` of a bundle adds its own, or says otherwise of one of these. A fact that stands here keeps its type and scope
for as long as families are pinned to versions that use it: it is never removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.values import ValueType

_CASE: Mapping[str, str] = {
    "bool": """
        abuse_suspected antenatal_care_missed antenatal_never_seen bonding_attention cgc_notified
        child_unseen checklist_urge_to_hit consent_given consent_hospital consent_hub consent_kinder consent_midwife
        consent_nursery consent_other_muni consent_refused consent_school consent_welfare contact_refused
        council_registered dv_flag epds_positive first_birth hard_finances infant_at_home late_notification
        life_in_danger maltreatment_seen mental_treatment no_supporter partner_violence plan_agreed
        plan_mch_signed plan_required plan_welfare_signed pregnant protection_needed recently_moved_in
        self_harm_danger self_harm_thoughts sibling_carer specialist_needed unwanted_pregnancy visit_refused
        young_mother
    """,
    "date": "council_review_on epds_on next_review_on plan_handed_on plan_review_on",
    "int": """
        contact_days entry_refusals epds_total level_confirmed level_decided plan_failures
        plan_review_days risk_level risk_score
    """,
    "str": """
        cgc_decision cgc_kind closing closing_reason conference_decision consent_signature council_category
        escalation_route owner_role plan_review_result plan_type protection_route questionnaire_action
        sibling_concern
    """,
}
CALL = "call"
_CALL: Mapping[str, str] = {"str": "checkup_type no_show_state sighting"}
_TRACK: Mapping[str, str] = {
    "bool": """
        consent_review_wanted delivery_place_fixed grief_contact_wanted handbook_issued heartbeat_confirmed in_hospital
        interview_held late_replied late_wishes_contact match_exact nicu notice_acknowledged notice_infant
        notice_injury_visible notice_known_to_cgc notice_serious_injury notice_sexual_abuse placed
        postpartum_checkup_done premature_visit_needed records_flagged satogaeri_planned
    """,
    "date": """
        born_on checkup_on detected_on died_on due_day due_on follow_up_on invite_on last_sighted_on lost_on
        move_acknowledged_on move_on moved_in_on next_visit_on no_show_on notified_on opens_on plan_asked_on
        rescheduled_to review_on school_handover_on school_received_on sighted_on window_ends_on
    """,
    "instant": "notice_received_at safety_from",
    "int": """
        birth_weeks birth_weight_g conference_level fetus_count match_count notice_contact_days
        notice_delivery_within_days notified_weeks
    """,
    "str": """
        applicant_type attendance birth_status care_judgement checkup_judgement
        handover_ground inbox_id interview_method loss_kind loss_of matched_case_id message_name move_ground
        move_kind move_reply next_action notice_decision notice_kind notice_urgency phase
        place_of_delivery precise_result previous_municipality school_exam_result school_name
        sighting_condition target_kind visit_result visit_type whereabouts
    """,
}


def _facts(scope: str, by_type: Mapping[str, str]) -> Iterator[tuple[str, tuple[ValueType, str]]]:
    for kind, names in by_type.items():
        yield from ((name, (ValueType(kind), scope)) for name in names.split())


# Fact -> (type, scope); scope as in `FactDefinition`.
FACTS: Mapping[str, tuple[ValueType, str]] = {
    **dict(_facts("case", _CASE)),
    **dict(_facts("track", _TRACK)),
    **dict(_facts(CALL, _CALL)),
}

"""The paper forms: which fields each has, by number, and the code lists their answers come from.

`PAPER` holds for every form its number, the fields of the paper in the paper's order, and the fields that are ours:
the block of personal data, a reason for an answer left out, and what the system works out. A field that is on neither
list is a mistake, and so is one that is missing. Blocks of the paper (woman, account …) are groups of fields.
What is on every paper and set by the system (record, case, author, instant, task) is not among them; of FM25 neither
are the actor and the machine.
"""

from __future__ import annotations

PAPER: dict[str, tuple[str, str, str]] = {
    "affiliation_check": (
        "J28b",
        "",
        """
            affiliation_check whereabouts seen_by_agency last_seen_by_agency_on note
        """,
    ),
    "benefit_application": (
        "FM16",
        """
            benefit_code applicant individual_number_verified pregnancy_confirmed_on
            heartbeat_confirmed_on certificate fetus_count_certified loss received_elsewhere account
            interview_done applied_on limit_date decision reason decided_on notice_sent amount
            paid_on payment_batch cancelled_on cancel_reason
        """,
        """
            family_name given_name family_name_kana given_name_kana birth_date sex postal_code
            address phone junior_high_district dv_flag alias_name nationality resident_id
            individual_number contact_address safe_to_call_times loss_date bank account_type
            account_number account_holder
        """,
    ),
    "birth_check": (
        "J20",
        "",
        """
            birth_status asked_on asked_of born_about new_due_on note
        """,
    ),
    "birth_notification": (
        "J21",
        "",
        """
            born_on family_name given_name family_name_kana given_name_kana sex resident_id
            birth_order plurality birth_weight_g birth_weeks height_mm delivery birth_place feeding
            nicu in_hospital medical_concern health_note mother_condition wants_early_visit worries
            staying_address staying_until contact_phone safe_to_call_times reported_by
            premature_visit infant_in_home mother_pregnant
        """,
    ),
    "bonding": (
        "FM05",
        """
            timing days_postpartum item_01 item_02 item_03 item_04 item_05 item_06 item_07 item_08
            item_09 item_10 total action
        """,
        """
            event_date delivery_date missing_reason attention
        """,
    ),
    "cgc_feedback": (
        "FM14b",
        "",
        """
            receipt_confirmed_at receiver_name cgc_case_no cgc_decision feedback_at our_part
        """,
    ),
    "cgc_notification": (
        "FM14",
        """
            kind issued_at oral_at cgc_id receiver_name child guardians household
            present_location_of_child sighted_by_municipality notifier abuse_types severity urgency
            facts risk_assessment_sheet child_statement child_wish guardian_response support_history
            agencies reason_and_request attachments approved_by receipt_confirmed_at cgc_case_no
            cgc_decision feedback_at safety_deadline q1_protection_requested q2_statement_imminent
            q3_serious_result_already q4_next_could_be_serious q5_repetition q6_child_symptoms
            q7_guardian_risk q8_environment_risk unknown_count lead_proposed
        """,
        """
            child_family_name child_given_name child_family_name_kana child_given_name_kana
            child_birth_date child_sex child_address sighted sighted_at sighted_by sighted_state
            sighted_photo notifier_name notifier_contact notifier_relation notified
        """,
    ),
    "checkup_result": (
        "FM10",
        """
            checkup_type invited_at session_date attended age_months companion weight_g height_mm
            head_mm chest_mm nutrition teeth_count caries_count caries_type physical_exam
            medical_judge dental_judge mental_dev_judge speech_judge vaccination_status
            parent_questionnaire care_issues caregiver_mood care_judge referral_to
            referral_voucher_no precise_result date followup_type followup_date conference_judge
            feeding weight_gain jaundice hip vitamin_K newborn_hearing_result
            metabolic_screening_done mother_epds_ref neck_control hip_dysplasia visual_tracking
            social_smile bonding_ref epds_ref shaken_baby_education sleep_position walks_alone
            meaningful_words pointing understands_simple_order m_chat_score dental two_word_sentence
            name_age_sex vision_home_test refraction hearing_home_test urine_protein sugar blood eye
            ear_nose_throat toilet stage sdq_subscores conversation motor_imitation
            behaviour_control attention sleep_media_time nursery_info_ref judged school_link_needed
        """,
        """
            vaccination_on_time parenting_confidence hard_to_raise knows_coping father_participation
            smoking_mother smoking_father wants_to_stay urge_to_hurt attendance checkup_judgement
            care_judgement precise_state sighting whereabouts sighted_on last_sighted_on
            conference_judge_number
        """,
    ),
    "chronic_plan": (
        "FM20",
        """
            health_centre worker recipient_no disease onset attending_doctor consent_ref
            situation_life school work wish_child wish_family issues goals measures coordination_log
            info_provided regional_meeting followup_dates review_result transition_readiness
            municipal_summary_shared closing
        """,
        "",
    ),
    "community_record": (
        "FM24",
        """
            theme source_indicator partners meeting_on agreed_actions new_resource evaluation
        """,
        "",
    ),
    "conference": (
        "FM11",
        """
            meeting_type held_at place chair secretary participants legal_ground agenda_cases
            facts_shared urgency severity goal_image lead_agency key_person role_assignments
            decision dissent next_review secrecy_reminder papers_collected approved_by
        """,
        """
            abuse_suspected specialist_needed level_decided category abuse_is_suspected
            specialist_is_needed danger level_decided_number
        """,
    ),
    "contact_note": (
        "FM08",
        """
            contact_at method direction place counterpart topics facts assessment action
            child_sighted duration_min level_changed next_contact_date
        """,
        """
            wishes_contact postpartum_checkup abuse life_danger contact_wished postpartum_done
            abuse_is_suspected danger last_sighted_on sighting level_changed_number
        """,
    ),
    "council_registration": (
        "FM12",
        """
            ytk_no category abuse_types main_abuser registered_on decided_by_meeting reasons
            indicators lead_agency main_supporter member_agencies severity urgency
            monitoring_interval_days last_confirmed_at last_sighted_at nursery_school_reports
            family_informed transfer closed_on close_reason decided_by
        """,
        """
            review_on family_informed_reason transfer_to transfer_on registered
        """,
    ),
    "disclosure_record": (
        "FM25",
        """
            at action records fields to_org to_person purpose ground_code consent_ref
            request_document masked_fields reviewed_by reviewed_at
        """,
        "",
    ),
    "epds": (
        "FM04",
        """
            epds_timing days_postpartum item_01 item_02 item_03 item_04 item_05 item_06 item_07
            item_08 item_09 item_10 total positive_total positive_item10 zero_total_flag answered_in
            administered_by_org interview_notes danger_assessment action
        """,
        """
            event_date delivery_date missing_reason positive danger_confirmed
        """,
    ),
    "final_review": (
        "J49",
        "",
        """
            closing close_reason reason last_sighted_at person_informed contact_after
            no_open_council
        """,
    ),
    "grief_contact": (
        "X1a",
        "",
        """
            event_date method reached condition safety_concern offered further_contact
            next_contact_date contact_wanted thoughts_of_dying
        """,
    ),
    "handover_receipt": (
        "FM18a",
        "",
        """
            receiver_kind received_by received_at reply restated_risk contact school_received_on
            move_acknowledged_on move_reply
        """,
    ),
    "home_visit": (
        "FM09",
        """
            visit_type planned_at arrived_at left_at visitors result persons_met child_sighted
            child_weight_g height_mm head_mm weight_gain_per_day feeding stool_normal jaundice skin
            umbilicus injuries_seen mother_condition mood epds_ref bonding_ref checklist_ref
            home_environment family_interaction siblings_seen sibling_concern supporters_confirmed
            advice_given information_given needs_identified level_decided next_action due
        """,
        """
            child_condition abuse life_danger injuries_noticed cannot_love_child young_carer
            entry_refusals language_used interpreter sighting sighted_on last_sighted_on whereabouts
            maltreatment carer_child abuse_is_suspected danger refused_visit level_decided_number
        """,
    ),
    "interview": (
        "FM03",
        """
            phase method participants feeling_about_pregnancy pregnancy_wanted age_group
            partner_status ipv_screen supporters persons_to_consult finance housing job_status
            leave_planned physical_illness treatment mental_history current_treatment medication
            insomnia_or_low_mood smoking partner_smoking alcohol substance previous_loss
            fertility_treatment disability_or_understanding own_childhood_adversity siblings
            sibling_caring_role multiple_pregnancy late_or_no_antenatal_care frequent_moves
            japanese_ability baby_goods_ready delivery_place_fixed postpartum_helper
            satogaeri_detail birth_facts own_wishes needs indicator_flags level_calculated
            level_decided override_reason self_plan_given next_contact_date
        """,
        """
            event_date pregnant_now infant_in_home moved_recently language_used interpreter
            never_seen satogaeri_planned host_municipality stay_from stay_until host_contact_consent
            weight_g weeks delivery apgar nicu feeding disability_note sibling_concern
            indicator_score pregnancy_points parent_points family_points is_pregnant has_infant
            newcomer held violence unwanted care_missed in_treatment nobody_helps money_trouble
            carer_child stay_planned level_decided_number consent_review consent_to_review
        """,
    ),
    "letter_reply": (
        "J10",
        "",
        """
            replied_on channel wishes_contact preferred_method delivery_place postpartum_helper
            goods_ready satogaeri_planned satogaeri_place mood worries needs reply_came
            contact_wished delivery_fixed stay_planned
        """,
    ),
    "loss_record": (
        "X1",
        "",
        """
            loss lost_on lost_on_certainty weeks informed_by heartbeat_had_been_confirmed
            all_of_pregnancy grief_contact note contact_wanted child_died_on pregnancy_goes_on
        """,
    ),
    "move_handover": (
        "FM19",
        """
            kind destination move_date stay_until new_address legal_ground level category family
            pregnancy children unmet_items plan_ref risk_summary last_sighted_at requested_action
            within_days handed_by sent_at acknowledged_at receiver reply our_close_date
        """,
        """
            restated_risk
        """,
    ),
    "needs_survey": (
        "FM21",
        """
            survey_code version title target_query target_count identifiable questions sent_on
            due_on remind_on household_id receipt_token responded_at channel answers wants_contact
            concern_score non_responder visit_ref visit_result closed_reason
        """,
        """
            concerns
        """,
    ),
    "no_show_record": (
        "FM13",
        """
            target_kind target_ref due_date detected_at attempts reason_category affiliation_check
            sighted_at by place condition rescheduled_to state escalated_to at not_located_actions
            closed_reason
        """,
        """
            affiliation_result sighting sighting_condition sighted_on last_sighted_on whereabouts
            refuses_contact
        """,
    ),
    "notice_match": (
        "J90",
        "",
        """
            search decision matched_case_id reason confirmed_by
        """,
    ),
    "notice_received": (
        "FM15",
        """
            received_at channel from_org from_person kind legal_ground child_hint family_hint
            matched_case_id match_confidence content requested_action urgency reception_meeting_at
            sighting_deadline sighted_at by result acknowledged_to_sender_at decision assigned_to
        """,
        """
            serious_injury infant injury_visible sexual_abuse known_to_cgc delivery_within_days
            acknowledged
        """,
    ),
    "plan_approval": (
        "J07",
        "",
        """
            decision comment note
        """,
    ),
    "plan_handover": (
        "J07a",
        "",
        """
            handed_over_at method copy_languages handed_to agreed disagreement_note reaction
        """,
    ),
    "postpartum_care": (
        "FM17",
        """
            applicant infant_with delivery_date loss_date days_postpartum reasons types_requested
            desired_dates provider infectious_disease medical_care_needed doctor_ok
            allergies_medication tax_class epds_ref bonding_ref high_need granted fee reduction
            decision reason notice_date use_date care_given mother_state infant_weight_g concern
            urgent_phone_at reported_at satisfaction
        """,
        """
            family_name given_name family_name_kana given_name_kana birth_date sex postal_code
            address phone junior_high_district dv_flag alias_name nationality resident_id
            contact_address safe_to_call_times since questionnaire_concern
        """,
    ),
    "precise_result": (
        "FM10a",
        "",
        """
            precise_finding date institution diagnosis further_care precise_result checkup_judgement
        """,
    ),
    "prefecture_record": (
        "FM23",
        """
            record_kind fiscal_year sequence planned_times date organiser health_centre
            attendee_orgs count agenda materials conclusions hearing_projects_running planned issues
            training_title target_roles certificate manual_version published_on
            centre_established_fy small_town prep_stage
        """,
        "",
    ),
    "pregnancy_notification": (
        "FM01",
        """
            notification_date applicant_type proxy_name proxy_relation woman occupation
            marital_status householder_name gestational_weeks days edd fetus_count
            heartbeat_confirmed doctor_or_midwife medical_institution planned_delivery_place
            satogaeri_planned place from to sti_test tb_test parity_births gravida handbook_numbers
            voucher_book_no handbook_language issuing_centre income_insurance_type
        """,
        """
            family_name given_name family_name_kana given_name_kana birth_date sex postal_code
            address phone junior_high_district dv_flag alias_name nationality resident_id
            individual_number contact_address safe_to_call_times not_yet_seen address_protected
            pregnancy_under_way young_at_birth notified_late never_seen_by_week_28 heartbeat_seen
            stay_planned first_child handbook_handed
        """,
    ),
    "records_request": (
        "X6",
        "",
        """
            previous_municipality requested_on requested_items legal_ground answered_on answer
            flagged risk_handed_over
        """,
    ),
    "school_exam": (
        "J46",
        "",
        """
            attended session_date school_exam_result findings place attendance last_sighted_on
        """,
    ),
    "school_handover": (
        "FM18",
        """
            child destination_school guardian_consent_at signature home_life facility_life
            therapy_life effective_support child_wish guardian_wish health_notes checkup_summary
            school_exam_result consultation_result services_plan_ref language_interpreter
            contact_after_entry annex_ytk annex_young_carer received_by received_at
            followup_meeting_on
        """,
        """
            family_name given_name family_name_kana given_name_kana birth_date sex postal_code
            address phone junior_high_district dv_flag alias_name nationality resident_id
            contact_address safe_to_call_times ytk_registered annex_lead_agency annex_watch_points
            annex_absence_rule annex_ground handed_over_on
        """,
    ),
    "service_application": (
        "FM22",
        """
            service_code applicant children reason plan_ref period times_per_week hours_per_use
            fee_class fee decision decided_on notice provider start end reports
        """,
        """
            infectious_disease decision_reason
        """,
    ),
    "sharing_consent": (
        "FM02",
        """
            consent_version explained_by explained_language programme_participation sharing_scope
            agencies agency_exclusions purposes persons_covered valid_from valid_until
            signature_type signature_file signed_at refusal refusal_reason withdrawal_at scope
            reason received_by notice_of_statutory_sharing copy_handed
        """,
        """
            agency_scopes agreed_to_sharing refused_sharing may_share_hospital may_share_midwife
            may_share_hub may_share_nursery may_share_kinder may_share_school may_share_welfare
        """,
    ),
    "sighting_check": (
        "J28a",
        "",
        """
            sighting sighted_at by place condition_judge condition injuries not_seen_reason
            whereabouts sighted_on last_sighted_on maltreatment
        """,
    ),
    "supervisor_review": (
        "E0",
        "",
        """
            concern life_danger abuse specialist entry_refusals decision reason decided_with danger
            abuse_is_suspected specialist_is_needed
        """,
    ),
    "support_checklist": (
        "FM06",
        """
            item_1 item_2 item_3 item_4a item_4b item_4c item_5 item_6 item_7 item_8 item_9
            concern_flags item9_followup
        """,
        """
            event_date urge_to_hit
        """,
    ),
    "support_plan": (
        "FM07",
        """
            plan_no version plan_type target_persons target_category period_phase own_wish_parent
            own_wish_child issues long_goal goal_image_at_school_entry short_goals supports
            emergency_plan strengths monitoring_method interval_days review_date
            discussed_with_person agreed disagreement_note handed_over_at method copy_languages
            mch_author welfare_author lead_approval review_result linked_consent
        """,
        """
            plan_failures not_discussed_reason mch_signed welfare_signed consent_review consent_to_review
        """,
    ),
    "triage_review": (
        "J05",
        "",
        """
            agrees level_decided reason advice level_decided_number risk_level level_confirmed
        """,
    ),
}

CODES: dict[str, str] = {
    "CL_SEX": "1 2 9",
    "CL_LANG": "ja en zh ko pt es tl vi ne id th easy_ja oth",
    "CL_INTERP": "none staff phone dispatched device family",
    "CL_YNU": "y n u r",
    "CL_RELATION": "mother father partner stepparent grandparent sibling relative foster other",
    "CL_METHOD": "face visit phone online letter sns school",
    "CL_LEVEL": "L0 L1 L2 L3 L4",
    "CL_AGENCY": (
        "cfc hub hospital midwife ppc nursery kinder dev school boe welfare selfrel csw minsei cgc hc police "
        "dvc other_muni housing volunteer facility"
    ),
    "CL_MARITAL": "married unmarried divorced widowed planned other",
    "CL_JOB": "full part self student none leave other",
    "CL_FEEL_PREG": "glad surprised_glad confused troubled no_feeling refused",
    "CL_SUPPORT": "partner own_mother own_father in_law sibling friend none",
    "CL_HOUSING": "owned rental public relatives facility unstable none",
    "CL_INCOME": "ok hard welfare non_tax unknown",
    "CL_DELIVERY": "vaginal assisted cs_planned cs_emerg",
    "CL_FEEDING": "breast mixed formula",
    "CL_CHECKUP": "1m 3_4m 6_7m 9_10m 1y6m 2y_dental 3y 5y school followup",
    "CL_FINDING": "1 2 3 4 5 9",
    "CL_CARE_JUDGE": "1 2 3 4",
    "CL_ABUSE": "phys sex neglect psych",
    "CL_CATEGORY": "sp_preg req_support req_protect",
    "CL_URGENCY": "AA A B C",
    "CL_SEVERITY": "5 4 3 2 1",
    "CL_LOSS": "miscarriage stillbirth termination neonatal infant",
    "CL_CLOSE": "resolved entry moved loss death placed age refused error merged",
}
"""Code lists, in the order they are printed."""

ANSWERED_WITH: dict[str, str] = {
    "CL_RELATION": """
        pregnancy_notification.proxy_relation interview.participants home_visit.persons_met
        checkup_result.companion council_registration.main_abuser
    """,
    "CL_JOB": """
        pregnancy_notification.occupation interview.job_status
    """,
    "CL_MARITAL": """
        pregnancy_notification.marital_status
    """,
    "CL_YNU": """
        pregnancy_notification.heartbeat_confirmed pregnancy_notification.satogaeri_planned
        pregnancy_notification.sti_test pregnancy_notification.tb_test interview.pregnancy_wanted
        interview.ipv_screen interview.treatment interview.mental_history interview.current_treatment
        interview.medication interview.insomnia_or_low_mood interview.previous_loss
        interview.fertility_treatment interview.disability_or_understanding
        interview.own_childhood_adversity interview.sibling_caring_role
        interview.late_or_no_antenatal_care interview.frequent_moves contact_note.child_sighted
        cgc_notification.q1_protection_requested cgc_notification.q2_statement_imminent
        cgc_notification.q3_serious_result_already cgc_notification.q4_next_could_be_serious
        cgc_notification.q5_repetition cgc_notification.q6_child_symptoms
        cgc_notification.q7_guardian_risk cgc_notification.q8_environment_risk
        benefit_application.received_elsewhere postpartum_care.infectious_disease
        postpartum_care.medical_care_needed
    """,
    "CL_LANG": """
        pregnancy_notification.handbook_language epds.answered_in interview.language_used
        home_visit.language_used
    """,
    "CL_AGENCY": """
        sharing_consent.agencies
    """,
    "CL_METHOD": """
        interview.method contact_note.method
    """,
    "CL_FEEL_PREG": """
        interview.feeling_about_pregnancy
    """,
    "CL_SUPPORT": """
        interview.supporters home_visit.supporters_confirmed
    """,
    "CL_INCOME": """
        interview.finance
    """,
    "CL_HOUSING": """
        interview.housing
    """,
    "CL_LEVEL": """
        interview.level_decided contact_note.level_changed home_visit.level_decided
        checkup_result.conference_judge postpartum_care.concern
    """,
    "CL_CHECKUP": """
        checkup_result.checkup_type
    """,
    "CL_FINDING": """
        checkup_result.medical_judge checkup_result.dental_judge checkup_result.mental_dev_judge
        checkup_result.speech_judge
    """,
    "CL_CARE_JUDGE": """
        checkup_result.care_judge
    """,
    "CL_URGENCY": """
        conference.urgency notice_received.urgency
    """,
    "CL_SEVERITY": """
        conference.severity
    """,
    "CL_CATEGORY": """
        council_registration.category
    """,
    "CL_ABUSE": """
        council_registration.abuse_types
    """,
    "CL_CLOSE": """
        council_registration.close_reason
    """,
    "CL_LOSS": """
        benefit_application.loss
    """,
    "CL_SEX": """
        pregnancy_notification.sex
    """,
    "CL_INTERP": """
        interview.interpreter home_visit.interpreter
    """,
}
"""Code list -> the fields that take exactly its codes."""

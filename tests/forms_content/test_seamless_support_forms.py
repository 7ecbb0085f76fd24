"""What the shipped forms ask: complete, in both languages, computing what the paper computes, with sound examples."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from forms.answering import start_of
from forms.compiler import Accepted, AnswersRejected, CompiledForm, compile_form
from forms.components import Component, Form
from forms.defaults import written
from forms.definition import read
from tests.forms_content import paper

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "forms" / "seamless_support"
STEMS = sorted(path.stem for path in FOLDER.glob("*.form"))
SOME_DAY = date(2026, 4, 10)
DAYS = [
    pytest.param(SOME_DAY, id="a Friday in April"),
    pytest.param(date(2024, 2, 29), id="a leap day"),
    pytest.param(date(2026, 3, 31), id="the last day of a fiscal year"),
    pytest.param(date(2026, 1, 1), id="New Year"),
    pytest.param(date(2026, 12, 31), id="the last day of a year"),
]

FIXED_BY_THE_ENGINE = {
    "interview": "phase",
    "home_visit": "visit_type",
    "checkup_result": "checkup_type",
    "no_show_record": "target_kind",
}
"""The field the engine may fix from a task's locals, whatever the example chose."""

CHOSEN_BY_STAFF = FIXED_BY_THE_ENGINE | {
    "epds": "epds_timing",
    "bonding": "timing",
    "conference": "meeting_type",
    "support_plan": "plan_type",
    "benefit_application": "benefit_code",
    "pregnancy_notification": "applicant_type",
    "sharing_consent": "signature_type",
    "cgc_notification": "urgency",
    "notice_received": "kind",
    "move_handover": "kind",
    "loss_record": "loss",
    "no_show_record": "state",
    "council_registration": "category",
    "birth_check": "birth_status",
    "sighting_check": "sighting",
}
"""The field of each form that decides what else is asked."""


@cache
def _form(stem: str) -> Form:
    return read(stem, (FOLDER / f"{stem}.form").read_bytes())


@cache
def _schema(stem: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((FOLDER / f"{stem}.form").read_text("utf-8"))
    return schema


def _compiled(stem: str) -> CompiledForm:
    return compile_form(_form(stem))


def _field(stem: str, key: str) -> Component:
    return next(component for component in _form(stem).fields() if component.key == key)


def _options(fields: dict[str, str]) -> list[Any]:
    pairs = ((stem, option.value) for stem, key in fields.items() for option in _field(stem, key).options)
    return [pytest.param(stem, code, id=f"{stem} {code}") for stem, code in pairs]


def _everything(stem: str) -> dict[str, Any]:
    """The example of every field, shown or not."""
    names = {"today": SOME_DAY, "now": start_of(SOME_DAY)}
    return {c.key: written(c.example, names) for c in _form(stem).fields() if not c.system and c.example is not None}


def _accepted(stem: str, **answers: Any) -> Accepted:
    """What a form makes of its examples with some answers changed."""
    return _compiled(stem).accept(_everything(stem) | answers, on=SOME_DAY)


def _refused(stem: str, **answers: Any) -> set[str]:
    """The fields that refuse the changed answers."""
    with pytest.raises(AnswersRejected) as rejected:
        _accepted(stem, **answers)
    return set(rejected.value.errors)


def _components(stem: str) -> Iterator[dict[str, Any]]:
    """Every component of the file, groups and lists opened."""
    waiting = list(_schema(stem)["components"])
    while waiting:
        component = waiting.pop(0)
        yield component
        waiting.extend(component.get("components", []))


@pytest.mark.parametrize("stem", STEMS)
def test_every_form_compiles_without_findings(stem: str) -> None:
    form = _form(stem)

    assert [f"{finding.field}: {finding.sentence.en}" for finding in form.findings] == []
    assert compile_form(form).describe()


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("stem", STEMS)
def test_every_example_is_accepted_on_any_day(stem: str, on: date) -> None:
    compiled = _compiled(stem)

    compiled.accept(compiled.example(on), on=on)


@pytest.mark.parametrize(("stem", "code"), _options(FIXED_BY_THE_ENGINE))
def test_every_example_holds_whatever_the_engine_fixes(stem: str, code: str) -> None:
    compiled = _compiled(stem)
    key = FIXED_BY_THE_ENGINE[stem]

    accepted = compiled.accept(compiled.example(SOME_DAY), on=SOME_DAY, fixed={key: code})

    assert accepted.values[key] == code


@pytest.mark.parametrize(("stem", "code"), _options(CHOSEN_BY_STAFF))
def test_the_examples_of_hidden_fields_hold_once_they_are_shown(stem: str, code: str) -> None:
    _compiled(stem).accept(_everything(stem) | {CHOSEN_BY_STAFF[stem]: code}, on=SOME_DAY)


def test_every_form_has_its_paper() -> None:
    assert set(paper.PAPER) == set(STEMS)


@pytest.mark.parametrize("stem", STEMS)
def test_every_form_has_the_number_and_exactly_the_fields_of_its_paper(stem: str) -> None:
    code, printed, own = paper.PAPER[stem]
    form = _form(stem)
    blocks = [c["properties"]["subform"] for c in _components(stem) if c["properties"].get("subform")]
    keys = [component.key for component in form.fields()] + blocks

    assert form.code == code
    assert sorted(keys) == sorted(printed.split() + own.split())


@pytest.mark.parametrize(
    ("field", "codes"),
    [
        pytest.param(field, paper.CODES[name].split(), id=f"{field} {name}")
        for name, fields in paper.ANSWERED_WITH.items()
        for field in fields.split()
    ],
)
def test_answers_come_from_the_code_lists(field: str, codes: list[str]) -> None:
    stem, _, key = field.partition(".")

    assert [option.value for option in _field(stem, key).options] == codes


def test_a_field_tells_the_block_of_the_paper_it_is_part_of() -> None:
    told = {each["key"]: each.get("subform") for each in _compiled("pregnancy_notification").describe()}

    assert (told["family_name"], told["resident_id"], told["edd"]) == ("woman", "woman", None)


@pytest.mark.parametrize("stem", STEMS)
def test_everything_a_person_reads_is_in_both_languages(stem: str) -> None:
    schema = _schema(stem)
    texts = [(schema["properties"]["title_ja"], schema["properties"]["title_en"])]
    texts += [(rule["ja"], rule["en"]) for rule in schema["properties"].get("rules", [])]
    for component in _components(stem):
        said = component["properties"]
        if component["type"] == "text":
            texts.append((component["text"], said["text_en"]))
        else:
            texts.append((component["label"], said["label_en"]))
        texts += [(option["label"], option["label_en"]) for option in component.get("values", [])]
        if "description" in component or "help_en" in said:
            texts.append((component["description"], said["help_en"]))
        if "warn_if" in said:
            texts.append((said["warn_ja"], said["warn_en"]))

    assert [pair for pair in texts if not all(text.strip() for text in pair)] == []
    assert [
        english
        for _, english in texts
        if not english.isascii() and not english.replace("–", "").isascii() and "“" not in english
    ] == []


@pytest.mark.parametrize("stem", STEMS)
def test_every_component_has_a_stable_id_of_its_own(stem: str) -> None:
    ids = [component["id"] for component in _components(stem)]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("stem", STEMS)
def test_facts_are_declared_by_the_bundle_with_the_type_the_form_gives(stem: str) -> None:
    declared = tomllib.loads((ROOT / "processes" / "seamless_support" / "bundle.toml").read_text("utf-8"))["facts"]
    compiled = _compiled(stem)
    types = {name: fact if isinstance(fact, str) else fact["type"] for name, fact in declared.items()}
    classes: dict[str, type] = {"str": str, "int": int, "bool": bool, "date": date, "instant": datetime}

    named = {component.fact for component in _form(stem).fields()} - {None}
    facts = compiled.accept(compiled.example(SOME_DAY), on=SOME_DAY).facts

    assert named - types.keys() == set()
    assert {n: v for n, v in facts.items() if v is not None and type(v) is not classes[types[n]]} == {}


@pytest.mark.parametrize("stem", STEMS)
def test_what_is_filled_in_beforehand_is_sound(stem: str) -> None:
    compiled = _compiled(stem)

    compiled.accept(compiled.example(SOME_DAY) | compiled.defaults(on=SOME_DAY), on=SOME_DAY)


def test_the_phone_note_asks_for_one_thing_only() -> None:
    schema = _schema("contact_note")
    open_fields = [c for c in schema["components"] if c["type"] != "group"]

    asked = [
        c["key"]
        for c in open_fields
        if c.get("validate", {}).get("required") and "defaultValue" not in c and "default" not in c["properties"]
    ]

    assert asked == ["facts"]


# --- the notification -------------------------------------------------------------------------


def test_the_notification_tells_the_facts_of_the_pregnancy() -> None:
    facts = _accepted(
        "pregnancy_notification", fetus_count=2, handbook_numbers=[{"number": "1"}, {"number": "2"}]
    ).facts

    assert facts["fetus_count"] == 2
    assert facts["due_on"] == date(2026, 11, 13)
    assert facts["applicant_type"] == "self"
    assert facts["late_notification"] is False


def test_each_fetus_has_its_handbook() -> None:
    assert "handbook_numbers" in _refused("pregnancy_notification", fetus_count=2)


def test_a_proxy_gives_a_name() -> None:
    assert _refused("pregnancy_notification", applicant_type="proxy", proxy_name="") == {"proxy_name"}


def test_a_woman_who_has_seen_nobody_yet_needs_no_doctor_but_is_not_forgotten() -> None:
    accepted = _accepted(
        "pregnancy_notification", not_yet_seen=True, doctor_or_midwife="", gestational_weeks=30, edd="2026-06-19"
    )

    assert accepted.facts["antenatal_never_seen"] is True
    assert accepted.facts["late_notification"] is True


def test_a_birth_date_in_the_future_is_refused() -> None:
    assert _refused("pregnancy_notification", birth_date="2026-04-11") == {"birth_date"}


def test_nobody_needs_a_phone_or_an_address() -> None:
    _accepted("pregnancy_notification", phone="なし", address="不明", postal_code="不明", junior_high_district="不明")


# --- consent ----------------------------------------------------------------------------------


def test_consent_covers_the_agencies_named_and_no_other() -> None:
    facts = _accepted("sharing_consent", agencies=["hospital"]).facts

    assert facts["consent_given"] is True
    assert facts["consent_hospital"] is True
    assert facts["consent_nursery"] is False


def test_a_refusal_shares_with_nobody_and_needs_no_reason() -> None:
    facts = _accepted("sharing_consent", refusal=True, refusal_reason="", agencies=["hospital"]).facts

    assert facts["consent_refused"] is True
    assert facts["consent_given"] is False
    assert facts["consent_hospital"] is False


def test_saying_no_is_no_harder_than_saying_yes() -> None:
    asked_for_yes = _compiled("sharing_consent").shown({}, on=SOME_DAY)
    asked_for_no = _compiled("sharing_consent").shown({"refusal": True}, on=SOME_DAY)
    required = {component.key for component in _form("sharing_consent").fields() if component.required}

    assert asked_for_no & required < asked_for_yes & required


def test_an_oral_consent_is_signed_later() -> None:
    facts = _accepted("sharing_consent", signature_type="oral", signature_file="", signed_at="").facts

    assert facts["consent_signature"] == "oral"


# --- interview --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "score", "level"),
    [
        pytest.param({}, 0, 0, id="nothing of note"),
        pytest.param({"previous_loss": "y"}, 1, 1, id="R25: an earlier loss"),
        pytest.param({"supporters": ["none"], "partner_status": "poor"}, 3, 1, id="R10 and R11: alone"),
        pytest.param({"current_treatment": "y", "mental_history": "y"}, 3, 1, id="R06 counts, R07 not beside it"),
        pytest.param({"mental_history": "y"}, 1, 1, id="R07: past only"),
        pytest.param({"ipv_screen": "y"}, 4, 2, id="R12: violence"),
        pytest.param({"feeling_about_pregnancy": "troubled", "finance": "hard"}, 5, 2, id="R03 and R13"),
        pytest.param({"sibling_concern": "placed"}, 4, 3, id="R18: a placed sibling leads to L3 alone"),
        pytest.param({"ipv_screen": "y", "finance": "welfare", "supporters": ["none"]}, 8, 3, id="eight points"),
        pytest.param(
            {"mental_history": "u", "ipv_screen": "r"}, 0, 0, id="unknown and refused are not held against her"
        ),
    ],
)
def test_the_interview_adds_up_the_indicators(answers: dict[str, Any], score: int, level: int) -> None:
    accepted = _accepted("interview", **answers)

    assert accepted.facts["risk_score"] == score
    assert accepted.values["level_calculated"] == level


def test_the_level_a_professional_decides_is_a_number_for_the_diagrams() -> None:
    assert _accepted("interview", level_decided="L3").facts["level_decided"] == 3


def test_the_interview_counts_what_was_known_before() -> None:
    known = {"young_mother": True, "notified_weeks": 28, "fetus_count": 2, "epds_positive": True}

    accepted = _compiled("interview").accept(_everything("interview"), on=SOME_DAY, known=known)

    assert accepted.facts["risk_score"] == 2 + 3 + 1 + 3


def test_violence_is_not_asked_about_beside_the_partner() -> None:
    shown = _compiled("interview").shown({"participants": ["partner"]}, on=SOME_DAY)

    assert "ipv_screen" not in shown
    assert "ipv_screen" in _compiled("interview").shown({"participants": ["sibling"]}, on=SOME_DAY)


def test_going_below_the_calculated_level_needs_a_reason() -> None:
    assert _refused("interview", ipv_screen="y", level_decided="L1", override_reason="") == {"override_reason"}


def test_the_second_reader_settles_the_level() -> None:
    facts = _accepted("triage_review", level_decided="L3").facts

    assert facts["risk_level"] == facts["level_confirmed"] == facts["level_decided"] == 3


def test_a_later_interview_does_not_wipe_what_was_told_at_the_first() -> None:
    compiled = _compiled("interview")
    answers = _everything("interview") | {"ipv_screen": "", "partner_status": "unknown"}

    facts = compiled.accept(answers, on=SOME_DAY, fixed={"phase": "late"}).facts

    assert facts.get("partner_violence") is None
    assert facts.get("unwanted_pregnancy") is None


# --- questionnaires ---------------------------------------------------------------------------


def test_epds_adds_up_its_ten_items() -> None:
    accepted = _accepted("epds", item_01=3, item_04=3, item_07=3)

    assert accepted.values["total"] == 9
    assert accepted.facts["epds_total"] == 9
    assert accepted.facts["epds_positive"] is True


def test_epds_below_the_cut_off_is_not_positive() -> None:
    facts = _accepted("epds", item_01=3, item_04=3, item_07=2).facts

    assert facts["epds_positive"] is False
    assert facts["self_harm_thoughts"] is False


def test_epds_with_an_item_left_out_has_no_total_but_a_reason() -> None:
    accepted = _accepted("epds", item_03="", missing_reason="答えたくない")

    assert accepted.values.get("total") is None
    assert _refused("epds", item_03="", missing_reason="") == {"missing_reason"}


def test_thoughts_of_self_harm_are_positive_whatever_the_total_and_ask_for_a_talk() -> None:
    accepted = _accepted("epds", item_10=1, danger_assessment="plan", action="emergency")

    assert accepted.facts["self_harm_thoughts"] is True
    assert accepted.facts["epds_positive"] is True
    assert accepted.facts["self_harm_danger"] is True
    assert _refused("epds", item_10=1, interview_notes="", danger_assessment="") == {
        "interview_notes",
        "danger_assessment",
    }
    assert _refused("epds", item_10=1, action="record") == {"action"}


@pytest.mark.parametrize("score", [-1, 4, "x"])
def test_an_epds_item_is_scored_0_to_3(score: Any) -> None:
    assert "item_05" in _refused("epds", item_05=score)


@pytest.mark.parametrize(
    ("items", "attention"),
    [
        pytest.param({}, False, id="all zero"),
        pytest.param({"item_03": 1}, True, id="irritation"),
        pytest.param({"item_05": 1}, True, id="anger"),
        pytest.param({"item_01": 2}, False, id="two points elsewhere"),
        pytest.param({"item_01": 2, "item_06": 1}, True, id="three points"),
    ],
)
def test_bonding_asks_for_attention(items: dict[str, int], attention: bool) -> None:
    assert _accepted("bonding", **items).facts["bonding_attention"] is attention


def test_the_checklist_points_out_what_to_talk_about() -> None:
    accepted = _accepted("support_checklist", item_4a="n", item_9="y")

    assert accepted.values["concern_flags"] == 2
    assert accepted.facts["checklist_urge_to_hit"] is True


# --- visits, check-ups, no-shows --------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "sighting"),
    [("seen_awake", "sighted"), ("seen_asleep", "sighted"), ("heard_only", "heard_only"), ("not_seen", "none")],
)
def test_a_visit_tells_sighting_from_hearing(seen: str, sighting: str) -> None:
    facts = _accepted("home_visit", child_sighted=seen).facts

    assert facts["sighting"] == sighting
    assert (facts.get("sighted_on") == SOME_DAY) is (sighting == "sighted")


def test_a_visit_nobody_answered_needs_no_advice() -> None:
    compiled = _compiled("home_visit")
    answers = _everything("home_visit") | {"result": "absent", "child_sighted": "not_seen"}
    for key in ("advice_given", "mother_condition", "mood", "persons_met"):
        answers[key] = ""

    assert compiled.accept(answers, on=SOME_DAY).facts["visit_result"] == "absent"


@pytest.mark.parametrize(
    ("judges", "judgement"),
    [
        pytest.param({}, "none", id="no abnormality"),
        pytest.param({"medical_judge": "3"}, "observe", id="observe"),
        pytest.param({"medical_judge": "3", "speech_judge": "4"}, "refer", id="refer leads"),
        pytest.param({"dental_judge": "5"}, "treatment", id="treatment"),
        pytest.param({"mental_dev_judge": "9"}, "undetermined", id="undetermined"),
    ],
)
def test_the_gravest_finding_of_a_checkup_leads(judges: dict[str, str], judgement: str) -> None:
    facts = _accepted("checkup_result", checkup_type="3y", **judges).facts

    assert facts["checkup_judgement"] == judgement
    assert facts["precise_result"] == ("received" if judgement == "refer" else "none")


def test_the_age_at_a_checkup_is_worked_out_from_the_register() -> None:
    compiled = _compiled("checkup_result")

    values = compiled.accept(_everything("checkup_result"), on=SOME_DAY, known={"born_on": date(2025, 12, 11)}).values

    assert values["age_months"] == 3


def test_a_visit_that_saw_no_child_says_nothing_of_injuries() -> None:
    unseen = _accepted("home_visit", child_sighted="not_seen").facts

    assert "maltreatment_seen" not in unseen
    assert _accepted("home_visit", child_sighted="not_seen", injuries_noticed="y").facts["maltreatment_seen"] is True


def test_a_phone_note_wipes_no_wish_told_before() -> None:
    facts = _accepted("contact_note").facts

    assert {"late_wishes_contact", "postpartum_checkup_done"} & facts.keys() == set()


def test_a_child_who_did_not_come_was_not_seen() -> None:
    facts = _accepted("checkup_result", attended="no").facts

    assert facts["attendance"] == "not_examined"
    assert facts.get("sighting") is None
    assert facts.get("checkup_judgement") is None


def test_a_child_examined_elsewhere_was_not_sighted_by_us() -> None:
    facts = _accepted("checkup_result", attended="elsewhere").facts

    assert facts["attendance"] == "elsewhere"
    assert facts.get("sighting") is None


def test_no_show_follow_up_keeps_not_examined_not_located_and_sighted_apart() -> None:
    assert _accepted("no_show_record", state="not_located").facts["whereabouts"] == "not_located"
    assert _accepted("no_show_record", state="contacting").facts["whereabouts"] == "status_unknown"
    assert (
        _accepted("no_show_record", state="contacting", affiliation_result="affiliation_confirmed").facts["whereabouts"]
        == "affiliation_confirmed"
    )
    assert _accepted("no_show_record", state="sighted_concern").facts["sighting_condition"] == "concern"


def test_confirming_a_nursery_place_is_no_sighting() -> None:
    assert "sighting" not in _accepted("affiliation_check").facts


# --- protection and hand-over -----------------------------------------------------------------


def test_an_urgent_report_was_told_by_phone_first() -> None:
    assert _refused("cgc_notification", urgency="AA", oral_at="") == {"oral_at"}


def test_the_child_centre_may_hear_of_a_child_of_whom_little_is_known() -> None:
    _accepted(
        "cgc_notification",
        child_family_name="不明",
        child_given_name="不明",
        child_birth_date="不明",
        present_location_of_child="不明",
    )


def test_the_notice_counts_48_hours_from_its_receipt() -> None:
    accepted = _accepted("notice_received", kind="abuse_report", received_at="2026-04-10T09:00+09:00")

    assert accepted.values["sighting_deadline"].startswith(("2026-04-12T09:00", "2026-04-12T00:00"))


def test_a_hand_over_to_another_municipality_says_what_it_is() -> None:
    assert "kind" in _refused("move_handover", kind="")


def test_a_child_at_risk_is_not_handed_over_by_letter() -> None:
    assert _refused("move_handover", level="L4", handed_by="document", within_days=14) == {"handed_by", "within_days"}


@pytest.mark.parametrize(
    ("receiver", "fact"), [("school", "school_received_on"), ("municipality", "move_acknowledged_on")]
)
def test_a_receipt_counts_for_the_side_that_gave_it(receiver: str, fact: str) -> None:
    facts = _accepted("handover_receipt", receiver_kind=receiver).facts

    assert [name for name, value in facts.items() if value == SOME_DAY] == [fact]


def test_a_loss_that_leaves_a_twin_keeps_the_pregnancy() -> None:
    assert _accepted("loss_record", loss="miscarriage", all_of_pregnancy="continues").facts["pregnant"] is True
    assert _accepted("loss_record", loss="miscarriage").facts["pregnant"] is False


def test_an_unnamed_newborn_can_be_written_down() -> None:
    _accepted("birth_notification", given_name="（未命名）", given_name_kana="")


def test_a_plan_for_an_intensive_family_says_what_to_do_in_an_emergency() -> None:
    compiled = _compiled("support_plan")
    answers = _everything("support_plan") | {"emergency_plan": ""}

    compiled.accept(answers, on=SOME_DAY, known={"risk_level": 2})
    with pytest.raises(AnswersRejected) as rejected:
        compiled.accept(answers, on=SOME_DAY, known={"risk_level": 3})
    assert set(rejected.value.errors) == {"emergency_plan"}


def test_the_benefit_is_fifty_thousand_yen_for_each_fetus() -> None:
    assert _accepted("benefit_application", benefit_code="preg2", fetus_count_certified=2).values["amount"] == 100_000


def test_postpartum_care_waits_while_there_is_an_infection() -> None:
    assert _refused("postpartum_care", infectious_disease="y") == {"decision"}


def test_no_questionnaire_ships_licensed_wording() -> None:
    for stem in ("epds", "bonding"):
        labels = [component["label"] for component in _components(stem) if component.get("key", "").startswith("item_")]
        assert max(map(len, labels)) <= 25

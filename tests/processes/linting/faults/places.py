"""Places in the shipped bundle where faults are put."""

from __future__ import annotations

from tests.processes.linting.mutations import step, timed

VISIT, JOURNEY, CHECKUP = "home_visit.bpmn", "family_journey.bpmn", "child_checkup.bpmn"
SAFETY, PREGNANCY, CHILDHOOD, TOML = "safety_check.bpmn", "pregnancy.bpmn", "childhood.bpmn", "bundle.toml"
INTERVAL, LEVEL = "review_interval.dmn", "triage_level.dmn"
FORM = "forms/seamless_support/contact_note.form"

MET = "visit_result_known"
TO_TRIAGE, TO_RETRY = f"{MET}_to_triage_after_visit", f"{MET}_to_decide_retry"
LETTER = f"{step('announce_visit')}//s:serviceTaskOperator"
WAIT = f"{timed('stay_over')}/b:timeDate"
GROUP = "child_support"

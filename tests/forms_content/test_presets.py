"""What a form opens with. Nothing medical, no judgement, no "all is well" and no consent stands chosen beforehand.

A preset is overlooked by somebody in a hurry and then counts as what they found. So each one is named here with the
reason why it may stand; a field that is on no list opens empty. Facts that the system knows of the family or of
whoever fills the form are not in the files: `web.pages.pickers.prefilled` and a task's fixed fields set them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from forms.compiler import compile_form
from forms.components import Component, ComponentType, Form
from forms.definition import read

FOLDER = Path(__file__).parents[2] / "forms" / "seamless_support"
STEMS = sorted(path.stem for path in FOLDER.glob("*.form"))

DAY_OF_THE_ACT = ("=today", "=now")
NOT_OF_THE_ACT = {
    "council_registration last_confirmed_at": "says that somebody saw how the child is",
    "no_show_record due_date": "was an earlier day",
    "checkup_result invited_at": "was an earlier day",
}
"""Days that are not the day on which the form is filled, so that today would be a wrong answer."""

ALLOWED = {
    "a number that the office gives the paper": """
        support_plan.plan_no support_plan.version needs_survey.version council_registration.ytk_no
        sharing_consent.consent_version
    """,
    "how often the town looks again, as its rules propose": """
        conference.next_review council_registration.monitoring_interval_days council_registration.review_on
        support_plan.interval_days support_plan.review_date sharing_consent.valid_until prefecture_record.planned_times
    """,
    "the language of the town, where another one asks for an interpreter": """
        home_visit.language_used interview.language_used pregnancy_notification.handbook_language
    """,
    "said of every notification unless it says otherwise (FM01: default 1; a woman notifies)": """
        pregnancy_notification.fetus_count pregnancy_notification.sex
    """,
    "how a note outside a task is mostly taken; nothing follows from it": """
        contact_note.method contact_note.direction
    """,
    "says itself that there is no answer yet": """
        birth_notification.given_name benefit_application.bank benefit_application.decision postpartum_care.decision
        service_application.decision move_handover.reply school_handover.received_by cgc_feedback.receiver_name
        cgc_feedback.cgc_case_no cgc_notification.receiver_name cgc_notification.child_birth_date
        cgc_notification.present_location_of_child precise_result.institution notice_received.assigned_to
    """,
    "the office that fills the form": """
        final_review.contact_after school_handover.contact_after_entry epds.administered_by_org
    """,
}
NO_ANSWER_YET = {"不明", "担当者未定", "（未命名）", "未提出", "未受領", "pending", "waiting"}


def _form(stem: str) -> Form:
    return read(stem, (FOLDER / f"{stem}.form").read_bytes())


def _presets(components: tuple[Component, ...]) -> Iterator[Component]:
    for component in components:
        yield from _presets(component.children)
        if component.default not in (None, False):  # a box that is not ticked says nothing
            yield component


def _allowed() -> dict[str, str]:
    return {name: reason for reason, names in ALLOWED.items() for name in names.split()}


@pytest.mark.parametrize("stem", STEMS)
def test_a_form_opens_with_nothing_but_what_is_allowed_with_a_reason(stem: str) -> None:
    presets = {f"{stem}.{each.key}": each for each in _presets(_form(stem).components)}

    unexplained = {
        name: each.default
        for name, each in presets.items()
        if name not in _allowed() and not (each.type is ComponentType.DATETIME and each.default in DAY_OF_THE_ACT)
    }

    assert unexplained == {}


def test_no_reason_outlives_its_preset() -> None:
    presets = {f"{stem}.{each.key}" for stem in STEMS for each in _presets(_form(stem).components)}

    assert set(_allowed()) - presets == set()


@pytest.mark.parametrize("name", sorted(NOT_OF_THE_ACT))
def test_a_day_that_is_not_that_of_the_act_is_asked(name: str) -> None:
    stem, key = name.split()

    assert next(each for each in _form(stem).fields() if each.key == key).default is None


def test_what_says_that_there_is_no_answer_does_say_so() -> None:
    silent = ALLOWED["says itself that there is no answer yet"].split()
    defaults = {f"{stem}.{each.key}": each.default for stem in STEMS for each in _presets(_form(stem).components)}

    assert {defaults[name] for name in silent} <= NO_ANSWER_YET


@pytest.mark.parametrize("stem", STEMS)
def test_nothing_is_ticked_and_nothing_picked_when_a_form_opens(stem: str) -> None:
    form = _form(stem)
    opened: dict[str, Any] = compile_form(form).defaults(on=date(2026, 4, 10))
    picked = {
        f"{stem}.{each.key}"
        for each in form.fields()
        if each.type in (ComponentType.CHECKBOX, ComponentType.CHECKLIST) and opened.get(each.key)
    }

    assert picked == set()


def test_the_checkup_form_opens_with_its_day_alone() -> None:
    opened = compile_form(_form("checkup_result")).defaults(on=date(2026, 4, 10))

    assert opened == {"session_date": "2026-04-10"}

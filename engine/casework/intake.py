"""Opening a case: the pregnancy notification (FM01) makes a family known and starts its journey."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import audit, organisation
from engine.access import Action, Actor, Allowed, policy
from engine.access import load as load_standing
from engine.cases import case as cases
from engine.cases import family, tracks
from engine.cases.case import Case, CaseState
from engine.cases.submission import Submission
from engine.casework import moves, notified_woman, task_views
from engine.casework.delivery import Delivery
from engine.casework.form_catalogue import opening_form
from engine.casework.knowledge import CaseKnowledge
from engine.casework.message_handlers import pregnancy_notified
from engine.casework.notified_woman import NOTIFICATION_FORM, centre_of_district
from engine.casework.views import Opened
from engine.clock import jst_day
from engine.database import take_turns
from engine.errors import Conflict
from engine.workflow import versions
from engine.workflow.step import Step
from engine.workflow.task import Task
from forms.compiler import Accepted, compile_form

NOTIFICATION = "pregnancy_notified"


class CaseAlreadyOpen(Conflict):
    """The woman has an open case. `case_id` is None when the caller may not see it."""

    code = "case_already_open"

    def __init__(self, case_id: str | None) -> None:
        self.case_id = case_id
        super().__init__(f"expected a woman without an open case, but she has one ({case_id})")


def open_case(session: Session, actor: Actor, answers: Mapping[str, Any], *, now: datetime) -> Opened:
    """Open a case from the answers of FM01; J01–J02 are done with it.

    answers: form field key -> value as given, unchecked.
    Raises AnswersRejected, CaseAlreadyOpen, NotPermitted, FormUnknown; then nothing is written.
    """
    day = jst_day(now)
    policy.require(load_standing(session, actor, on=day), Action.OPEN_CASE)
    version = versions.load(session, versions.current_id(session))
    form = opening_form(session)
    accepted = compile_form(form).accept(answers, on=day)
    notified_woman.require_district(session, accepted.values, day)
    take_turns(session, cases.NUMBERING)  # two counters, one woman, the same moment: the second finds her known
    _require_new(session, actor, accepted.values, day)
    case = _new_case(session, actor, accepted.values, version.id, now)
    step, knowledge = moves.begun(
        session, version, version.bundle.journey, case=case, centre_id=case.centre_id, now=now, actor_id=actor.staff_id
    )
    step.note("case_opened", ref=case.id)
    take_notification(step, knowledge, accepted, form.version)
    moves.finish(step, knowledge)
    audit.record(
        session, "case.opened", by=actor.staff_id, about=case.id, now=now, details={"instance": step.instance.id}
    )
    opened = [task for task in step.opened if task.state == "open"]
    return Opened(case.id, step.instance.id, task_views.of_tasks(session, actor, opened, version))


def _require_new(session: Session, actor: Actor, values: Mapping[str, Any], day: date) -> None:
    kana = f"{values.get('family_name_kana', '')}{values.get('given_name_kana', '')}"
    birth = date.fromisoformat(values["birth_date"]) if values.get("birth_date") else None
    known = family.known_mother(session, resident_id=notified_woman.resident_of(values), kana=kana, birth_date=birth)
    if known is not None:
        standing = load_standing(session, actor, known, on=day)
        sees = isinstance(policy.decide(standing, Action.VIEW_CASE), Allowed)
        raise CaseAlreadyOpen(known if sees else None)


def _new_case(session: Session, actor: Actor, values: Mapping[str, Any], version_id: str, now: datetime) -> Case:
    day = jst_day(now)
    fiscal_year = day.year if day.month >= 4 else day.year - 1
    case = Case(
        number=cases.next_number(session, fiscal_year),
        state=CaseState.OPEN,
        centre_id=centre_for(session, values.get("junior_high_district"), actor, day),
        version_id=version_id,
        opened_at=now,
        confidential=bool(values.get("dv_flag")),
    )
    session.add(case)
    notified_woman.enter(session, case, values, now)
    session.flush()
    return case


def centre_for(session: Session, district: str | None, actor: Actor, on: date) -> str:
    """The centre that owns the case: that of the district, else that of the counter. Source: D-09 rows 4 and 5."""
    owner = centre_of_district(session, district, on) if district else None
    if owner is not None:
        return owner.id
    if actor.centre_id is not None:
        return actor.centre_id
    return organisation.centres(session)[0].id


def take_notification(step: Step, knowledge: CaseKnowledge, accepted: Accepted, form_version: str) -> None:
    """Start a pregnancy's track and finish its first task with the answers just given."""
    payload = {name: value for name, value in accepted.facts.items() if value is not None}
    if not pregnancy_notified(Delivery(step, knowledge, NOTIFICATION, None, payload, of_house=True)):
        knowledge.set_facts(None, accepted.facts)
        _keep(step, knowledge, accepted, form_version, None)
        return
    track = tracks.pregnancies(step.session, knowledge.owner_id)[-1].track_id
    waiting = [
        task for task in step.peek_open() if task.form == NOTIFICATION_FORM and tracks.root(task.track_id) == track
    ]
    if not waiting:
        _keep(step, knowledge, accepted, form_version, None)
        return
    task = waiting[0]
    knowledge.set_facts(task.track_id, accepted.facts)
    _keep(step, knowledge, accepted, form_version, task)
    step.complete(task, "done", accepted.facts)


def _keep(step: Step, knowledge: CaseKnowledge, accepted: Accepted, form_version: str, task: Task | None) -> None:
    step.session.add(
        Submission(
            case_id=knowledge.owner_id,
            track_id=task.track_id if task else None,
            task_id=task.id if task else None,
            form=NOTIFICATION_FORM,
            form_version=form_version,
            outcome="done",
            answers=accepted.values,
            note="",
            author_id=step.actor_id,
            submitted_at=knowledge.now,
        )
    )

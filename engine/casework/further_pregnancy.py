"""The next pregnancy of a family under support: its notification (FM01) starts a track of its own, J01–J02 done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import audit
from engine.access import Action, Actor, MessageSubject, policy
from engine.access import load as load_standing
from engine.cases import case as cases
from engine.cases import family, tracks
from engine.cases import submission as submissions
from engine.cases.case import Case, CaseState
from engine.cases.family import Person
from engine.cases.tracks import PregnancyState
from engine.casework import moves, notified_woman, task_views
from engine.casework.form_catalogue import find_form
from engine.casework.intake import NOTIFICATION, take_notification
from engine.casework.notified_woman import NOTIFICATION_FORM
from engine.casework.viewing import visitor
from engine.casework.views import Opened
from engine.clock import jst_day
from engine.errors import Conflict
from engine.organisation.roles import Sensitivity
from engine.workflow import instance as instances
from engine.workflow import versions
from forms.compiler import AnswersRejected, compile_form
from forms.sentences import Sentence

ANOTHER_WOMAN = Sentence(
    "この家族の母の宛名番号・生年月日と違います。別の方の届なら、新しいケースで受けます。",
    "This is not the resident number or birth date of this family's mother. Another woman's notification opens a"
    " case of her own.",
)
# What her last notification says of herself; all else on the form is of one pregnancy.
OF_THE_WOMAN = (
    *("family_name", "given_name", "family_name_kana", "given_name_kana", "birth_date", "sex", "alias_name"),
    *("nationality", "resident_id", "occupation", "marital_status", "householder_name", "dv_flag"),
)
OF_HER_ADDRESS = (
    *("postal_code", "address", "junior_high_district", "phone", "contact_address", "safe_to_call_times"),
)


class PregnancyUnderWay(Conflict):
    """The family's pregnancy has not ended: a notification now is most likely the same one, taken twice."""

    code = "pregnancy_under_way"

    def __init__(self, case_id: str) -> None:
        self.case_id = case_id
        super().__init__(f"expected a family without an open pregnancy, but case {case_id} has one")


class JourneyOver(Conflict):
    """The family's support has ended, or is ending: its next pregnancy opens a new case."""

    code = "journey_over"

    def __init__(self, case_id: str) -> None:
        self.case_id = case_id
        super().__init__(f"expected case {case_id} to be open with a running journey, but it is not")


def known_answers(session: Session, actor: Actor, case_id: str, *, now: datetime) -> dict[str, Any]:
    """What the form may begin with: the woman as she was notified last. Field key -> value.

    A sealed address, and her numbers with it, only for who may read them. Raises CaseUnknown, Forbidden, Hidden,
    PregnancyUnderWay, JourneyOver.
    """
    case = _ready(session, actor, case_id, now)
    standing = visitor(session, actor, case_id, on=jst_day(now))
    sealed = case.confidential or any(address.sealed for address in family.addresses(session, case_id))
    shown = OF_THE_WOMAN if sealed and Sensitivity.S5 not in policy.levels(standing) else OF_THE_WOMAN + OF_HER_ADDRESS
    held = _last_notification(session, case_id)
    audit.record(session, "case.viewed.notification", by=actor.staff_id, about=case_id, now=now)
    return {key: held[key] for key in shown if held.get(key) not in (None, "")}


def notify_further_pregnancy(
    session: Session, actor: Actor, case_id: str, answers: Mapping[str, Any], *, now: datetime
) -> Opened:
    """Take the notification of a further pregnancy of a family under support.

    answers: form field key -> value as given, unchecked. What they say newly of the woman is put right.
    Raises CaseUnknown, Forbidden, Hidden, PregnancyUnderWay, JourneyOver, AnswersRejected; then nothing is written.
    """
    case = _ready(session, actor, case_id, now)
    version = versions.load(session, case.version_id)
    journey = instances.journey_id(session, case_id, version.bundle.journey)
    assert journey is not None  # `_ready` has looked
    form = find_form(version.bundle, NOTIFICATION_FORM)
    accepted = compile_form(form).accept(answers, on=jst_day(now))
    _require_same_woman(session, case_id, accepted.values)
    before = _last_notification(session, case_id)
    with moves.opened(session, journey, now=now, actor_id=actor.staff_id) as (step, knowledge):
        _require_none_under_way(session, case_id)  # again, under the lock: two counters, the same moment
        step.note("message", name=NOTIFICATION, details={"name": NOTIFICATION})
        told = {**before, **{key: value for key, value in accepted.values.items() if value not in (None, "")}}
        notified_woman.correct(session, case, before, told, now)
        knowledge.forget_persons()
        take_notification(step, knowledge, accepted, form.version)
    audit.record(
        session, "pregnancy.notified", by=actor.staff_id, about=case_id, now=now, details={"instance": journey}
    )
    opened = [task for task in step.opened if task.state == "open"]
    return Opened(case_id, journey, task_views.of_tasks(session, actor, opened, version))


def _ready(session: Session, actor: Actor, case_id: str, now: datetime) -> Case:
    """The case, if the actor may tell of a pregnancy of this family and the family can have one."""
    day = jst_day(now)
    standing = visitor(session, actor, case_id, on=day)
    policy.require(standing, Action.VIEW_CASE)
    policy.require(load_standing(session, actor, on=day), Action.OPEN_CASE)
    policy.require(standing, Action.SEND_MESSAGE, MessageSubject(NOTIFICATION))
    case = cases.load(session, case_id)
    journey = versions.load(session, case.version_id).bundle.journey
    if case.state != CaseState.OPEN or instances.journey_id(session, case_id, journey) is None:
        raise JourneyOver(case_id)
    _require_none_under_way(session, case_id)
    return case


def _require_none_under_way(session: Session, case_id: str) -> None:
    if any(each.state == PregnancyState.OPEN for each in tracks.pregnancies(session, case_id)):
        raise PregnancyUnderWay(case_id)


def _last_notification(session: Session, case_id: str) -> Mapping[str, Any]:
    """The answers of her last FM01, corrected ones before those they correct; empty for a family that moved in."""
    held = submissions.last_of_form(session, case_id, NOTIFICATION_FORM)
    return held.answers if held is not None else {}


def _require_same_woman(session: Session, case_id: str, values: Mapping[str, Any]) -> None:
    """Her number must be hers; without one her birth date. Raises AnswersRejected."""
    mother = _mother(session, case_id)
    resident = notified_woman.resident_of(values)
    if mother is None:
        return
    if resident and mother.resident_id:
        wrong = "resident_id" if resident != mother.resident_id else None
    else:
        born = date.fromisoformat(values["birth_date"]) if values.get("birth_date") else None
        wrong = "birth_date" if born and mother.birth_date and born != mother.birth_date else None
    if wrong:
        raise AnswersRejected({wrong: [ANOTHER_WOMAN]})


def _mother(session: Session, case_id: str) -> Person | None:
    return next((person for person in family.members(session, case_id) if person.relation == "mother"), None)

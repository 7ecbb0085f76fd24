"""A message nobody could match, or a notice: a person says which case it belongs to, or that it opens one.

The instance that carries the notice has no case; these are the two ways on from it. Never "the first" of several.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import organisation
from engine.cases import case as cases
from engine.cases.case import Case, CaseState
from engine.cases.family import Person
from engine.casework import moves
from engine.casework.delivery import Delivery, Unclear
from engine.casework.knowledge import CaseKnowledge
from engine.casework.message_handlers import settle, take
from engine.casework.message_payload import normalised
from engine.clock import jst_day
from engine.database import municipality_of
from engine.errors import Rejected
from engine.workflow import instance as instances
from engine.workflow import versions
from engine.workflow.message import Inbox
from engine.workflow.step import Step
from engine.workflow.task import Task
from forms.compiler import AnswersRejected
from forms.sentences import Sentence

MATCH_FORM = "notice_match"
NOTICE = "notice_received"
NOT_A_CASE = Sentence(
    "その番号の進行中のケースはありません。ケース番号を確かめてください。",
    "There is no open case with this number. Please check the case number.",
)
WHICH_TRACK = Sentence(
    "この家庭には妊娠やお子さんが複数あります。ケース番号の後に「/p2」「/c1」のように付けて、どれかを書いてください。",
    "The family has several pregnancies or children. Add which one after the case number, such as /p2 or /c1.",
)
NO_TRACK = Sentence(
    "この家庭には、この知らせに当てはまる妊娠・お子さんがありません。ケース番号を確かめてください。",
    "The family has no pregnancy or child this message fits. Please check the case number.",
)
WHO_DIED = Sentence(
    "亡くなったのがお子さんならケース番号の後に「/c1」のように、親なら「/親」と付けて、だれかを書いてください。",
    "Say who died: add /c1 or the like after the case number for a child, /parent for a parent.",
)
PARENT = ("親", "parent")  # written in place of a track
UNKNOWN_NAME = "（氏名未確認）"


class NotMatched(Rejected):
    """Nobody has said yet which case the notice is about."""

    code = "not_matched"

    def __init__(self) -> None:
        super().__init__("expected the case a notice belongs to, but none was named")


def checked(session: Session, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The match form's answers with the case's id in place of its number. Raises AnswersRejected."""
    named = str(answers.get("matched_case_id") or "").strip()
    if answers.get("decision") != "attach" or not named:
        return dict(answers)
    case, track = _find(session, named)
    if case is None:
        raise AnswersRejected({"matched_case_id": [NOT_A_CASE]})
    return {**answers, "matched_case_id": f"{case.id}/{track}" if track else case.id}


def find_case(session: Session, named: str) -> Case | None:
    """The open case with this id or number, whatever track is named behind it."""
    return _find(session, named)[0]


def _find(session: Session, named: str) -> tuple[Case | None, str | None]:
    """The open case with this id or number, and the track if one is named behind it: `2026-00012/p2`."""
    text, _, track = unicodedata.normalize("NFKC", named).strip().partition("/")
    case = session.scalar(
        select(Case).where(
            Case.municipality_id == municipality_of(session),
            Case.state == CaseState.OPEN,
            or_(Case.id == text.strip(), Case.number == text.strip()),
        )
    )
    return case, track.strip().lower() or None


def note_match(step: Step, knowledge: CaseKnowledge, task: Task, values: Mapping[str, Any]) -> None:
    """Keep which case the person named as a fact of the notice."""
    if values.get("decision") == "attach" and values.get("matched_case_id"):
        knowledge.set_facts(task.track_id, {"matched_case_id": values["matched_case_id"]})


def bring(step: Step, knowledge: CaseKnowledge, track: str | None) -> None:
    """Hand the notice to the case that was named. Raises NotMatched, AnswersRejected."""
    names = knowledge.names(track)
    case, about = _find(step.session, str(names.get("matched_case_id") or ""))
    if case is None:
        raise NotMatched
    row = _inbox(step.session, names)
    if row is not None and about in PARENT:
        row.payload = {**row.payload, "person": "parent"}
    elif row is not None and about is not None:
        row.track_id = about
    _tell(step, knowledge, case, row)
    step.note("message", details={"name": str(names.get("message_name") or NOTICE), "attached_to": case.id})


def open_case(step: Step, knowledge: CaseKnowledge, track: str | None) -> None:
    """Open a case for a family nobody knew, and tell its journey. What is not known is asked later."""
    names, session = knowledge.names(track), step.session
    row, day = _inbox(session, names), jst_day(knowledge.now)
    payload = row.payload if row is not None else {}
    version = versions.load(session, versions.current_id(session))
    case = Case(
        number=cases.next_number(session, day.year if day.month >= 4 else day.year - 1),
        state=CaseState.OPEN,
        centre_id=step.instance.centre_id or organisation.centres(session)[0].id,
        version_id=version.id,
        opened_at=knowledge.now,
        confidential=bool(payload.get("dv_flag")),
    )
    mother = Person(
        case_id=case.id,
        relation="mother",
        track_id=None,
        family_name=str(payload.get("family_name") or UNKNOWN_NAME),
        given_name=str(payload.get("given_name") or ""),
        family_name_kana=str(payload.get("family_name_kana") or ""),
        given_name_kana=str(payload.get("given_name_kana") or ""),
        resident_id=str(payload.get("resident_id") or "") or None,
        created_at=knowledge.now,
    )
    mother.index()
    session.add_all([case, mother])
    session.flush()
    journey, known = moves.begun(
        session,
        version,
        version.bundle.journey,
        case=case,
        centre_id=case.centre_id,
        now=knowledge.now,
        actor_id=step.actor_id,
    )
    journey.note("case_opened", ref=case.id)
    moves.finish(journey, known)
    knowledge.opened_beside += journey.opened
    _tell(step, knowledge, case, row)
    step.note("message", details={"name": str(names.get("message_name") or NOTICE), "opened": case.id})


def _deliver(delivery: Delivery) -> bool:
    """Hand the message over; where it fits no track or several, the person is asked which. Raises AnswersRejected."""
    try:
        return take(delivery)
    except Unclear as unclear:
        if unclear.why == "death_of_adult":  # no diagram is drawn for it: the family is looked at as after a concern
            return take(replace(delivery, name="concern_raised"))
        which = WHICH_TRACK if unclear.why.startswith("several") else NO_TRACK
        if unclear.why == "death_of_whom":
            which = WHO_DIED
        raise AnswersRejected({"matched_case_id": [which]}) from unclear


def _inbox(session: Session, names: Mapping[str, Any]) -> Inbox | None:
    return session.get(Inbox, (municipality_of(session), str(names.get("inbox_id") or "")))


def _tell(step: Step, knowledge: CaseKnowledge, case: Case, row: Inbox | None) -> None:
    """Deliver the message to the case's journey; a notice becomes a concern of the family."""
    session = step.session
    journey = instances.journey_id(session, case.id, versions.load(session, case.version_id).bundle.journey)
    if journey is None:
        raise NotMatched
    name = row.name if row is not None and row.name != NOTICE else "concern_raised"
    version = versions.load(session, case.version_id)
    payload = normalised(row.name, row.payload, version.fact_types) if row is not None else {}
    with moves.opened(session, journey, now=knowledge.now, actor_id=step.actor_id) as (told, family):
        told.note("message", name=name, ref=row.id if row else None, details={"name": row.name if row else NOTICE})
        track, source = (row.track_id, row.id) if row is not None else (None, None)
        delivery = Delivery(told, family, name, track, payload, confirmed=True, inbox_id=source)
        taken = _deliver(delivery)
        if row is not None:
            row.case_ref = case.id
            settle(row, delivery, taken=taken)
    knowledge.opened_beside += told.opened

"""Answers outside a task: notes, corrections, consent given and withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import audit
from engine.access import Action, Actor, policy
from engine.access import load as load_standing
from engine.cases import case as cases
from engine.cases import consent as consent_records
from engine.cases import submission as submission_records
from engine.cases import tracks
from engine.cases.submission import Submission
from engine.casework import births, moves, notified_woman
from engine.casework.cases import consent_view, submission_view
from engine.casework.consenting import CONSENT_FORM, keep_consents, settle
from engine.casework.contradictions import keep_first
from engine.casework.form_catalogue import FormUnknown, find_form
from engine.casework.handing_over import DISCLOSURE_FORM, keep_disclosure
from engine.casework.knowledge import CaseKnowledge
from engine.casework.notified_woman import NOTIFICATION_FORM
from engine.casework.viewing import open_subjects, staff_names
from engine.casework.views import ConsentView, SubmissionView
from engine.clock import jst_day
from engine.errors import Rejected
from engine.workflow import instance as instances
from engine.workflow import versions
from engine.workflow.step import Step
from forms.compiler import Accepted, AnswersRejected, compile_form
from forms.definition import Form
from forms.expressions import Value
from forms.sentences import Sentence
from processes.bundle import Bundle

CLOSING_FORM = "final_review"
DECIDED_BY_HEAD = frozenset({"closing", "closing_reason"})
TRIAGE = "triage"  # the process that judges the risk
NOT_TODAY = Sentence("撤回の日は今日までの日付にしてください。", "The day of withdrawal must not lie in the future.")
BEFORE_CONSENT = Sentence(
    "同意した日より前には撤回できません。", "Consent cannot be withdrawn before the day it was given."
)


class AlreadyWithdrawn(Rejected):
    """The consent was withdrawn before."""

    code = "already_withdrawn"

    def __init__(self, consent_id: str) -> None:
        self.consent_id = consent_id
        super().__init__(f"expected consent {consent_id} to stand, but it was withdrawn")


def record_submission(
    session: Session,
    actor: Actor,
    case_id: str,
    *,
    form: str,
    answers: Mapping[str, Any],
    corrects: str | None = None,
    track_id: str | None = None,
    now: datetime,
) -> SubmissionView:
    """Record answers outside a task, or correct earlier ones; the old ones stay.

    Raises FormUnknown, AnswersRejected, SubmissionUnknown, Forbidden, Hidden.
    """
    standing = load_standing(session, actor, case_id, on=jst_day(now), tasks=open_subjects(session, case_id))
    policy.require(standing, Action.RECORD_SUBMISSION)
    case = cases.load(session, case_id)
    version = versions.load(session, case.version_id)
    found = find_form(version.bundle, form)
    earlier = submission_records.load(session, case_id, corrects) if corrects else None
    track = track_id or (earlier.track_id if earlier else None)
    if earlier is not None and earlier.form != found.key:
        raise FormUnknown(form)
    tracks.require_known(session, case_id, track_id)
    row = _record(session, actor, case_id, found, answers, track, earlier, now)
    audit.record(
        session,
        "submission.corrected" if corrects else "submission.recorded",
        by=actor.staff_id,
        about=case_id,
        now=now,
        details={"submission": row.id, "form": found.key},
    )
    return submission_view(row, staff_names(session, [actor.staff_id]))


def _record(
    session: Session,
    actor: Actor,
    case_id: str,
    form: Form,
    answers: Mapping[str, Any],
    track: str | None,
    earlier: Submission | None,
    now: datetime,
) -> Submission:
    """Keep the answers; their facts reach the running journey, so that timers move with a corrected date."""
    corrects = earlier.id if earlier is not None else None
    case = cases.load(session, case_id)
    version = versions.load(session, case.version_id)
    journey = instances.journey_id(session, case_id, version.bundle.journey)
    if journey is None:
        knowledge = CaseKnowledge(session, case, None, version, now)
        accepted = _accepted(form, answers, knowledge, track)
        row = _keep(session, actor, case_id, form, accepted, track, corrects, now)
        _learn(session, knowledge, form, accepted, row, earlier)
        knowledge.save()
    else:
        with moves.opened(session, journey, now=now, actor_id=actor.staff_id) as (step, running):
            accepted = _accepted(form, answers, running, track)
            row = _keep(session, actor, case_id, form, accepted, track, corrects, now)
            _learn(session, running, form, accepted, row, earlier)
            _set_going(step, running, form, row, corrects)
            step.note(
                "submission",
                track=track,
                name=form.title.ja,
                ref=row.id,
                details={"form": form.key, "corrects": corrects},
            )
    session.flush()
    return row


def _set_going(step: Step, knowledge: CaseKnowledge, form: Form, row: Submission, corrects: str | None) -> None:
    """What follows from answers given outside a task: a new judgement of the risk, a review of whether to close."""
    if form.key == CLOSING_FORM and corrects is None:
        moves.deliver(step, "closure_requested", track=None, payload={})
    changed = set[str]().union(*knowledge.changed.values())
    if changed & _risk_names(knowledge.version.bundle):
        moves.deliver(step, "fact_changed", track=row.track_id, payload={})


def _risk_names(bundle: Bundle) -> set[str]:
    """Facts that the judgement of the risk looks at."""
    triage = bundle.processes.get(TRIAGE)
    called = {node.decision for node in triage.nodes.values() if node.decision} if triage else set()
    decisions = [bundle.decisions[name] for name in called if name in bundle.decisions]
    read = (column.expression for decision in decisions for column in decision.inputs)
    return {name for expression in read if expression is not None for name in expression.names}


def _learn(
    session: Session,
    knowledge: CaseKnowledge,
    form: Form,
    accepted: Accepted,
    row: Submission,
    earlier: Submission | None,
) -> None:
    """Let the answers' facts be true. A correction changes only what it corrects: who mends a misspelt name in an old
    form does not bring back the due date that was given there."""
    held = submission_records.versions_of(session, earlier)[-2] if earlier is not None else None  # the last is this one
    before = _facts_of(form, held) if held is not None else {}
    if form.key == CLOSING_FORM and held is None:  # a proposal: the head's own review says whether and why
        accepted = replace(accepted, facts={k: v for k, v in accepted.facts.items() if k not in DECIDED_BY_HEAD})
    learnt = {name: value for name, value in accepted.facts.items() if name not in before or before[name] != value}
    if held is not None and isinstance(born_on := learnt.get("born_on"), date):
        births.correct_day(knowledge, row.track_id, born_on)
    knowledge.set_facts(row.track_id, learnt if held is not None else keep_first(knowledge, row.track_id, learnt))
    if form.key == CONSENT_FORM:
        keep_consents(session, knowledge, row)
    if form.key == DISCLOSURE_FORM:
        keep_disclosure(knowledge, row)
    if form.key == NOTIFICATION_FORM and held is not None and knowledge.case is not None:
        notified_woman.correct(session, knowledge.case, held.answers, accepted.values, knowledge.now)


def _facts_of(form: Form, earlier: Submission) -> Mapping[str, Value]:
    """The facts the corrected answers had given; none where today's form does not take them any more."""
    try:
        given = {key: value for key, value in earlier.answers.items() if key in {field.key for field in form.fields()}}
        return compile_form(form).accept(given, on=jst_day(earlier.submitted_at)).facts
    except AnswersRejected:
        return {}


def _accepted(form: Form, answers: Mapping[str, Any], knowledge: CaseKnowledge, track: str | None) -> Accepted:
    return compile_form(form).accept(answers, on=knowledge.day, known=knowledge.names(track))


def _keep(
    session: Session,
    actor: Actor,
    case_id: str,
    form: Form,
    accepted: Accepted,
    track: str | None,
    corrects: str | None,
    now: datetime,
) -> Submission:
    row = Submission(
        case_id=case_id,
        track_id=track,
        task_id=None,
        form=form.key,
        form_version=form.version,
        outcome="done",
        answers=accepted.values,
        note="",
        author_id=actor.staff_id,
        corrects_id=corrects,
        submitted_at=now,
    )
    session.add(row)
    return row


def give_consent(
    session: Session, actor: Actor, case_id: str, *, answers: Mapping[str, Any], now: datetime
) -> list[ConsentView]:
    """Record FM02 outside a task: one consent per agency named. Raises AnswersRejected, Forbidden, Hidden."""
    standing = load_standing(session, actor, case_id, on=jst_day(now), tasks=open_subjects(session, case_id))
    policy.require(standing, Action.GIVE_CONSENT)
    case = cases.load(session, case_id)
    form = find_form(versions.load(session, case.version_id).bundle, CONSENT_FORM)
    row = _record(session, actor, case_id, form, answers, None, None, now)
    given = [consent for consent in consent_records.of_case(session, case_id) if consent.submission_id == row.id]
    audit.record(
        session,
        "consent.given",
        by=actor.staff_id,
        about=case_id,
        now=now,
        details={"consents": [consent.id for consent in given]},
    )
    return [consent_view(consent) for consent in given]


def withdraw_consent(
    session: Session, actor: Actor, case_id: str, consent_id: str, *, on: date, now: datetime
) -> ConsentView:
    """Withdraw one consent from the day on; the facts that rested on it fall at once.

    Raises ConsentUnknown, AlreadyWithdrawn, Forbidden, Hidden, and AnswersRejected for a day to come or before it was
    given.
    """
    day = jst_day(now)
    standing = load_standing(session, actor, case_id, on=day, tasks=open_subjects(session, case_id))
    policy.require(standing, Action.WITHDRAW_CONSENT)
    consent = consent_records.load(session, case_id, consent_id)
    if on > day:
        raise AnswersRejected({"on": [NOT_TODAY]})
    if on < consent.given_on:
        raise AnswersRejected({"on": [BEFORE_CONSENT]})
    if consent.withdrawn_on is not None:
        raise AlreadyWithdrawn(consent_id)
    consent.withdrawn_on = on
    case = cases.load(session, case_id)
    version = versions.load(session, case.version_id)
    journey = instances.journey_id(session, case_id, version.bundle.journey)
    if journey is None:
        settle(CaseKnowledge(session, case, None, version, now))
    else:
        with moves.opened(session, journey, now=now, actor_id=actor.staff_id) as (step, knowledge):
            settle(knowledge)
            step.note("consent_withdrawn", ref=consent.id, details={"agency": consent.agency})
            moves.deliver(step, "consent_withdrawn", track=None, payload={})
    audit.record(
        session,
        "consent.withdrawn",
        by=actor.staff_id,
        about=case_id,
        now=now,
        details={"consent": consent.id, "on": on.isoformat()},
    )
    session.flush()
    return consent_view(consent)

"""From a signed form to consents: one row for each agency, so that a later partial withdrawal works (FM02)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from engine.cases import consent as consent_records
from engine.cases import submission as submission_records
from engine.cases.consent import Consent
from engine.cases.submission import Submission
from engine.clock import jst_day
from forms.expressions import Value

if TYPE_CHECKING:
    from engine.casework.knowledge import CaseKnowledge
    from engine.casework.service_tasks import Results, ServiceContext

CONSENT_FORM = "sharing_consent"


def consents_of(session: Session, submission: Submission) -> list[Consent]:
    """Keep the consents a submission of FM02 gives. None when sharing was refused or no agency was named.

    A refusal withdraws what was given before; a correction takes the place of the consents it corrects.
    """
    values, day = submission.answers, jst_day(submission.submitted_at)
    replaced = {each.id for each in submission_records.versions_of(session, submission)}
    for earlier in consent_records.of_case(session, submission.case_id or ""):
        if earlier.withdrawn_on is None and (earlier.submission_id in replaced or values.get("refusal")):
            earlier.withdrawn_on = max(day, earlier.given_on)
    if values.get("refusal"):
        return []
    own_scopes = {
        str(row.get("agency")): [str(scope) for scope in row.get("scopes") or row.get("scope") or []]
        for row in values.get("agency_scopes") or []
        if isinstance(row, dict)
    }
    everything = [str(scope) for scope in values.get("sharing_scope") or ["basic"]]
    given = [
        Consent(
            case_id=submission.case_id,
            submission_id=submission.id,
            agency=str(agency),
            scopes=own_scopes.get(str(agency)) or everything,
            evidence=str(values.get("signature_type") or "ink"),
            text_version=str(values.get("consent_version") or "1"),
            given_on=_day(values.get("valid_from")) or day,
            valid_until=_day(values.get("valid_until")),
            recorded_at=submission.submitted_at,
        )
        for agency in values.get("agencies") or []
    ]
    session.add_all(given)
    session.flush()
    return given


def keep_consents(session: Session, knowledge: CaseKnowledge, submission: Submission) -> list[Consent]:
    """Keep what a submission of FM02 gives or refuses, and the facts that rest on all consents of the family."""
    session.flush()
    given = consents_of(session, submission)
    settle(knowledge)
    return given


def end_oral_consents(context: ServiceContext) -> Results:
    """What was only said and not signed in time stops counting today. Source: FM02 (signed within 30 days)."""
    knowledge = context.knowledge
    for consent in consent_records.of_case(knowledge.session, context.case_id):
        if consent.evidence == "oral" and consent.stands(knowledge.day):
            consent.withdrawn_on = knowledge.day
    settle(knowledge)
    return None


def settle(knowledge: CaseKnowledge) -> None:
    """Let the facts on consents be those of today, and remember on which day they change by themselves."""
    case = knowledge.case
    if case is None:
        return
    known = consent_records.of_case(knowledge.session, case.id)
    knowledge.set_facts(None, consent_facts(known, knowledge.day))
    case.consents_change_on = min((day for each in known if (day := each.changes_after(knowledge.day))), default=None)


def keep_up(knowledge: CaseKnowledge) -> bool:
    """Settle them again if such a day has come: no step goes by yesterday's consent. Whether it had."""
    case = knowledge.case
    if case is None or case.consents_change_on is None or case.consents_change_on > knowledge.day:
        return False
    settle(knowledge)
    return True


def consent_facts(consents: Iterable[Consent], on: date) -> dict[str, Value]:
    """`consent_<agency>` for every agency the family ever agreed to, and whether any agreement is left at all."""
    known = list(consents)
    standing = {consent.agency for consent in known if consent.stands(on)}
    facts: dict[str, Value] = {f"consent_{consent.agency}": consent.agency in standing for consent in known}
    return facts | {"consent_given": bool(standing)} if known else facts


def _day(text: Any) -> date | None:
    return date.fromisoformat(text[:10]) if isinstance(text, str) and text else None

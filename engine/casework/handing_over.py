"""What leaves the house for other agencies: never without a ground on record.

Papers that a diagram sends (to a school, to another municipality), and what staff passed on themselves and enter
afterwards (FM25: by telephone, on paper).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine import organisation
from engine.cases import consent as consents
from engine.cases.consent import CONSENT, Consent, Disclosure
from engine.cases.submission import Submission
from forms.compiler import AnswersRejected
from forms.sentences import Sentence

if TYPE_CHECKING:
    from engine.casework.knowledge import CaseKnowledge
    from engine.casework.service_tasks import Results, ServiceContext

DISCLOSURE_FORM = "disclosure_record"
PASSED_ON = ("send", "export", "print")
NO_CONSENT = Sentence(
    "その機関への共有の同意が記録されていません。先に同意を記録するか、ほかの根拠を選んでください。",
    "No consent to sharing with that agency is on record. Record it first, or choose another ground.",
)
NO_GROUND = "none"
COUNCIL = "CWA_25_2"

# The fact that names who receives papers of a kind.
_RECEIVERS = {"school": "school_name"}


def send_handover(context: ServiceContext) -> Results:
    """Send the papers on the first of the grounds named that holds, and record the disclosure.

    Where none holds nothing leaves and `handover_ground` is `none`: the diagram says what the centre does then.
    A consent to the kind of agency is enough: what the papers hold the guardian has read and signed on the sheet.
    Source: D-13; FM18, FM25.
    """
    knowledge, kind, agency = context.knowledge, context.text("kind"), context.text("agency")
    consent = _consent(knowledge, agency)
    ground = next((each for each in _named(context.text("grounds")) if _holds(context, each, consent)), None)
    if ground is None:
        return {"handover_ground": NO_GROUND}
    receiver = str(knowledge.names(context.track).get(_RECEIVERS.get(kind, "")) or "")
    partner = organisation.partner_called(knowledge.session, agency, receiver, knowledge.day) if receiver else None
    by_consent = consent if ground == CONSENT else None
    disclosure = Disclosure(
        case_id=context.case_id,
        track_id=context.track,
        agency=agency,
        partner_id=partner.id if partner else None,
        ground=ground,
        consent_id=by_consent.id if by_consent else None,
        scopes=list(by_consent.scopes) if by_consent else ["basic"],
        fields=[f"{kind}_handover"],
        decided_by=knowledge.actor_id,
        details={"kind": kind},
        disclosed_at=knowledge.now,
    )
    knowledge.session.add(disclosure)
    context.outbox("handover", {"kind": kind, "partner": disclosure.partner_id, "disclosure": disclosure.id})
    return {"handover_ground": ground}


def entrust(context: ServiceContext) -> Results:
    """Let the one agency of a kind know the family, on the first of the grounds named that holds, to do its own part.

    No papers leave: the work sent to it (`sent_to`) is what it sees. Where no ground holds, or where the town works
    with no such agency or with several, nothing is passed on and the work stays the centre's.
    Source: actors.md section 3 (board of education: school-age register and entry examination, SCHOOL_LAW).
    """
    knowledge, kind, agency = context.knowledge, context.text("kind"), context.text("agency")
    consent = _consent(knowledge, agency)
    ground = next((each for each in _named(context.text("grounds")) if _holds(context, each, consent)), None)
    of_kind = [each for each in organisation.partners(knowledge.session, knowledge.day) if each.kind == agency]
    if ground is None or len(of_kind) != 1:
        return None
    by_consent = consent if ground == CONSENT else None
    knowledge.session.add(
        Disclosure(
            case_id=context.case_id,
            track_id=context.track,
            agency=agency,
            partner_id=of_kind[0].id,
            ground=ground,
            consent_id=by_consent.id if by_consent else None,
            scopes=list(by_consent.scopes) if by_consent else ["basic"],
            fields=[kind],
            decided_by=knowledge.actor_id,
            details={"kind": kind},
            disclosed_at=knowledge.now,
        )
    )
    return None


def keep_disclosure(knowledge: CaseKnowledge, row: Submission) -> None:
    """Enter what staff say they passed on (FM25). Raises AnswersRejected for a consent that nobody has given."""
    answers = row.answers
    agency, ground = str(answers.get("to_org") or ""), str(answers["ground_code"])
    if answers.get("action") not in PASSED_ON or not agency:
        return
    consent = _consent(knowledge, agency) if ground == CONSENT else None
    if ground == CONSENT and consent is None:
        raise AnswersRejected({"ground_code": [NO_CONSENT]})
    knowledge.session.add(
        Disclosure(
            case_id=knowledge.owner_id,
            track_id=row.track_id,
            agency=agency,
            ground=ground,
            consent_id=consent.id if consent else None,
            scopes=list(answers["fields"]),
            fields=[each["record"] for each in answers["records"]],
            decided_by=row.author_id,
            details={"submission": row.id, "purpose": answers["purpose"]},
            disclosed_at=datetime.fromisoformat(answers["at"]),
        )
    )


def _consent(knowledge: CaseKnowledge, agency: str) -> Consent | None:
    """A consent to this kind of agency that is in force today."""
    given = consents.standing(consents.of_case(knowledge.session, knowledge.owner_id), knowledge.day)
    return next((each for each in given if each.agency == agency), None)


def _named(grounds: str) -> list[str]:
    return [each.strip() for each in grounds.split(",") if each.strip()]


def _holds(context: ServiceContext, ground: str, consent: Consent | None) -> bool:
    """A consent and a registration are looked up; any other article stands as staff have named it."""
    if ground == CONSENT:
        return consent is not None
    if ground == COUNCIL:
        return context.knowledge.names(context.track).get("council_registered") is True
    return True

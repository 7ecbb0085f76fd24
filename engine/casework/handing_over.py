"""Hand-over papers that leave the house: to a school, to another municipality. Never without a ground on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import organisation
from engine.cases import consent as consents
from engine.cases.consent import CONSENT, Consent, Disclosure

if TYPE_CHECKING:
    from engine.casework.service_tasks import Results, ServiceContext

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
    given = consents.standing(consents.of_case(knowledge.session, context.case_id), knowledge.day)
    consent = next((each for each in given if each.agency == agency), None)
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


def _named(grounds: str) -> list[str]:
    return [each.strip() for each in grounds.split(",") if each.strip()]


def _holds(context: ServiceContext, ground: str, consent: Consent | None) -> bool:
    """A consent and a registration are looked up; any other article stands as staff have named it."""
    if ground == CONSENT:
        return consent is not None
    if ground == COUNCIL:
        return context.knowledge.names(context.track).get("council_registered") is True
    return True

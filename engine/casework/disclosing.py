"""Information that goes to another agency: on a consent or an article of law, entered in the family's list (FM25)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cases import consent as consents
from engine.errors import Rejected

if TYPE_CHECKING:
    from engine.casework.service_tasks import Results, ServiceContext


class NoGround(Rejected):
    """A disclosure without consent or legal ground is never made by a service task: a person must decide."""

    code = "no_ground"

    def __init__(self, agency: str) -> None:
        self.agency = agency
        super().__init__(f"expected a consent or a legal ground for a disclosure to {agency!r}, but there is none")


def disclose(context: ServiceContext) -> Results:
    """Pass information on a recorded ground. Without consent or an article of law it fails and becomes an incident."""
    knowledge, agency, ground = context.knowledge, context.text("agency"), context.text("ground")
    scope, consent_id = context.text("scope") or "basic", None
    if ground == "CONSENT":
        standing = consents.standing(consents.of_case(knowledge.session, context.case_id), knowledge.day)
        covering = next((consent for consent in standing if consent.covers(agency, scope, knowledge.day)), None)
        if covering is None:
            raise NoGround(agency)
        consent_id = covering.id
    elif not ground:
        raise NoGround(agency)
    disclosure = consents.Disclosure(
        case_id=context.case_id,
        track_id=context.track,
        agency=agency,
        ground=ground,
        consent_id=consent_id,
        scopes=[scope],
        fields=[],
        decided_by=knowledge.actor_id,
        details={},
        disclosed_at=knowledge.now,
    )
    knowledge.session.add(disclosure)
    context.outbox("disclosure", {"agency": agency, "ground": ground, "scope": scope, "disclosure": disclosure.id})
    return None


def notify_cgc(context: ServiceContext) -> Results:
    """通告・送致・通知 to the child guidance centre. Source: CWA 25, 25-7, CAPA 6: no consent is needed.

    A notice may be passed on before anybody knows of which case it is: then there is no family's list to enter it in.
    """
    knowledge, kind = context.knowledge, context.text("kind")
    if knowledge.case is None:
        context.outbox("cgc_notification", {"kind": kind, "disclosure": None})
        return {"cgc_notified": True, "cgc_kind": kind}
    disclosure = consents.Disclosure(
        case_id=context.case_id,
        track_id=context.track,
        agency="cgc",
        ground="CWA_25" if kind == "notification" else "CWA_25_7",
        consent_id=None,
        scopes=["protection"],
        fields=["cgc_notification"],
        decided_by=knowledge.actor_id,
        details={"kind": kind},
        disclosed_at=knowledge.now,
    )
    knowledge.session.add(disclosure)
    context.outbox("cgc_notification", {"kind": kind, "disclosure": disclosure.id})
    return {"cgc_notified": True, "cgc_kind": kind}

"""What a decision looks at, read once, and the things a decision may be about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from engine.access.actor import Actor
from engine.cases.case import Case, CaseUnknown


@dataclass(frozen=True, slots=True)
class TaskSubject:
    """A piece of work. partner_id: the agency it was sent to, where it was sent to one."""

    lane: str
    centre_id: str | None
    assignee_id: str | None = None
    partner_id: str | None = None


@dataclass(frozen=True, slots=True)
class CentreSubject:
    """The work or the people of one centre."""

    centre_id: str


@dataclass(frozen=True, slots=True)
class ProposalSubject:
    """A proposed version of the process definitions."""

    proposed_by: str


@dataclass(frozen=True, slots=True)
class StaffSubject:
    """A person of the staff, and where they are posted."""

    staff_id: str
    centre_id: str | None = None


@dataclass(frozen=True, slots=True)
class MessageSubject:
    """News of one kind, by the message's name."""

    name: str


Subject = TaskSubject | CentreSubject | ProposalSubject | StaffSubject | MessageSubject


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a decision needs to know of a family, and nothing more."""

    id: str
    municipality_id: str
    centre_id: str
    state: str = "open"
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands to a family on a day; without a case, to the municipality alone.

    team: staff ids of the case team. linked_partners: ids of agencies that may know of the family, on a ground that
    holds today.
    tasks: the open tasks of the case, which let people of other houses in.
    """

    actor: Actor
    on: date
    case: CaseFacts | None = None
    team: frozenset[str] = frozenset()
    linked_partners: frozenset[str] = frozenset()
    tasks: tuple[TaskSubject, ...] = ()


def load(
    session: Session,
    actor: Actor,
    case_ref: str | None = None,
    *,
    on: date,
    team: Iterable[str] = (),
    linked_partners: Iterable[str] = (),
    tasks: Iterable[TaskSubject] = (),
) -> Standing:
    """Read once what decisions about this actor and this case need.

    Raises CaseUnknown where the actor's municipality has no such case.
    """
    if case_ref is None:
        return Standing(actor, on, None, frozenset(team), frozenset(linked_partners), tuple(tasks))
    row = session.get(Case, (actor.municipality_id, case_ref))  # the act that follows finds it in the session
    if row is None:
        raise CaseUnknown(case_ref)
    facts = CaseFacts(case_ref, actor.municipality_id, row.centre_id, str(row.state), row.confidential)
    return Standing(actor, on, facts, frozenset(team), frozenset(linked_partners), tuple(tasks))

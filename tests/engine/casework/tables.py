"""Rows for properties of lists: families and work of every kind, written straight into their tables.

Only for questions that read; whatever a process would have made of such rows is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.cases.case import Case
from engine.cases.consent import CONSENT, Consent, Disclosure
from engine.clock import jst_midnight
from engine.database import new_id
from engine.organisation import Centre, Partner
from engine.workflow import versions
from engine.workflow.task import FAR_OFF, Task
from tests.office import START, Office

AGENCIES = ("nursery", "school", "hospital")
LANES = ("public_health_nurse", "midwife", "centre_head", "ytk_coordinator", "welfare_caseworker", *AGENCIES)
GROUNDS = (CONSENT, "cwa_25_2")
AROUND = (None, *(START + timedelta(days=days) for days in range(-3, 4)))


@dataclass(frozen=True)
class Family:
    """A family to be: its centre's code, and the agencies it agreed to or of which papers went, on which ground."""

    centre: str
    confidential: bool
    consents: tuple[tuple[str, date | None, date | None], ...]  # kind of agency, last day, withdrawn on
    disclosures: tuple[tuple[str, str], ...]  # partner's code, ground


@dataclass(frozen=True)
class Work:
    """A piece of work to be. family: its place in the list of families; None: it is about nobody yet."""

    family: int | None
    lane: str
    centre: str
    assignee: str | None
    partner: str | None
    due_on: date | None = None
    priority: int = 5
    process: str = "intake"


def a_family(
    random: Random, centres: Sequence[str], partners: Sequence[str], agencies: Sequence[str] = AGENCIES
) -> Family:
    """Any family, with up to two consents and three papers that went out."""
    return Family(
        centre=random.choice(centres),
        confidential=random.random() < 0.3,
        consents=tuple(
            (random.choice(agencies), random.choice(AROUND), random.choice(AROUND)) for _ in range(random.randint(0, 2))
        ),
        disclosures=tuple((random.choice(partners), random.choice(GROUNDS)) for _ in range(random.randint(0, 3))),
    )


def some_work(
    random: Random,
    families: int,
    centres: Sequence[str],
    partners: Sequence[str],
    logins: Sequence[str],
    lanes: Sequence[str] = LANES,
) -> Work:
    """Any work: of a family or of nobody yet, free or taken, sent to an agency or not."""
    return Work(
        family=random.choice((None, *range(families), *range(families))),
        lane=random.choice(lanes),
        centre=random.choice(centres),
        assignee=random.choice((None, None, *logins)),
        partner=random.choice((None, *partners)),
        due_on=random.choice(AROUND),
        priority=random.choice((1, 5, 9)),
        process=random.choice(("intake", "consent")),
    )


def codes(office: Office, record: Any, session: Session) -> dict[str, str]:
    """Code -> id of the town's centres or partner agencies."""
    query = select(record.code, record.id).where(record.municipality_id == office.town)
    return {str(code): str(id) for code, id in session.execute(query)}


def fill(
    office: Office, session: Session, made: list[Family], work: list[Work], staff: Mapping[str, str]
) -> list[Task]:
    """Put exactly these families and this work into the town. staff: login -> id."""
    for record in (Task, Disclosure, Consent, Case):
        session.execute(delete(record))
    centres, partners = codes(office, Centre, session), codes(office, Partner, session)
    ids, version_id = [new_id() for _ in made], versions.current_id(session)
    for number, (case_id, each) in enumerate(zip(ids, made, strict=True)):
        session.add(_case(case_id, number, centres[each.centre], each.confidential, version_id))
        session.add_all(_consent(case_id, *told) for told in each.consents)
        session.add_all(_disclosure(case_id, partners[code], code, ground) for code, ground in each.disclosures)
    rows = [task(each, ids, centres, partners, staff, made, version_id) for each in work]
    session.add_all(rows)
    session.flush()
    return rows


def _case(case_id: str, number: int, centre_id: str, confidential: bool, version_id: str) -> Case:
    return Case(
        id=case_id,
        number=f"2026-{number:05d}",
        state="open",
        centre_id=centre_id,
        confidential=confidential,
        version_id=version_id,
        opened_at=_instant(),
    )


def _consent(case_id: str, agency: str, until: date | None, withdrawn: date | None) -> Consent:
    return Consent(
        case_id=case_id,
        agency=agency,
        scopes=["basic"],
        evidence="paper",
        text_version="1",
        given_on=START - timedelta(days=10),
        valid_until=until,
        withdrawn_on=withdrawn,
        recorded_at=_instant(),
    )


def _disclosure(case_id: str, partner_id: str, agency: str, ground: str) -> Disclosure:
    return Disclosure(
        case_id=case_id,
        agency=agency,
        partner_id=partner_id,
        ground=ground,
        scopes=["basic"],
        fields=[],
        disclosed_at=_instant(),
    )


def task(
    work: Work,
    ids: list[str],
    centres: Mapping[str, str],
    partners: Mapping[str, str],
    staff: Mapping[str, str],
    made: list[Family],
    version_id: str,
) -> Task:
    """The row of a piece of work. That of a family lies at the family's centre; its own counts while it has none."""
    return Task(
        instance_id=new_id(),
        case_ref=ids[work.family] if work.family is not None else None,
        key="1",
        process=work.process,
        element="work",
        name="仕事",
        lane=work.lane,
        centre_id=centres[work.centre if work.family is None else made[work.family].centre],
        assignee_id=staff[work.assignee] if work.assignee else None,
        partner_id=partners[work.partner] if work.partner else None,
        version_id=version_id,
        exits=[],
        local_values={},
        priority=work.priority,
        due_on=work.due_on,
        sort_on=work.due_on or FAR_OFF,
        state="open",
        opened_at=_instant(),
    )


def _instant() -> datetime:
    return jst_midnight(START)

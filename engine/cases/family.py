"""Who belongs to a family, and where they live."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Index, String, Text, and_, bindparam, false, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.cases.case import Case, CaseState
from engine.cases.search_key import search_key
from engine.database import Base, Day, UtcInstant, direct, municipality_of, table_of

_MOST_WORDS = 6


class Person(Base):
    """A member of the family. `relation`: mother, child, father, partner, proxy …; `track_id` for a child."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_case", "municipality_id", "case_id"),
        Index("ix_person_resident", "municipality_id", "resident_id"),
        Index("ix_person_search_kana", "municipality_id", "search_kana"),
        Index("ix_person_birth", "municipality_id", "birth_date"),
    )

    case_id: Mapped[str] = mapped_column(String(26))
    relation: Mapped[str] = mapped_column(String(20))
    track_id: Mapped[str | None] = mapped_column(String(20))
    family_name: Mapped[str] = mapped_column(String(60))
    given_name: Mapped[str] = mapped_column(String(60))
    family_name_kana: Mapped[str] = mapped_column(String(60))
    given_name_kana: Mapped[str] = mapped_column(String(60))
    alias_name: Mapped[str | None] = mapped_column(String(120))
    search_name: Mapped[str] = mapped_column(String(200))
    search_kana: Mapped[str] = mapped_column(String(200))
    birth_date: Mapped[date | None] = mapped_column(Day)
    sex: Mapped[str | None] = mapped_column(String(2))
    nationality: Mapped[str | None] = mapped_column(String(3))
    resident_id: Mapped[str | None] = mapped_column(String(20))
    phone: Mapped[str | None] = mapped_column(String(40))
    safe_to_call: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)

    @property
    def name(self) -> str:
        return f"{self.family_name} {self.given_name}".strip()

    @property
    def kana(self) -> str:
        return f"{self.family_name_kana} {self.given_name_kana}".strip()

    def index(self) -> None:
        """Set what search compares; call after any change of a name."""
        self.search_name = search_key(self.family_name + self.given_name + (self.alias_name or ""))[:200]
        self.search_kana = search_key(self.family_name_kana + self.given_name_kana)[:200]


class Address(Base):
    """One of several addresses: registered 住民票, actual 居所, contact 送付先, satogaeri 里帰り先.

    `sealed` is a property of the value (支援措置): a sealed address leaves by no door without a decision.
    valid_to: its last day; before valid_from where it was put right on the day it was entered. Never deleted.
    """

    __tablename__ = "address"
    __table_args__ = (Index("ix_address_case", "municipality_id", "case_id"),)

    case_id: Mapped[str] = mapped_column(String(26))
    person_id: Mapped[str | None] = mapped_column(String(26))
    kind: Mapped[str] = mapped_column(String(12))
    postal_code: Mapped[str | None] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    district_code: Mapped[str | None] = mapped_column(String(20))
    sealed: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date] = mapped_column(Day)
    valid_to: Mapped[date | None] = mapped_column(Day)

    def is_valid(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class MemberLine(NamedTuple):
    """What most questions need of a person."""

    id: str
    relation: str
    track_id: str | None


_OF_CASE = (
    select(Person)
    .where(Person.municipality_id == bindparam("town"), Person.case_id == bindparam("case"))
    .order_by(Person.id)
)
_PERSON = table_of(Person).c
_LINES = (
    select(_PERSON.id, _PERSON.relation, _PERSON.track_id)
    .where(_PERSON.municipality_id == bindparam("town"), _PERSON.case_id == bindparam("case"))
    .order_by(_PERSON.id)
)


def member_lines(session: Session, case_id: str) -> list[MemberLine]:
    """The family's members as they stand in the table, the mother first, then in the order they were recorded."""
    rows = session.execute(_LINES, {"town": municipality_of(session), "case": case_id})
    return sorted((MemberLine(*row) for row in rows), key=lambda person: person.relation != "mother")


_LINES_TOGETHER = (
    select(_PERSON.case_id, _PERSON.id, _PERSON.relation, _PERSON.track_id)
    .where(_PERSON.municipality_id == bindparam("town"), _PERSON.case_id.in_(bindparam("cases", expanding=True)))
    .order_by(_PERSON.id)
)


def member_lines_together(session: Session, case_ids: Collection[str]) -> dict[str, list[MemberLine]]:
    """The members of several families by case id, each family as `member_lines` gives it."""
    found: dict[str, list[MemberLine]] = {case_id: [] for case_id in case_ids}
    for case_id, *line in session.execute(_LINES_TOGETHER, {"town": municipality_of(session), "cases": list(case_ids)}):
        found[case_id].append(MemberLine(*line))
    return {case_id: sorted(lines, key=lambda one: one.relation != "mother") for case_id, lines in found.items()}


class NameLine(NamedTuple):
    """Who a person is, for lists of work."""

    id: str
    relation: str
    family_name: str
    given_name: str
    family_name_kana: str
    given_name_kana: str
    birth_date: date | None

    @property
    def name(self) -> str:
        return f"{self.family_name} {self.given_name}".strip()

    @property
    def kana(self) -> str:
        return f"{self.family_name_kana} {self.given_name_kana}".strip()


_NAMES = select(*(_PERSON[column] for column in NameLine._fields)).where(
    _PERSON.municipality_id == bindparam("town"), _PERSON.id.in_(bindparam("ids", expanding=True))
)


def names_of(session: Session, person_ids: Collection[str]) -> dict[str, NameLine]:
    """Who these people are, by id."""
    if not person_ids:
        return {}
    rows = direct(session).execute(_NAMES, {"town": municipality_of(session), "ids": list(person_ids)})
    return {row.id: NameLine(*row) for row in rows}


def members(session: Session, case_id: str) -> Sequence[Person]:
    """The family's members, the mother first, then in the order they were recorded."""
    found = session.scalars(_OF_CASE, {"town": municipality_of(session), "case": case_id}).all()
    return sorted(found, key=lambda person: person.relation != "mother")


def members_of(session: Session, case_ids: Iterable[str]) -> dict[str, list[Person]]:
    """Members by case id for a whole page of cases, in one statement."""
    wanted = list(case_ids)
    by_case: dict[str, list[Person]] = {case_id: [] for case_id in wanted}
    if wanted:
        rows = session.scalars(
            select(Person)
            .where(Person.municipality_id == municipality_of(session), Person.case_id.in_(wanted))
            .order_by(Person.id)
        )
        for person in rows:
            by_case[person.case_id].append(person)
    return by_case


def addresses(session: Session, case_id: str) -> Sequence[Address]:
    """Every address of the family, the newest of a kind last."""
    return session.scalars(
        select(Address)
        .where(Address.municipality_id == municipality_of(session), Address.case_id == case_id)
        .order_by(Address.valid_from, Address.id)
    ).all()


def set_birth_date(session: Session, person_id: str, born_on: date) -> None:
    """A child's day of birth was put right."""
    person = session.get(Person, (municipality_of(session), person_id))
    if person is not None:
        person.birth_date = born_on


def end_addresses(session: Session, case_id: str, kind: str, *, on: date) -> None:
    """From the day on the family has no address of this kind any more; the old ones stay on record."""
    for address in addresses(session, case_id):
        if address.kind == kind and address.valid_to is None:
            address.valid_to = on - timedelta(days=1)


def cases_of_resident(session: Session, resident_id: str) -> Sequence[str]:
    """Ids of the open cases a resident belongs to; none and several are both possible answers."""
    return session.scalars(
        select(Case.id)
        .join(Person, and_(Person.municipality_id == Case.municipality_id, Person.case_id == Case.id))
        .where(
            Case.municipality_id == municipality_of(session),
            Case.state == CaseState.OPEN,
            Person.resident_id == resident_id,
        )
        .distinct()
        .order_by(Case.id)
    ).all()


def is_of_others(session: Session, resident_id: str, case_id: str) -> bool:
    """Whether a resident is known here, but not in this family."""
    found = session.scalars(
        select(Person.case_id).where(
            Person.municipality_id == municipality_of(session), Person.resident_id == resident_id
        )
    ).all()
    return bool(found) and case_id not in found


def called(text: str) -> ColumnElement[bool]:
    """A condition on persons: every word typed is part of their name or of its reading, in any order and any script."""
    words = [key for word in unicodedata.normalize("NFKC", text).split() if (key := search_key(word))]
    if not words:
        return false()  # nothing but marks and spaces: that is nobody's name
    return and_(
        *(
            or_(Person.search_kana.contains(key, autoescape=True), Person.search_name.contains(key, autoescape=True))
            for key in words[:_MOST_WORDS]
        )
    )


def of_the_name(text: str) -> ColumnElement[bool]:
    """A condition on persons: the whole name, or its whole reading, is what was typed, in any script."""
    key = search_key(text)
    return or_(Person.search_kana == key, Person.search_name == key) if key else false()


def known_mother(session: Session, *, resident_id: str | None, kana: str, birth_date: date | None) -> str | None:
    """The open case of a woman already known: by resident id, else by the same kana and birth date. None if new."""
    key = search_key(kana)
    same_woman = and_(Person.search_kana == key, Person.birth_date == birth_date) if key and birth_date else false()
    if resident_id:
        same_woman = or_(Person.resident_id == resident_id, and_(same_woman, Person.resident_id.is_(None)))
    town = municipality_of(session)
    # Two statements: a join of the two tables is done row by row while the database has no statistics of a new town.
    case_ids = session.scalars(
        select(Person.case_id).where(Person.municipality_id == town, Person.relation == "mother", same_woman)
    ).all()
    if not case_ids:
        return None
    return session.scalar(
        select(Case.id)
        .where(Case.municipality_id == town, Case.id.in_(case_ids), Case.state == CaseState.OPEN)
        .order_by(Case.id)
        .limit(1)
    )

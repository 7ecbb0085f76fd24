"""The municipality, its centres and districts, and the agencies it works with."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import UniqueConstraint, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, direct, municipality_of, references, table_of
from engine.errors import NotFound


class Municipality(Base):
    """A city, town or village: the tenant. Its `municipality_id` is its own id."""

    __tablename__ = "municipality"
    __table_args__ = (UniqueConstraint("code"),)

    code: Mapped[str]
    name_ja: Mapped[str]
    name_en: Mapped[str]


class CentreKind(StrEnum):
    """A main centre answers for its sub-centres: it sees their cases; they do not see its."""

    MAIN = "main"
    SUB = "sub"


class Centre(Base):
    """A こども家庭センター or one of its branches. Codes are what people type; they do not change.

    district_independent: it serves the whole municipality (a secretariat, say) and no district is routed to it.
    """

    __tablename__ = "centre"
    __table_args__ = (UniqueConstraint("municipality_id", "code"), references("centre", "parent_id"))

    code: Mapped[str]
    name_ja: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[CentreKind]
    parent_id: Mapped[str | None]
    district_independent: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str | None]
    postal_code: Mapped[str | None]
    address: Mapped[str | None]


class District(Base):
    """A junior-high-school district and the centre that owns its families, from one day to another (both included).

    Source: D-09. The map changes when schools are merged; an old line is ended, never rewritten.
    """

    __tablename__ = "district"
    __table_args__ = (
        UniqueConstraint("municipality_id", "code", "valid_from"),
        references("centre", "centre_id"),
        references("centre", "subcentre_id"),
    )

    code: Mapped[str]
    name: Mapped[str]
    centre_id: Mapped[str]
    subcentre_id: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    def is_valid(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class PartnerKind(StrEnum):
    """Kinds of agency a family may agree to share with. Source: forms.md, CL_AGENCY."""

    CFC = "cfc"
    HUB = "hub"
    HOSPITAL = "hospital"
    MIDWIFE = "midwife"
    POSTPARTUM_CARE = "ppc"
    NURSERY = "nursery"
    KINDERGARTEN = "kinder"
    DEVELOPMENT = "dev"
    SCHOOL = "school"
    BOARD_OF_EDUCATION = "boe"
    WELFARE_OFFICE = "welfare"
    SELF_RELIANCE = "selfrel"
    SOCIAL_WELFARE_COUNCIL = "csw"
    CHILD_VOLUNTEER = "minsei"
    CHILD_GUIDANCE_CENTRE = "cgc"
    HEALTH_CENTRE = "hc"
    POLICE = "police"
    DV_CENTRE = "dvc"
    OTHER_MUNICIPALITY = "other_muni"
    HOUSING = "housing"
    VOLUNTEER = "volunteer"
    FACILITY = "facility"


class Partner(Base):
    """An agency outside the centres. One without people who sign in receives printed sheets."""

    __tablename__ = "partner"
    __table_args__ = (UniqueConstraint("municipality_id", "code"),)

    code: Mapped[str]
    kind: Mapped[PartnerKind]
    name_ja: Mapped[str]
    name_en: Mapped[str]
    phone: Mapped[str | None]
    address: Mapped[str | None]
    ended_on: Mapped[date | None]


_READ = "centres"  # what this transaction has read of them, by municipality
_CENTRE = table_of(Centre).c
_CENTRE_LINES = select(_CENTRE.id, _CENTRE.code, _CENTRE.parent_id).where(_CENTRE.municipality_id == bindparam("town"))


class PlaceNotFound(NotFound):
    """No centre, district, partner or municipality has this code."""

    def __init__(self, kind: str, code: str) -> None:
        self.kind = kind
        self.place_code = code
        super().__init__(f"expected a {kind} with the code {code!r}, but there is none")


def municipality(session: Session) -> Municipality:
    """The municipality the session serves."""
    town = municipality_of(session)
    found = session.get(Municipality, (town, town))
    if found is None:
        raise PlaceNotFound("municipality", town)
    return found


def municipalities(session: Session) -> list[Municipality]:
    """All municipalities of this database, by code; for the edge, which must choose one."""
    return list(session.scalars(select(Municipality).order_by(Municipality.code)))


def centres(session: Session) -> list[Centre]:
    """All centres, main before sub, then by code."""
    query = select(Centre).where(Centre.municipality_id == municipality_of(session))
    return list(session.scalars(query.order_by(Centre.kind, Centre.code)))


@dataclass(frozen=True, slots=True)
class CentreLine:
    """What most questions need of a centre."""

    code: str
    parent_id: str | None


def centre_lines(session: Session) -> Mapping[str, CentreLine]:
    """Centre id -> its line, read once in a transaction."""
    town = municipality_of(session)
    known: dict[str, dict[str, CentreLine]] = session.info.setdefault(_READ, {})
    if town not in known:
        rows = direct(session).execute(_CENTRE_LINES, {"town": town})
        known[town] = {centre_id: CentreLine(code, parent_id) for centre_id, code, parent_id in rows}
    return known[town]


def centre_by_code(session: Session, code: str) -> Centre:
    """Raises PlaceNotFound."""
    query = select(Centre).where(Centre.municipality_id == municipality_of(session), Centre.code == code)
    found = session.scalar(query)
    if found is None:
        raise PlaceNotFound("centre", code)
    return found


def centre_reach(session: Session, centre_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """For each of these centres, itself and all centres below it."""
    wanted = set(centre_ids)
    if not wanted:
        return {}
    reach: dict[str, set[str]] = {centre_id: set() for centre_id in wanted}
    lines = centre_lines(session)
    for centre_id in lines:
        above: str | None = centre_id
        seen: set[str] = set()
        while above is not None and above not in seen:
            if above in reach:
                reach[above].add(centre_id)
            seen.add(above)
            above = lines[above].parent_id if above in lines else None
    return {centre_id: frozenset(found) for centre_id, found in reach.items()}


def districts_on(session: Session, on: date) -> list[District]:
    """The districts valid on the day, by code."""
    query = select(District).where(
        District.municipality_id == municipality_of(session),
        District.valid_from <= on,
        (District.valid_to.is_(None)) | (District.valid_to >= on),
    )
    return list(session.scalars(query.order_by(District.code)))


def centre_for_district(session: Session, code: str, on: date) -> Centre | None:
    """The centre that owns the families of a district on the day; None where the map has no such line.

    A sub-centre named by the line owns them; its main centre sees them too.
    Source: D-09 row 4.
    """
    owner_id = func.coalesce(District.subcentre_id, District.centre_id)
    query = (
        select(Centre)
        .join(District, (District.municipality_id == Centre.municipality_id) & (owner_id == Centre.id))
        .where(
            District.municipality_id == municipality_of(session),
            District.code == code,
            District.valid_from <= on,
            (District.valid_to.is_(None)) | (District.valid_to >= on),
        )
        .order_by(District.valid_from.desc())
        .limit(1)
    )
    return session.scalar(query)


def partners(session: Session, on: date | None = None) -> list[Partner]:
    """All partner agencies by code; with a day, only those not ended before it."""
    query = select(Partner).where(Partner.municipality_id == municipality_of(session)).order_by(Partner.code)
    if on is not None:
        query = query.where((Partner.ended_on.is_(None)) | (Partner.ended_on >= on))
    return list(session.scalars(query))


def partner_by_code(session: Session, code: str) -> Partner:
    """Raises PlaceNotFound."""
    query = select(Partner).where(Partner.municipality_id == municipality_of(session), Partner.code == code)
    found = session.scalar(query)
    if found is None:
        raise PlaceNotFound("partner", code)
    return found


def partner_called(session: Session, kind: str, name: str, on: date) -> Partner | None:
    """The one agency of the kind with this name or code; width, case and spaces do not matter.

    None where no agency or more than one fits: papers are never taken for another's.
    """
    wanted = _folded(name)
    found = [
        partner
        for partner in partners(session, on)
        if partner.kind == kind
        and wanted in {_folded(each) for each in (partner.name_ja, partner.name_en, partner.code)}
    ]
    return found[0] if len(found) == 1 else None


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())

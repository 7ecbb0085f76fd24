"""What is true of a case now, as diagrams may use it: flat typed values, one sheet for the case and one per track.

Stored as JSON text by name; the process version says which type a name has (`str int float bool date instant`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import JSON, Base, municipality_of

Value = str | int | float | bool | date | datetime | None
CASE_SHEET = ""


class FactSheet(Base):
    """The facts of one case (`track_id` empty) or of one of its tracks."""

    __tablename__ = "fact_sheet"
    __table_args__ = (Index("ix_fact_sheet_case", "municipality_id", "case_id", "track_id", unique=True),)

    case_id: Mapped[str] = mapped_column(String(26))
    track_id: Mapped[str] = mapped_column(String(20), default=CASE_SHEET)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


_OF_CASE = select(FactSheet).where(
    FactSheet.municipality_id == bindparam("town"), FactSheet.case_id == bindparam("case")
)


def sheets(session: Session, case_id: str) -> dict[str, FactSheet]:
    """All sheets of the case by track id; the case's own under the empty text."""
    found = session.scalars(_OF_CASE, {"town": municipality_of(session), "case": case_id})
    return {sheet.track_id: sheet for sheet in found}


_OF_CASES = select(FactSheet).where(
    FactSheet.municipality_id == bindparam("town"), FactSheet.case_id.in_(bindparam("cases", expanding=True))
)


def sheets_together(session: Session, case_ids: Collection[str]) -> dict[str, dict[str, FactSheet]]:
    """The sheets of several cases: case id → track id → sheet."""
    found: dict[str, dict[str, FactSheet]] = {case_id: {} for case_id in case_ids}
    for sheet in session.scalars(_OF_CASES, {"town": municipality_of(session), "cases": list(case_ids)}):
        found[sheet.case_id][sheet.track_id] = sheet
    return found


def stored(value: Value) -> Any:
    """A value as it stands in the sheet: days and instants as ISO text."""
    return value.isoformat() if isinstance(value, date) else value


def typed(raw: Any, kind: str) -> Value:
    """A stored value in its declared type; text that is no day or instant any more (a changed type) becomes None."""
    if not isinstance(raw, str) or kind not in ("date", "instant"):
        return raw  # type: ignore[no-any-return]
    try:
        return date.fromisoformat(raw) if kind == "date" else datetime.fromisoformat(raw)
    except ValueError:
        return None


_KINDS: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "date": (date,),
    "instant": (datetime,),
}


def is_of(value: Value, kind: str) -> bool:
    """Whether a value is of a declared type. True is no number, an instant no day."""
    if isinstance(value, bool):
        return kind == "bool"
    if isinstance(value, datetime):
        return kind == "instant"
    return isinstance(value, _KINDS[kind])


def typed_sheet(sheet: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Value]:
    """A whole sheet in declared types; names the version does not declare are left out."""
    return {name: typed(raw, kinds[name]) for name, raw in sheet.items() if name in kinds}

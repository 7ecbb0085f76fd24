"""Reading for many steps at once: what came due at midnight is done in batches, and a batch reads in six statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.cases import case as cases
from engine.cases import facts, family
from engine.cases.case import Case
from engine.cases.facts import FactSheet
from engine.cases.family import MemberLine
from engine.workflow import step as steps
from engine.workflow.step import Rows


@dataclass(frozen=True, slots=True)
class Read:
    """What one step needs of its instance and its family."""

    rows: Rows
    case: Case
    sheets: dict[str, FactSheet]
    members: Sequence[MemberLine]


def read_together(session: Session, instance_ids: Sequence[str]) -> dict[str, Read]:
    """Instance id -> what its step needs, the instance locked.

    Left out, to be read one by one: instances without a case, and those of a case with several in this batch, because
    the step of one may change what the next must read.
    """
    if len(instance_ids) < 2:
        return {}
    rows = steps.rows_of(session, sorted(instance_ids))
    count = Counter(one.instance.case_ref for one in rows.values())
    alone = {
        ref: instance_id for instance_id, one in rows.items() if (ref := one.instance.case_ref) and count[ref] == 1
    }
    families = cases.load_together(session, alone)
    sheets = facts.sheets_together(session, families)
    members = family.member_lines_together(session, families)
    return {
        alone[case_id]: Read(rows[alone[case_id]], case, sheets[case_id], members[case_id])
        for case_id, case in families.items()
    }

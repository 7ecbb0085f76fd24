"""What a step may know and do for one case: facts by track, the town's calendar and parameters, and its services.

This is the `Knowledge` that `engine.workflow` is handed; it joins the process to the family's records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from engine import organisation
from engine.cases import consent as consents
from engine.cases import facts as fact_sheets
from engine.cases import family, tracks
from engine.cases.case import Case
from engine.cases.facts import CASE_SHEET, FactSheet
from engine.cases.family import MemberLine
from engine.casework import invitations
from engine.casework.service_tasks import SERVICE_TASKS, ServiceContext
from engine.casework.unseen import is_unseen
from engine.clock import jst_day
from engine.database import municipality_of
from engine.workflow import spiff
from engine.workflow.instance import Instance
from engine.workflow.task import Task
from engine.workflow.versions import Version
from forms.ages import completed_months
from forms.expressions import Value, functions

_ON_RECORDS = {"due_on", "fetus_count", "born_on", "attendance", "sighting", "died_on"}


class CaseKnowledge:
    """Facts and services of one step. Facts are read once and written back by `save`.

    case: None for an instance that has no case yet (a notice); then facts live with the instance.
    sheets, members: where they were read already, for a batch of steps.
    """

    def __init__(
        self,
        session: Session,
        case: Case | None,
        instance: Instance | None,
        version: Version,
        now: datetime,
        *,
        sheets: dict[str, FactSheet] | None = None,
        members: Sequence[MemberLine] | None = None,
    ) -> None:
        self.session = session
        self.case = case
        self.instance = instance
        self.version = version
        self.now = now
        self.day = jst_day(now)
        self.actor_id: str | None = None
        self.follow_ups: list[tuple[str, spiff.ServiceCall]] = []
        self.asked: list[Task] = []  # work without a case that the step put before somebody
        self.opened_beside: list[Task] = []  # work the step opened in other instances
        self._sheets = sheets
        self._typed: dict[str, dict[str, Value]] = {}
        self._names: dict[str | None, Mapping[str, Value]] = {}
        self._parameters: Mapping[str, Value] | None = None
        self._functions: Mapping[str, Callable[..., Value]] | None = None
        self._persons = _concerned(members) if members is not None else None
        self.changed: dict[str, set[str]] = {}

    # --- what is true ---

    @property
    def owner_id(self) -> str:
        """Whose facts these are: the case, or the instance while it has none."""
        if self.case is not None:
            return self.case.id
        assert self.instance is not None
        return self.instance.id

    def sheets(self) -> dict[str, FactSheet]:
        if self._sheets is None:
            with self.session.no_autoflush:
                self._sheets = fact_sheets.sheets(self.session, self.owner_id)
        return self._sheets

    def facts(self, track: str | None) -> dict[str, Value]:
        """The facts of one sheet in their declared types."""
        sheet_id = _sheet_of(track)
        if sheet_id not in self._typed:
            sheet = self.sheets().get(sheet_id)
            self._typed[sheet_id] = fact_sheets.typed_sheet(sheet.facts if sheet else {}, self.version.fact_types)
        return self._typed[sheet_id]

    def names(self, track: str | None) -> Mapping[str, Value]:
        """Facts (track over case), the municipality's parameters over the shipped ones, today and now."""
        known = self._names.get(track)
        if known is None:
            known = {**self.version.blank, **self.parameters(), **self.facts(None)}
            if _sheet_of(track) != CASE_SHEET:
                known.update({name: value for name, value in self.facts(track).items() if value is not None})
            known.update(dict.fromkeys(self.version.of_call))  # the token brings them: another may have said these
            known["today"], known["now"] = self.day, self.now
            known["infant_at_home"] = self._infant_at_home(told=known.get("infant_at_home") is True)
            known["child_unseen"] = self._child_unseen()
            self._names[track] = known
        return known

    def parameters(self) -> Mapping[str, Value]:
        """The municipality's own values that hold today, for parameters the version knows."""
        if self._parameters is None:
            own = organisation.parameters_on(self.session, None, self.day)
            shipped = self.version.bundle.parameters
            self._parameters = {name: value for name, value in own.items() if name in shipped}
        return self._parameters

    def functions(self) -> Mapping[str, Callable[..., Value]]:
        if self._functions is None:
            self._functions = functions(organisation.business_calendar(self.session))
        return self._functions

    def set_facts(self, track: str | None, values: Mapping[str, Value]) -> None:
        """Let these facts be true from now on: of the case or of the track, as the version declares their scope."""
        for name, value in values.items():
            declared = self.version.bundle.facts.get(name)
            if declared is None:
                continue
            sheet_id = CASE_SHEET if str(declared.scope) == "case" else _sheet_of(track)
            sheet = self.sheets().get(sheet_id)
            if sheet is None:
                sheet = FactSheet(case_id=self.owner_id, track_id=sheet_id, facts={})
                self.session.add(sheet)
                self.sheets()[sheet_id] = sheet
            if sheet.facts.get(name) != fact_sheets.stored(value) or name not in sheet.facts:
                sheet.facts = {**sheet.facts, name: fact_sheets.stored(value)}
                self.changed.setdefault(sheet_id, set()).add(name)
            self.facts(sheet_id or None)[name] = value
        self._names.clear()

    def save(self) -> None:
        """Carry facts that lists and screens read over to their records."""
        if self.case is None or not self.changed:
            return
        level = self.facts(None).get("risk_level")
        if isinstance(level, int) and self.case.level != level:
            self.case.level = level
        if "dv_flag" in self.changed.get(CASE_SHEET, ()):
            self.case.confidential = bool(self.facts(None).get("dv_flag"))
        moved = {track for track, names in self.changed.items() if names & _ON_RECORDS}
        if moved:
            self._carry_over(moved)
        self.changed = {}

    def _carry_over(self, moved: set[str]) -> None:
        for pregnancy in tracks.pregnancies(self.session, self.owner_id):
            if pregnancy.track_id in moved:
                facts = self.facts(pregnancy.track_id)
                if isinstance(due_on := facts.get("due_on", pregnancy.due_on), date | None):
                    pregnancy.due_on = due_on
                if isinstance(count := facts.get("fetus_count"), int) and count:
                    pregnancy.fetus_count = count
        for child in tracks.children(self.session, self.owner_id):
            if child.track_id in moved:
                if isinstance(born_on := self.facts(child.track_id).get("born_on"), date):
                    child.born_on = born_on
                child.unseen = is_unseen(self.facts(child.track_id))
                family.set_birth_date(self.session, child.person_id, child.born_on)

    def _infant_at_home(self, *, told: bool) -> bool:
        """Whether a living child under one year is in the home today (an input of D-01, which days change).

        What was told counts as long as no child is known here: the infant may be another family member's.
        """
        born = [self.facts(track) for track in self.sheets() if track.startswith("c")]
        if not born:
            return told
        return any(
            isinstance(born_on := facts.get("born_on"), date)
            and facts.get("died_on") is None
            and completed_months(born_on, self.day) < 12
            for facts in born
        )

    def _child_unseen(self) -> bool:
        """Whether a child who did not come, and has not been examined since, was seen by nobody yet."""
        children = [self.facts(track) for track in self.sheets() if track.startswith("c")]
        return any(is_unseen(facts) for facts in children)

    # --- what is done ---

    def serve(self, call: spiff.ServiceCall) -> Mapping[str, Value] | None:
        """Carry out the operation a service task names; its results become facts.

        In a savepoint: if it fails, nothing of it is left, and the step around it can still be written.
        """
        try:
            with self.session.begin_nested():
                return SERVICE_TASKS[call.operation](ServiceContext(self, call))
        except Exception:
            self.forget()
            raise

    def forget(self) -> None:
        """Read facts and persons again: records were rolled back. What was set before stands in the session."""
        self._sheets, self._persons = None, None
        self._typed.clear()
        self._names.clear()

    def later(self, what: str, call: spiff.ServiceCall) -> None:
        """Ask for something that reaches beyond this step: done by casework before the step is settled."""
        self.follow_ups.append((what, call))

    def about(self, track: str | None) -> str | None:
        """The person work on this track concerns: the child of a child track, else the mother."""
        if self.case is None:
            return None
        if self._persons is None:
            self._persons = _concerned(family.member_lines(self.session, self.case.id))
        return self._persons.get(tracks.root(track)) or self._persons.get(None)

    def partner_id(self, kind: str, track: str | None) -> str | None:
        """The agency of this kind to which papers of the track went last; None where they went to none by name."""
        return consents.receiver(self.session, self.case.id, kind, track) if self.case is not None else None

    def session_day(self, track: str | None, kind: str) -> date | None:
        """The day of the session of this kind to which the child of the track is invited; None without one."""
        return invitations.session_day(self.session, self.case.id, track, kind) if self.case is not None else None

    def forget_persons(self) -> None:
        """Read the family's members again: someone was added during the step."""
        self._persons = None

    def centre_id(self) -> str:
        if self.case is not None:
            return self.case.centre_id
        assert self.instance is not None
        return self.instance.centre_id or ""

    def responsible_id(self) -> str | None:
        return self.case.responsible_id if self.case is not None else None

    @property
    def municipality_id(self) -> str:
        return municipality_of(self.session)


def _concerned(members: Sequence[MemberLine]) -> dict[str | None, str]:
    """Track id -> the person work on it concerns; the mother under None."""
    persons = {person.track_id: person.id for person in reversed(members)}
    mother = next((person.id for person in members if person.relation == "mother"), None)
    return persons | {None: mother} if mother is not None else persons


def _sheet_of(track: str | None) -> str:
    """The sheet a track's facts stand on: its pregnancy or child; a side track of its own keeps its own sheet."""
    if not track:
        return CASE_SHEET
    return track.split("/", 1)[0]

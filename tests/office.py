"""A town at work, for tests and features: the demo town's people, the shipped bundle, and a calendar that moves.

Everything goes through casework as the people of the town would do it; nothing is inserted.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import clock
from engine.access import Actor
from engine.casework import cases, form_catalogue, messages, people, tasks, town_calendar
from engine.casework.views import Advance, CaseView, Completion, Receipt, TaskView
from engine.clock import JST, jst_day
from engine.database import transaction
from web import demo, demo_town

START = date(2026, 4, 6)  # a Monday


def a_small_description(**changes: Any) -> dict[str, Any]:
    """The demo town with the people most tests need: every role at North, the leaders everywhere, all partners."""
    full = demo_town.description()
    leaders = {"counter_clerk", "centre_head", "public_health_nurse", "mch_care_manager", "ytk_coordinator"}
    staff = [
        person
        for person in full["staff"]
        if "partner" in person["roles"][0]
        or person["roles"][0]["centre"] == "north"
        or person["roles"][0]["role"] in leaders
    ]
    return {**full, "staff": staff, **changes}


class Office:
    """One municipality on one database, with shorthands that read as a colleague would say them."""

    def __init__(self, engine: Engine, *, start: date = START, description: Mapping[str, Any] | None = None) -> None:
        self.engine = engine
        self.town = demo.set_up(engine, now=_morning(start), description=description or a_small_description())
        self.set_clock(_morning(start))
        self._families = 0

    def moved_to(self, engine: Engine) -> Office:
        """The same town on a copy of its database."""
        copied = copy.copy(self)
        copied.engine = engine
        return copied

    @contextmanager
    def acting(self, login: str) -> Iterator[tuple[Session, Actor, datetime]]:
        """A transaction in which somebody acts: session, actor, now."""
        with transaction(self.engine, municipality_id=self.town) as session:
            actor = people.actor_of(session, login)
            assert actor is not None, login
            yield session, actor, clock.now(session)

    # --- the calendar ---

    def set_clock(self, instant: datetime) -> None:
        with transaction(self.engine, municipality_id=self.town) as session:
            clock.set_now(session, instant, allowed=True, has_cases=False)

    @property
    def now(self) -> datetime:
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            return clock.now(session)

    @property
    def today(self) -> date:
        return jst_day(self.now)

    def advance(self, duration: str | None = None, *, to: date | None = None) -> Advance:
        """Move the calendar by a duration, or to the morning of a day, doing what comes due on the way."""
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            head = people.actor_of(session, "centre_head.north")
        assert head is not None
        return town_calendar.advance(self.engine, head, set_to=_morning(to) if to else None, by=duration, allowed=True)

    # --- families ---

    def open_case(self, *, by: str = "counter_clerk.north", **answers: Any) -> str:
        """Open a case for a new woman; answers take the place of the form's example. Its id."""
        self._families += 1
        number = self._families
        with transaction(self.engine, municipality_id=self.town) as session:
            actor = people.actor_of(session, by)
            assert actor is not None
            now = clock.now(session)
            example = form_catalogue.form(session, actor, "pregnancy_notification").example(jst_day(now))
            own = {
                "resident_id": f"{5_000_000 + number}",
                "given_name_kana": "ミノリ" + "アイウエオカキクケコ"[number % 10],
                "handbook_numbers": [{"number": f"H{number}-{n}"} for n in range(int(answers.get("fetus_count", 1)))],
            }
            return cases.open_case(session, actor, {**example, **own, **answers}, now=now).case_id

    def show(self, case_id: str, *, by: str = "ytk_coordinator.north") -> CaseView:
        with transaction(self.engine, municipality_id=self.town) as session:
            actor = people.actor_of(session, by)
            assert actor is not None
            return cases.show_case(session, actor, case_id, now=clock.now(session))

    def facts(self, case_id: str, track: str | None = None) -> dict[str, Any]:
        """The facts of the case, or of one track, by name."""
        shown = self.show(case_id).facts
        if track is None:
            return {name: value for name, value in shown.items() if "@" not in name}
        return {name.split("@")[0]: value for name, value in shown.items() if name.endswith(f"@{track}")}

    # --- work ---

    def open_tasks(self, case_id: str | None = None, *, element: str | None = None) -> list[TaskView]:
        """Open work of a case (or of all), the most urgent first."""
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            actor = people.actor_of(session, "ytk_coordinator.north")
            assert actor is not None
            found = tasks.worklist(session, actor, case_id=case_id, limit=100, now=clock.now(session)).items
        return [task for task in found if element in (None, task.element)]

    def task(self, case_id: str | None, element: str, *, track: str | None = None) -> TaskView:
        """The one open task of this element."""
        found = [task for task in self.open_tasks(case_id, element=element) if track in (None, task.track_id)]
        assert len(found) == 1, (
            f"expected one open {element}, but found {[t.element for t in self.open_tasks(case_id)]}"
        )
        return found[0]

    def example(self, task: TaskView, **answers: Any) -> dict[str, Any]:
        """Answers that pass for a task's form, with some replaced."""
        if task.form is None:
            return {}
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            actor = people.actor_of(session, "ytk_coordinator.north")
            assert actor is not None
            form = form_catalogue.form(session, actor, task.form, version=task.version)
            example = form.example(jst_day(clock.now(session)))
        known = {"born_on": task.child_born_on.isoformat()} if "born_on" in example and task.child_born_on else {}
        return {**example, **known, **task.fixed, **answers}

    def finish(
        self,
        case_id: str | None,
        element: str,
        outcome: str = "done",
        *,
        track: str | None = None,
        by: str | None = None,
        note: str = "",
        **answers: Any,
    ) -> Completion:
        """Finish the one open task of this element, as cover by the head of its centre unless someone is named."""
        return self.finish_task(self.task(case_id, element, track=track), outcome, by=by, note=note, **answers)

    def finish_task(
        self, task: TaskView, outcome: str = "done", *, by: str | None = None, note: str = "", **answers: Any
    ) -> Completion:
        given = self.example(task, **answers) if outcome == "done" else {}
        with transaction(self.engine, municipality_id=self.town) as session:
            actor = people.actor_of(session, by or f"centre_head.{task.centre}")
            assert actor is not None
            return tasks.complete_task(
                session,
                actor,
                task.id,
                outcome=outcome,
                answers=given,
                note=note or ("" if outcome == "done" else "理由"),
                now=clock.now(session),
            )

    def send(
        self,
        name: str,
        case_id: str | None = None,
        *,
        by: str = "registry_clerk.north",
        message_id: str | None = None,
        resident_id: str | None = None,
        track_id: str | None = None,
        carrying: Mapping[str, Any] | None = None,
        **payload: Any,
    ) -> Receipt:
        """A message from outside. carrying: payload whose keys are also names of the correlation."""
        self._families += 1
        correlation = {"case_id": case_id, "resident_id": resident_id, "track_id": track_id}
        with transaction(self.engine, municipality_id=self.town) as session:
            actor = people.actor_of(session, by)
            assert actor is not None
            return messages.receive(
                session,
                actor,
                name=name,
                message_id=message_id or f"message-{self._families}",
                correlation={key: value for key, value in correlation.items() if value},
                payload={**payload, **(carrying or {})},
                now=clock.now(session),
            )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9), JST)


def days(number: int) -> timedelta:
    return timedelta(days=number)

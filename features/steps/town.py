"""The town of the features: the office at work, with its families called by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Engine, select

from engine import clock
from engine.access import Actor
from engine.cases.consent import Disclosure
from engine.cases.letter import Letter
from engine.casework import (
    cases,
    due_work,
    follow_ups,
    form_catalogue,
    further_pregnancy,
    notifications,
    people,
    records,
    supervision,
    tasks,
    town_calendar,
)
from engine.casework.views import CaseRow, Completion, TaskView, Upcoming
from engine.clock import JST, jst_day
from engine.database import transaction
from engine.errors import EngineError
from engine.workflow import incident as incidents
from engine.workflow.event import walks
from engine.workflow.message import Inbox, Outbox
from features.steps import answers, words
from tests.office import Office

FULL_SIGHT = "ytk_coordinator.north"
ABOUT = re.compile(r"(?P<family>[^\sのがをにはへ、。「」]+家)(?:の(?P<track>第[一二三]子|[一二三]回目の妊娠))?")
NUMBERS = {"一": 1, "二": 2, "三": 3}


@dataclass(frozen=True)
class About:
    """Whom a sentence is about: a family, or one child or pregnancy of it."""

    case_id: str
    track: str | None


class Town(Office):
    """The office on a database that is set up, with the shorthands the sentences of the features need."""

    def __init__(self, engine: Engine, town: str) -> None:
        self.engine = engine
        self.town = town
        self._families = 0
        self.families: dict[str, str] = {}
        self.last: Any = None
        self.receipt: Any = None
        self.refused: EngineError | None = None

    # --- whom and who ---

    def about(self, phrase: str) -> About:
        found = ABOUT.fullmatch(phrase)
        assert found, f"{phrase} names no family"
        family, track = found["family"], found["track"]
        assert family in self.families, f"{family} is not known here"
        if track is None:
            return About(self.families[family], None)
        if track.startswith("第"):
            return About(self.families[family], f"c{NUMBERS[track[1]]}")
        return About(self.families[family], f"p{NUMBERS[track[0]]}")

    def login(self, who: str, centre: str = "north") -> str:
        """A colleague by the name of the post; partners sit in their own house."""
        return words.PARTNERS.get(who) or f"{words.role(who)}.{centre}"

    def actor(self, login: str) -> Actor:
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            found = people.actor_of(session, login)
        assert found is not None, f"nobody is called {login}"
        return found

    def notify_again(self, case_id: str) -> None:
        """The counter takes the notification of a family's next pregnancy; why not, where it is refused."""
        with transaction(self.engine, municipality_id=self.town) as session:
            clerk, now = people.actor_of(session, "counter_clerk.north"), clock.now(session)
            assert clerk is not None
            example = form_catalogue.form(session, clerk, "pregnancy_notification").example(jst_day(now))
            try:
                known = further_pregnancy.known_answers(session, clerk, case_id, now=now)
                further_pregnancy.notify_further_pregnancy(session, clerk, case_id, {**example, **known}, now=now)
            except EngineError as refused:
                self.refused = refused

    # --- work ---

    def works(self, about: About | None = None, name: str | None = None) -> list[TaskView]:
        """Open work, by the name staff read; about a family or track, or about nobody known yet."""
        found = []
        for task in self._worklist(about):
            if name is not None and name not in _names(task):
                continue
            if about is None and task.case_id is not None:
                continue
            if about is not None and about.track is not None and not _on(task.track_id, about.track):
                continue
            found.append(task)
        return found

    def _worklist(self, about: About | None) -> Iterable[TaskView]:
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            actor = people.actor_of(session, FULL_SIGHT)
            assert actor is not None
            return tasks.worklist(
                session,
                actor,
                case_id=about.case_id if about else None,
                limit=100,
                now=clock.now(session),
            ).items

    def work(self, about: About | None, name: str) -> TaskView:
        found = self.works(about, name)
        assert len(found) == 1, (
            f"「{name}」 should be open once, but it is open {len(found)} times among "
            f"{[(task.name, task.track_id) for task in self.works(about)]}; incidents {self.incidents()}"
        )
        return found[0]

    def act(
        self, task: TaskView, outcome: str = "done", *, by: str | None = None, told: Mapping[str, str] | None = None
    ) -> Completion:
        """Finish a piece of work as its post (or another) would, with ordinary answers where nothing is told."""
        login = by or f"{task.lane}.{task.centre}"
        given = self.answers(task, told or {}) if outcome == "done" else {}
        with transaction(self.engine, municipality_id=self.town) as session:
            actor = people.actor_of(session, login)
            assert actor is not None, f"nobody is called {login}"
            self.last = tasks.complete_task(
                session,
                actor,
                task.id,
                outcome=outcome,
                answers=given,
                note="" if outcome == "done" else "事情は記録のとおり",
                now=clock.now(session),
            )
        return self.last

    def answers(self, task: TaskView, told: Mapping[str, str]) -> dict[str, Any]:
        if task.form is None:
            return {}
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            actor = people.actor_of(session, FULL_SIGHT)
            assert actor is not None
            form = form_catalogue.form(session, actor, task.form, version=task.version)
            now = clock.now(session)
        example = form.example(jst_day(now))
        known = {"born_on": task.child_born_on.isoformat()} if task.child_born_on else {}
        return answers.ordinary(form, example, task.form, told, fixed={**known, **task.fixed}, now=now)

    def ask_for_a_visit(self, about: About) -> None:
        """A further visit beside all that is planned."""
        with transaction(self.engine, municipality_id=self.town) as session:
            actor = people.actor_of(session, "public_health_nurse.north")
            assert actor is not None
            now = clock.now(session)
            follow_ups.request_visit(session, actor, about.case_id, about.track, note="もう一度会いたい", now=now)

    def ask_to_close(self, about: About) -> None:
        """The family, or staff for them, ask to end the support."""
        with transaction(self.engine, municipality_id=self.town) as session:
            actor = people.actor_of(session, "public_health_nurse.north")
            assert actor is not None
            follow_ups.request_closure(session, actor, about.case_id, note="落ち着いた", now=clock.now(session))

    def withdraw_consent(self, about: About, agency: str) -> None:
        """The family takes back what it agreed to, from today on."""
        with transaction(self.engine, municipality_id=self.town) as session:
            actor = people.actor_of(session, "counter_clerk.north")
            assert actor is not None
            now = clock.now(session)
            given = cases.consents(session, actor, about.case_id, now=now)
            consent = next(each for each in given if each.agency == agency)
            records.withdraw_consent(session, actor, about.case_id, consent.id, on=jst_day(now), now=now)

    def record(self, about: About, form: str, told: Mapping[str, str]) -> None:
        """Put an ordinary record into the file outside any planned work, changed by what is told."""
        with transaction(self.engine, municipality_id=self.town) as session:
            actor = people.actor_of(session, "public_health_nurse.north")
            assert actor is not None
            now = clock.now(session)
            compiled = form_catalogue.form(session, actor, form)
            given = answers.ordinary(compiled, compiled.example(jst_day(now)), form, told, fixed={}, now=now)
            records.record_submission(
                session, actor, about.case_id, form=form, answers=given, track_id=about.track, now=now
            )

    def let_the_worker_run(self) -> None:
        """What is due by now is done within the second."""
        due_work.run_due(self.engine, municipality_id=self.town)

    # --- what a person sees ---

    def consented(self, about: About, agency: str) -> bool:
        """Whether the list of consents holds one for the agency that counts today."""
        with transaction(self.engine, municipality_id=self.town) as session:
            actor = people.actor_of(session, FULL_SIGHT)
            assert actor is not None
            now = clock.now(session)
            given = cases.consents(session, actor, about.case_id, now=now)
        today = jst_day(now)
        return any(
            each.agency == agency
            and each.given_on <= today
            and (each.valid_until is None or today <= each.valid_until)
            and (each.withdrawn_on is None or today < each.withdrawn_on)
            for each in given
        )

    def can_see(self, login: str, about: About) -> bool:
        """Whether somebody may open the family's file; to others it is not there."""
        with transaction(self.engine, municipality_id=self.town) as session:
            actor = people.actor_of(session, login)
            assert actor is not None, f"nobody is called {login}"
            try:
                cases.show_case(session, actor, about.case_id, now=clock.now(session))
            except EngineError:
                return False
        return True

    def cases(self) -> list[CaseRow]:
        with transaction(self.engine, municipality_id=self.town) as session:
            actor = people.actor_of(session, FULL_SIGHT)
            assert actor is not None
            return list(cases.find_cases(session, actor, limit=100, now=clock.now(session)).items)

    def told(self, role: str, news: str, about: About | None = None) -> int:
        """How often a post has been told something."""
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            actor = people.actor_of(session, f"{role}.north")
            assert actor is not None
            waiting = notifications.waiting(session, actor)
        return sum(
            each.kind == words.NEWS[news] and each.role == role and (about is None or each.case_id == about.case_id)
            for each in waiting
        )

    def next(self, about: About, name: str) -> date:
        """The next day on which something of this name happens by itself."""
        coming = [each.on for each in self.upcoming(about) if each.name == name and each.on is not None]
        assert coming, f"「{name}」 is not among {[(each.name, each.on) for each in self.upcoming(about)]}"
        return min(coming)

    def overdue(self, login: str) -> list[TaskView]:
        """What somebody's list shows as overdue."""
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            actor = people.actor_of(session, login)
            assert actor is not None
            now = clock.now(session)
            return list(tasks.worklist(session, actor, due_before=jst_day(now), limit=100, now=now).items)

    def not_received(self, login: str) -> tuple[int, int]:
        """The head's figure of hand-overs nobody has received, and how long the list behind it is."""
        actor = self.actor(login)
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            now = clock.now(session)
            behind = tasks.worklist(session, actor, awaiting_receipt=True, now=now)
            return supervision.overview(session, actor, now=now).handed_over, len(behind.items)

    def unseen(self, login: str) -> int:
        """How many children the head's page counts as not seen yet."""
        with transaction(self.engine, municipality_id=self.town) as session:
            return len(supervision.overview(session, self.actor(login), now=clock.now(session)).unseen)

    def list_of(self, login: str) -> list[TaskView]:
        """All that somebody's list shows."""
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            actor = people.actor_of(session, login)
            assert actor is not None, f"nobody is called {login}"
            return list(tasks.worklist(session, actor, limit=100, now=clock.now(session)).items)

    def grounds(self, about: About, agency: str) -> list[str]:
        """On what grounds papers of the family or track went to a kind of agency."""
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            found = session.execute(
                select(Disclosure.ground, Disclosure.track_id).where(
                    Disclosure.municipality_id == self.town,
                    Disclosure.case_id == about.case_id,
                    Disclosure.agency == agency,
                )
            ).all()
        return [ground for ground, track in found if about.track is None or _on(track, about.track)]

    def upcoming(self, about: About) -> list[Upcoming]:
        with transaction(self.engine, municipality_id=self.town) as session:
            actor = people.actor_of(session, FULL_SIGHT)
            assert actor is not None
            found = cases.upcoming(session, actor, about.case_id, now=clock.now(session))
        return [each for each in found if about.track is None or _on(each.track_id, about.track)]

    def known(self, about: About) -> dict[str, Any]:
        """What is known of a family, or of one track and its side tracks."""
        shown = self.show(about.case_id).facts
        facts = {name: value for name, value in shown.items() if "@" not in name}
        for name, value in sorted(shown.items(), key=lambda item: item[0].partition("@")[2]):
            track = name.partition("@")[2]
            if track and about.track is not None and _on(track, about.track):
                facts[name.partition("@")[0]] = value
        return facts

    def letters(self, about: About) -> list[Letter]:
        """Letters of the family or track, in the order they were written."""
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            found = session.scalars(
                select(Letter)
                .where(Letter.municipality_id == self.town, Letter.case_id == about.case_id)
                .order_by(Letter.id)
            ).all()
            session.expunge_all()
        return [each for each in found if about.track is None or _on(each.track_id, about.track)]

    def outgoing(self, kind: str, about: About | None = None) -> list[Outbox]:
        """What left for others: notifications to colleagues, acknowledgements, notices to other authorities."""
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            found = session.scalars(
                select(Outbox).where(Outbox.municipality_id == self.town, Outbox.kind == kind).order_by(Outbox.id)
            ).all()
            session.expunge_all()
        return [each for each in found if about is None or each.case_ref == about.case_id]

    def inbox(self) -> list[Inbox]:
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            found = session.scalars(select(Inbox).where(Inbox.municipality_id == self.town).order_by(Inbox.id)).all()
            session.expunge_all()
        return list(found)

    def incidents(self) -> list[str]:
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            return [
                f"{each.process}/{each.element}: {each.error}"
                for each in session.scalars(
                    select(incidents.Incident).where(
                        incidents.Incident.municipality_id == self.town, incidents.Incident.resolved_at.is_(None)
                    )
                )
            ]

    def walked(self) -> set[tuple[str, str, str | None]]:
        """Every step the diagrams took in this town: process, node, flow."""
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            return {(step[0] or "", step[1] or "", step[2]) for walk in walks(session) for step in walk}

    # --- the calendar ---

    def until(self, day: date, hour: int = 9) -> None:
        """Move the calendar to an hour of a day, doing on the way what comes due."""
        target = datetime.combine(day, time(hour), JST)
        assert target >= self.now, f"{day} is behind us: it is {self.now}"
        town_calendar.advance(self.engine, self.actor("centre_head.north"), set_to=target, allowed=True)


def _on(track: str | None, wanted: str) -> bool:
    return track is not None and track.split("/", 1)[0] == wanted


def _names(task: TaskView) -> set[str]:
    """What staff may call it: its name, or its name with the form's kind where the same work recurs."""
    kinds = [kind for value in task.fixed.values() if (kind := words.KINDS.get(str(value)))]
    short = words.CHECK_UP if task.name in kinds else task.name.partition("（")[0]
    return {task.name, short, *(f"{kind}の{short}" for kind in kinds)}

"""Making the demo town's families: 60 invented lives, driven through the engine day by day with the town's clock.

Nothing is inserted: every family notifies a pregnancy, staff finish their tasks or say why they could not, children
are born, some move or are lost from sight, and what stands on the worklists today is what is left of that.
The same seed gives the same town.
"""

from __future__ import annotations

import random  # invented lives, nothing secret
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import clock, organisation
from engine.access import Actor
from engine.casework import cases, form_catalogue, messages, people, post, publication, tasks, town_calendar
from engine.casework.views import TaskView
from engine.clock import JST, jst_day
from engine.database import enter_municipality, transaction
from engine.organisation import BusinessCalendar
from engine.organisation.checkup_sessions import has_sessions
from forms.compiler import AnswersRejected
from web import demo_answers, demo_names, demo_sessions, demo_town

SWEEP_DAYS = 7
UNFINISHED_DAYS = 35
_CALENDAR = BusinessCalendar()
BUNDLE = Path(__file__).resolve().parent.parent / "processes" / "seamless_support"


@dataclass
class Life:
    """One invented family: when it becomes known and what happens to it."""

    number: int
    notified_on: date
    weeks: int
    answers: dict[str, Any]
    counter: str
    events: list[tuple[date, str, dict[str, Any]]] = field(default_factory=list)
    case_id: str | None = None
    shy: float = 0.05  # how often a visit or check-up is missed

    def school_entry(self) -> date:
        """When the youngest child starts school; of one not born yet, by the due date."""
        born = [payload["born_on"] for _on, name, payload in self.events if name == "birth_registered"]
        return demo_answers.school_entry(date.fromisoformat(max([*born, self.answers["edd"]])))

    def cast(self, about: str, worker: str) -> demo_answers.Cast:
        """Who is who in answers about this member of the family (a name), written by this worker."""
        children = [payload for _on, name, payload in self.events if name == "birth_registered"]
        child = next((each for each in children if about.endswith(str(each["child_name"]))), None)
        return demo_answers.Cast(self.answers, child or (children[0] if children else {}), worker)


def make_town(engine: Engine, *, families: int = 60, random_seed: int = 1) -> dict[str, Any]:
    """Make the demo town with families at every stage; a town with families, or another one, is left as it is.

    What to tell the person at the console: municipality, families, password, logins to try.
    """
    with transaction(engine, read_only=True) as session:
        known = organisation.municipalities(session)
        fits = not known or _is_without_families(session, known[0])
    if fits:
        seed(engine, families=families, random_seed=random_seed)
    return {
        "municipality": "みなも市",
        "made": fits,
        "families": families,
        "password": demo_town.PASSWORD,
        "logins": [
            "public_health_nurse.north",
            "mch_care_manager.central",
            "centre_head.south",
            "process_designer.north",
        ],
    }


def _is_without_families(session: Session, town: organisation.Municipality) -> bool:
    enter_municipality(session, town.id)
    return town.code == demo_town.CODE and not cases.has_cases(session)


def set_up(engine: Engine, *, now: datetime, description: Mapping[str, Any] | None = None) -> str:
    """Set up the municipality and publish the shipped bundle. The municipality's id."""
    with transaction(engine) as session:
        town = organisation.setup(session, description or demo_town.description(), since=date(2015, 4, 1), now=now)
        publication.publish_shipped(session, BUNDLE, now=now)
        return town.id


def seed(
    engine: Engine,
    *,
    families: int = 60,
    until: datetime | None = None,
    random_seed: int = 1,
    watch: Callable[[], object] | None = None,
) -> str:
    """Make the demo town with families at every stage, ending on `until` (default: today 9:00 in Japan).

    watch: called after every day that was lived.
    """
    end = until or datetime.combine(jst_day(clock.wall_now()), time(9), JST)
    lives = sorted(_lives(random.Random(random_seed), families, jst_day(end)), key=lambda life: life.notified_on)  # noqa: S311
    start = datetime.combine(lives[0].notified_on if lives else jst_day(end), time(9), JST)
    with transaction(engine, read_only=True) as session:
        known = organisation.municipalities(session)
    town = known[0].id if known else set_up(engine, now=start)
    with transaction(engine, municipality_id=town) as session:
        clock.set_now(session, start, allowed=True, has_cases=False)
        if not has_sessions(session):
            demo_sessions.make(session, first=jst_day(start), last=jst_day(end))
    driver = _Driver(engine, town, random.Random(random_seed + 1), jst_day(end))  # noqa: S311
    for day in _days(lives, jst_day(start), jst_day(end)):
        driver.live(day, lives)
        if watch is not None:
            watch()
    driver.arrive(end)
    driver.take_on()
    return town


def _days(lives: list[Life], start: date, end: date) -> Iterator[date]:
    """The days before the last on which somebody does something: every week, and whenever something happens."""
    sweeps = {_open_day(start + timedelta(days=n)) for n in range(0, (end - start).days + 1, SWEEP_DAYS)}
    happenings = {life.notified_on for life in lives} | {on for life in lives for on, _, _ in life.events}
    yield from sorted(day for day in sweeps | happenings if start <= day < end)


def _lives(chance: random.Random, families: int, today: date) -> list[Life]:
    """Families spread over every stage from notification to school entry, with the turns life takes."""
    surnames, mothers = demo_names.parts(demo_names.FAMILY_NAMES), demo_names.parts(demo_names.MOTHER_NAMES)
    span = 7 * 365
    lives = []
    for number in range(families):
        # Half of the families are known for less than two years: most work is with the young.
        back = int(span * ((number + 0.5) / families) ** 2.4) + chance.randint(0, 6)
        notified_on = _open_day(today - timedelta(days=back + 2), step=-1)
        weeks = chance.choice((7, 8, 9, 10, 11, 12, 21 if number % 13 == 5 else 9))
        surname, mother = surnames[(number * 11) % len(surnames)], mothers[(number * 5) % len(mothers)]
        district = demo_town.DISTRICTS[number % len(demo_town.DISTRICTS)][0]
        life = Life(
            number,
            notified_on,
            weeks,
            demo_answers.notification(chance, notified_on, weeks, surname, mother, district, number),
            counter=district if number % 4 else "central",
            shy=0.35 if number % 9 == 4 else 0.05,
        )
        _fate(chance, life, today)
        lives.append(life)
    return lives


def _fate(chance: random.Random, life: Life, today: date) -> None:
    """Birth, and now and then a loss, twins, a move, a concern."""
    due_on = life.notified_on + timedelta(days=demo_answers.PREGNANCY_DAYS - life.weeks * 7)
    if life.number % 20 == 7:
        lost_on = life.notified_on + timedelta(days=40)
        life.events.append(
            (_open_day(lost_on), "pregnancy_lost", {"lost_on": lost_on.isoformat(), "kind": "miscarriage"})
        )
        return
    born_on = due_on + timedelta(days=chance.randint(-16, 8))
    registered = _open_day(born_on + timedelta(days=chance.randint(3, 12)))
    children = demo_names.parts(demo_names.CHILD_NAMES)
    for twin in range(int(life.answers["fetus_count"])):
        given, kana, sex = children[(life.number * 3 + twin) % len(children)]
        life.events.append(
            (
                registered,
                "birth_registered",
                {
                    "born_on": born_on.isoformat(),
                    "child_name": given,
                    "child_kana": kana,
                    "sex": sex,
                    "birth_weight_g": chance.randint(2350, 3600) - 500 * twin,
                },
            )
        )
    if life.number % 15 == 11:
        moved = _open_day(born_on + timedelta(days=chance.randint(200, 900)))
        life.events.append((moved, "moved_out", {"moved_on": moved.isoformat(), "to_municipality": "となり市"}))
    if life.number % 12 == 9:
        raised = _open_day(min(born_on + timedelta(days=chance.randint(300, 1500)), today - timedelta(days=6)))
        if raised > registered:
            life.events.append(
                (raised, "concern_raised", {"concern": "登園時に元気がない日が続いている", "raised_by": "ひばり保育園"})
            )


def _open_day(day: date, *, step: int = 1) -> date:
    """The day itself where the office is open, else the next one; the one before by a step of -1."""
    while not _CALENDAR.is_business_day(day):
        day += timedelta(days=step)
    return day


class _Driver:
    """Staff at work: opens cases, brings messages, and each week does what has come due."""

    def __init__(self, engine: Engine, town: str, chance: random.Random, today: date) -> None:
        self.engine = engine
        self.town = town
        self.chance = chance
        self.today = today
        self._actors: dict[str, Actor] = {}
        self._examples: dict[tuple[str, date], dict[str, Any]] = {}

    def live(self, day: date, lives: list[Life]) -> None:
        """One day: move the calendar to its afternoon, when what was done is written down, and let things happen."""
        self.arrive(datetime.combine(day, demo_answers.DESK_TIME, JST))
        for life in lives:
            if life.notified_on == day:
                self._notify(life)
            for on, name, payload in life.events:
                if on == day and life.case_id is not None:
                    self._happen(life, name, payload)
        self._work(day, {life.case_id: life for life in lives if life.case_id})

    def arrive(self, instant: datetime) -> None:
        """Move the town's calendar to the instant, doing what comes due on the way."""
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            leader = self._actor(session, "centre_head.central")
        town_calendar.advance(self.engine, leader, set_to=instant, allowed=True)

    def take_on(self) -> None:
        """Of the work that stands open on the last day, about half has been taken on by someone of its lane."""
        with transaction(self.engine, municipality_id=self.town) as session:
            now = clock.now(session)
            for task in self._all_open(session, self._actor(session, "ytk_coordinator.central"), now):
                worker = people.actor_of(session, f"{task.lane}.{task.centre}")
                if worker is not None and self.chance.random() < 0.55:
                    tasks.claim_task(session, worker, task.id, now=now)

    def _notify(self, life: Life) -> None:
        with transaction(self.engine, municipality_id=self.town) as session:
            now = clock.now(session)
            clerk = self._actor(session, f"counter_clerk.{life.counter}")
            form = form_catalogue.form(session, clerk, "pregnancy_notification")
            cast = life.cast("", clerk.name)
            answers = {**demo_answers.told_of(cast, form.example(jst_day(now))), **life.answers}
            life.case_id = cases.open_case(session, clerk, _known(form, answers), now=now).case_id

    def _happen(self, life: Life, name: str, payload: dict[str, Any]) -> None:
        with transaction(self.engine, municipality_id=self.town) as session:
            now = clock.now(session)
            messages.receive(
                session,
                self._actor(session, "registry_clerk.central"),
                name=name,
                message_id=f"demo-{life.number}-{name}-{payload.get('child_name', '')}",
                correlation={"case_id": life.case_id},
                payload=payload,
                now=now,
            )

    def _work(self, day: date, lives: dict[str, Life]) -> None:
        """What has come due is done, most of it; the last days before today stay unfinished, as in life."""
        with transaction(self.engine, read_only=True, municipality_id=self.town) as session:
            lead = self._actor(session, "ytk_coordinator.central")
            waiting = self._all_open(session, lead, clock.now(session))
        for task in waiting:
            if self._does(task, day):
                self._finish(task, lives.get(task.case_id or ""))
        if (self.today - day).days > UNFINISHED_DAYS:
            self._post()

    def _post(self) -> None:
        """The counters print, send and tick off what waits; the last days' post still lies there."""
        with transaction(self.engine, municipality_id=self.town) as session:
            now = clock.now(session)
            for code, *_ in demo_town.CENTRES:
                clerk = self._actor(session, f"counter_clerk.{code}")
                for item in post.waiting(session, clerk, now=now):
                    post.tick_off(session, clerk, item.id, now=now)

    @staticmethod
    def _all_open(session: Session, actor: Actor, now: datetime) -> list[TaskView]:
        found: list[TaskView] = []
        cursor: str | None = None
        while True:
            page = tasks.worklist(session, actor, cursor=cursor, limit=100, now=now)
            found += page.items
            cursor = page.next
            if cursor is None:
                return found

    def _does(self, task: TaskView, day: date) -> bool:
        if task.may_start_on is not None and day < task.may_start_on:
            return False
        near_end = (self.today - day).days
        if task.due_on is None:
            return near_end > UNFINISHED_DAYS and self.chance.random() < 0.5
        if near_end <= UNFINISHED_DAYS:
            return task.due_on <= day + timedelta(days=SWEEP_DAYS) and self.chance.random() < 0.22
        return task.due_on <= day + timedelta(days=SWEEP_DAYS) or self.chance.random() < 0.2

    def _finish(self, task: TaskView, life: Life | None) -> None:
        """Finish one task as the person whose lane it is; now and then by an exit."""
        with transaction(self.engine, municipality_id=self.town) as session:
            now = clock.now(session)
            actor = self._worker(session, task)
            outcome, note = self._outcome(task, life)
            answers = self._answers(session, actor, task, life, jst_day(now)) if outcome == "done" else {}
            try:
                tasks.complete_task(session, actor, task.id, outcome=outcome, answers=answers, note=note, now=now)
            except AnswersRejected as error:
                raise RuntimeError(f"the example of {task.form} does not fit {task.element}: {error.errors}") from error

    def _worker(self, session: Session, task: TaskView) -> Actor:
        actor = self._actor(session, f"{task.lane}.{task.centre}")
        return actor if actor is not None else self._actor(session, f"centre_head.{task.centre}")

    def _outcome(self, task: TaskView, life: Life | None) -> tuple[str, str]:
        shy = life.shy if life else 0.02
        for exit_code, note in (("absent", "約束の時間に会えなかった"), ("postponed", "家族の都合で日を改める")):
            if exit_code in task.exits and self.chance.random() < shy:
                return exit_code, note
        return "done", ""

    def _answers(self, session: Session, actor: Actor, task: TaskView, life: Life | None, day: date) -> dict[str, Any]:
        if task.form is None:
            return {}
        form = form_catalogue.form(session, actor, task.form, version=task.version)
        example = form.example(day)
        if life is not None:
            example = demo_answers.told_of(life.cast(task.about, actor.name), example)
        answers = demo_answers.in_office_hours({**example, **task.fixed}, day)
        if life is not None and "valid_until" in answers:
            answers["valid_until"] = life.school_entry().isoformat()
        if "born_on" in answers and task.child_born_on is not None:
            answers["born_on"] = task.child_born_on.isoformat()
        if "level_decided" in answers and life is not None and life.number % 5 == 2:
            answers["level_decided"] = "L3" if life.number % 3 == 0 else "L2"  # these families get a plan
        if "next_action" in answers:
            recent = (self.today - day).days < 250
            answers["next_action"] = "visit" if self.chance.random() < (0.6 if recent else 0.25) else "none"
        return answers

    def _actor(self, session: Session, login: str) -> Actor:
        known = self._actors.get(login)
        if known is None:
            found = people.actor_of(session, login)
            enter_municipality(session, self.town)
            known = self._actors[login] = found  # type: ignore[assignment]
        return known  # type: ignore[return-value]


def _known(form: Any, answers: dict[str, Any]) -> dict[str, Any]:
    keys = {field.key for field in form.form.fields()}
    return {key: value for key, value in answers.items() if key in keys}

"""What casework shows: frozen values, already cut to what the actor may see.

Days are JST calendar days, instants aware UTC, ids strings, roles role ids.
Names of people appear only here and on pages, never in logs, URLs or errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from forms.sentences import Sentence
from processes.vocabulary import DONE

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list in a fixed order. `next` is the cursor of the following page, None at the end."""

    items: Sequence[T]
    next: str | None


@dataclass(frozen=True, slots=True)
class PersonView:
    """A member of the family. `relation` is mother, child, father, proxy …; masked values are None."""

    id: str
    relation: str
    name: str
    kana: str
    birth_date: date | None
    sex: str | None
    track_id: str | None
    phone: str | None
    safe_to_call: str | None
    address: str | None
    address_sealed: bool


@dataclass(frozen=True, slots=True)
class PregnancyView:
    """A pregnancy of the family. state: open, born, lost, closed."""

    track_id: str
    due_on: date | None
    fetus_count: int
    state: str


@dataclass(frozen=True, slots=True)
class ChildView:
    """A child track of the family. state: open, died, closed."""

    track_id: str
    person_id: str
    name: str
    born_on: date
    state: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A family under support. `facts`: name -> value of the case, and "name@track" -> value of each track."""

    id: str
    state: str
    centre: str
    level: int | None
    persons: Sequence[PersonView]
    pregnancies: Sequence[PregnancyView]
    children: Sequence[ChildView]
    facts: Mapping[str, Any]
    version: str
    title: str
    responsible: str | None
    opened_on: date
    confidential: bool
    number: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One family in a list of search hits. open_tasks: None where, like the level, it is not for this person."""

    id: str
    state: str
    centre: str
    level: int | None
    title: str
    kana: str
    birth_date: date | None
    open_tasks: int | None


@dataclass(frozen=True, slots=True)
class TaskView:
    """One piece of staff work. `about` names who it concerns (mother or child) for the screen.

    state: open, completed, cancelled, expired. `exits`: codes other than done.
    `draft`: what this person has typed so far, or None. `fixed`: fields the system sets.
    `why`: the sentence that says why the work is on the desk (name of the step before), may be empty; `after`: that
    step in both languages with what tells it apart, None where `why` is somebody's own reason.
    `put_off_to`: until when somebody has put the work off; its due day stands. `stands_on`: the day under which lists
    show it, the later of the two; None without either.
    `child_born_on`: birth day of the child it is about; `pregnancy_due_on`: due day where it is about a pregnancy.
    """

    id: str
    case_id: str | None
    track_id: str | None
    process: str
    element: str
    name: str
    name_en: str
    lane: str
    centre: str
    assignee: str | None
    assignee_name: str | None
    form: str | None
    exits: Sequence[str]
    may_start_on: date | None
    due_on: date | None
    late_on: date | None
    expires_on: date | None
    priority: int
    state: str
    outcome: str | None
    draft: Mapping[str, Any] | None
    draft_saved_at: datetime | None
    fixed: Mapping[str, Any]
    about: str
    about_kana: str
    track_label: str
    why: str
    opened_at: datetime
    completed_at: datetime | None
    completed_by: str | None
    version: str
    child_born_on: date | None = None
    pregnancy_due_on: date | None = None
    after: Sentence | None = None
    put_off_to: date | None = None
    stands_on: date | None = None


@dataclass(frozen=True, slots=True)
class WorklistCounts:
    """Figures over the actor's visible open work."""

    mine: int
    centre: int
    waiting_for_person: int


@dataclass(frozen=True, slots=True)
class Completion:
    """What finishing a task did: the finished task and the work it opened on the same case."""

    completed: TaskView
    opened: Sequence[TaskView]
    warnings: Sequence[Sentence] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A case just opened."""

    case_id: str
    instance_id: str
    opened: Sequence[TaskView]


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of the case's history; text in both languages, no codes alone. note: what somebody wrote about it.

    kind: task_opened, task_completed, task_expired, timer_fired, message, letter, consent, level, track, submission,
    incident, note …
    """

    id: str
    at: datetime
    kind: str
    text_ja: str
    text_en: str
    actor: str | None
    track_id: str | None
    task_id: str | None
    submission_id: str | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Something that will happen by itself. `on` is None while a fact it needs is not known.

    which: what tells it from others of its kind, such as the check-up it belongs to.
    """

    name: str
    name_en: str
    process: str
    element: str
    track_id: str | None
    on: date | None
    rule: str
    which: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """Work (task_id) or a planned day that stands at a step. on: when it is due, or happens by itself."""

    track_id: str | None
    which: Sentence | None
    task_id: str | None
    on: date | None


@dataclass(frozen=True, slots=True)
class StepState:
    """One node of a diagram and where it stands: done, active, waiting, next, or none. lane_role: its role id.

    here: what stands at it now; of one diagram that serves several check-ups or children, several.
    """

    element: str
    name: str
    name_en: str
    kind: str
    lane: str
    lane_role: str
    state: str
    times: int
    here: Sequence[Token]


@dataclass(frozen=True, slots=True)
class DiagramView:
    """One diagram of the case's version with its tokens, the steps in the order of its flow. `xml`: the BPMN text."""

    process: str
    name: str
    name_en: str
    xml: str
    steps: Sequence[StepState]


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """Answers to a form as they were given. outcome: done, or the exit taken; then `note` says why."""

    id: str
    form: str
    form_version: str
    answers: Mapping[str, Any]
    author: str
    at: datetime
    corrects: str | None
    track_id: str | None
    outcome: str = DONE
    note: str = ""


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A family's agreement that one agency may see part of its case."""

    id: str
    agency: str
    scopes: Sequence[str]
    given_on: date
    valid_until: date | None
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a message. status: delivered, buffered, needs_person, duplicate."""

    inbox_id: str
    status: str
    case_id: str | None


@dataclass(frozen=True, slots=True)
class IncidentView:
    """A step that failed and is kept."""

    id: str
    case_id: str | None
    process: str
    element: str
    name: str
    error: str
    attempts: int
    next_attempt_at: datetime | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Advance:
    """What moving the calendar did."""

    now: datetime
    fired: int
    incidents: int

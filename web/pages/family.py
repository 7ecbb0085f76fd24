"""What every page of a family shows: the head with its tabs, and what this person may do here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template

from engine.access import Action, Subject
from engine.casework import cases
from engine.casework.views import CaseView, ChildView, PersonView, PregnancyView
from web import language, wording
from web.pages import days, showing
from web.request_scope import Scope

_DOORS = (
    Action.START_PATHWAY,
    Action.RECORD_SUBMISSION,
    Action.GIVE_CONSENT,
    Action.WITHDRAW_CONSENT,
    Action.SEND_MESSAGE,
)


@dataclass(frozen=True, slots=True)
class Family:
    """A family as its pages show it. allowed: action -> whether this person may do it here."""

    case: CaseView
    allowed: dict[str, bool]

    def member(self, person: PersonView) -> str:
        """母・31歳, or the child's age."""
        scope_day = showing.today()
        if person.relation == "child":
            return days.age(person.birth_date, scope_day)
        parts = (showing.relation(person.relation), days.years(person.birth_date, scope_day))
        return "・".join(part for part in parts if part)

    def pregnancy(self, pregnancy: PregnancyView) -> str:
        """28週3日 while it is under way."""
        return days.weeks(pregnancy.due_on, showing.today()) if pregnancy.state == "open" else ""

    def track(self, track_id: str | None) -> str:
        """Whom a track is about, in a word: the child's name, or the pregnancy by its number."""
        if not track_id:
            return ""
        first = track_id.split("/", 1)[0]
        child = next((child for child in self.case.children if child.track_id == first), None)
        if child is not None:
            return self.child_name(child)
        if first.startswith("p"):
            number = first[1:]
            return f"妊娠{number}回目" if language.current() == "ja" else f"pregnancy {number}"
        return ""

    def child_name(self, child: ChildView) -> str:
        return child.name or (language.say(wording.UNNAMED_CHILD))

    def tracks(self) -> list[tuple[str, str]]:
        """(track id, words) of the pregnancies and children under way."""
        under_way = [p for p in self.case.pregnancies if p.state == "open"]
        named = [(p.track_id, f"{self.track(p.track_id)} {self.pregnancy(p)}") for p in under_way]
        day = showing.today()
        return named + [
            (child.track_id, f"{self.child_name(child)} {days.age(child.born_on, day)}")
            for child in self.case.children
            if child.state == "open"
        ]


def family_of(scope: Scope, case_id: str) -> Family:
    """The family, entered in the ledger as seen. Raises CaseUnknown, Forbidden, Hidden."""
    case = cases.show_case(scope.session, scope.actor, case_id, now=scope.now)
    return Family(case, showing.may_with_case(scope, case_id, *_DOORS))


def family_for(scope: Scope, case_id: str, action: Action, subject: Subject | None = None) -> Family:
    """The family, for a page on which this is to be done: who may not do it is not shown the form either.

    Raises CaseUnknown, Forbidden, Hidden.
    """
    family = family_of(scope, case_id)
    showing.require_with_case(scope, case_id, action, subject)
    return family


def render(template: str, family: Family, **more: Any) -> str:
    """A page of the family."""
    return render_template(template, family=family, case=family.case, **more)

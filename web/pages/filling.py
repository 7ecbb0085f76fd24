"""One form being filled: what it starts with, what was posted, and the buttons that only change its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from forms.compiler import CompiledForm
from forms.components import ComponentType, placed_fields
from forms.sentences import Sentence
from web import language, set_aside, wording
from web.pages import days, draft_behind
from web.pages.draft_behind import Behind
from web.pages.fields import FormView, form_view
from web.pages.pickers import pickers_for, prefilled
from web.pages.posted import answers_of, rows_of
from web.request_scope import Scope

_ROW_BUTTONS = ("add_row", "remove_row")


@dataclass(frozen=True, slots=True)
class Filling:
    """A compiled form in the hands of one person."""

    scope: Scope
    compiled: CompiledForm
    fixed: Mapping[str, Any]
    about: str = ""

    def begun(self, kept: Mapping[str, Any] | None, answered: Mapping[str, Any] | None = None) -> FormView:
        """The form as it opens: with what was kept, else with its defaults.

        answered: what others have answered already; like a default it stands in a field that is not asked yet.
        """
        start = {**self._start(), **(answered or {})}
        return self.drawn({**start, **self._asked({**start, **(kept or {})}, kept or {})})

    def drawn(
        self,
        values: Mapping[str, Any],
        errors: Mapping[str, Sequence[Sentence]] | None = None,
        empty_rows: Mapping[str, int] | None = None,
    ) -> FormView:
        """The form with these values, and what is wrong with them."""
        return form_view(
            self.compiled,
            {**self._start(), **values} if errors else values,
            on=days.today_of(self.scope.now),
            errors=errors,
            fixed=self.fixed,
            known={"now": self.scope.now},
            empty_rows=empty_rows,
            pickers=pickers_for(self.scope, self.compiled.form),
        )

    def returned(self) -> dict[str, Any] | None:
        """The answers that were sent from this page when the session was gone; None where there are none."""
        fields = set_aside.returned(self.scope.session, self.scope.actor)
        if fields is None:
            return None
        set_aside.forget(self.scope.session, self.scope.actor, request.path)
        flash(language.say(wording.RETURNED), "warn")
        return self.answers_in(fields)

    def posted(self) -> dict[str, Any]:
        """The answers in the request's body."""
        return self.answers_in(request.form)

    def sent(
        self, kept: Mapping[str, Any] | None, answers: Mapping[str, Any], keep: Callable[[Session], object]
    ) -> Behind:
        """What the page says of the draft behind it, should it be refused; then `keep` makes the answers the draft."""
        return draft_behind.sent(self.scope, kept, self.compiled.to_keep(answers), keep)

    def answers_in(self, fields: MultiDict[str, str]) -> dict[str, Any]:
        """What was typed, without what stands in fields that are not asked beside it: nobody sees those."""
        answers = answers_of(self.compiled.form, fields)
        return self._asked(answers, answers)

    def _asked(self, among: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the answers that are asked while `among` stands in the form."""
        on, known = days.today_of(self.scope.now), {"now": self.scope.now}
        asked = self.compiled.without_hidden(among, on=on, known=known, fixed=self.fixed)
        return {key: asked[key] for key in answers if key in asked}

    def _start(self) -> dict[str, Any]:
        on = days.today_of(self.scope.now)
        return {
            **prefilled(self.scope, self.compiled.form, self.about),
            **self.compiled.defaults(on=on, known={"now": self.scope.now}),
        }

    def rows_changed(self) -> FormView | None:
        """The form again with a row more or less, where one of those buttons was pressed; without script only."""
        if not any(button in request.form for button in _ROW_BUTTONS):
            return None
        posted: MultiDict[str, str] = request.form
        values = self.posted()
        lists = {
            placed.component.key: placed.component
            for placed in placed_fields(self.compiled.form.components)
            if placed.component.type is ComponentType.DYNAMICLIST
        }
        empty: dict[str, int] = {}
        for key, component in lists.items():
            rows = rows_of(component, posted)
            gone = request.form.get("remove_row", "")
            values[key] = [row for place, row in enumerate(rows) if f"{key}[{place}]" != gone]
            empty[key] = 1 if request.form.get("add_row") == key else 0
        return self.drawn(values, empty_rows=empty)

"""The call that describes a form: its fields and an example that validates."""

from __future__ import annotations

from engine import clock
from engine.casework import form_catalogue
from web.api import schemas as s
from web.api.call import Calls
from web.request_scope import current

calls = Calls("forms", __name__, url_prefix="/api/v1", description="What is asked")


@calls.call("GET", "/forms/<form_key:key>", "form.show", answers={200: s.FormOut()}, refusals=(409,), writes=False)
def show_form(key: str) -> object:
    """A form by its key or its code, in the version new work uses."""
    scope = current()
    compiled = form_catalogue.form(scope.session, scope.actor, key)
    return {
        "key": compiled.form.key,
        "version": compiled.form.version,
        "fields_": compiled.describe(),
        "example": form_catalogue.example(scope.session, scope.actor, compiled, on=clock.jst_day(scope.now)),
    }

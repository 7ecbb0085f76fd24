"""Complete, valid forms; a test states only what matters."""

from __future__ import annotations

import json
from typing import Any

from forms.compiler import CompiledForm, compile_form
from forms.definition import Form, read


def a_component(type: str, key: str, **changes: Any) -> dict[str, Any]:
    """A component as form-js writes it; keyword `properties` and `validate` are merged in."""
    properties = {"label_en": f"Field {key}"} | changes.pop("properties", {})
    component: dict[str, Any] = {"type": type, "key": key, "label": f"項目{key}", "properties": properties}
    if type in ("select", "radio", "checklist"):
        component["values"] = [an_option("a"), an_option("b"), an_option("c")]
    return component | changes


def an_option(value: str) -> dict[str, str]:
    return {"value": value, "label": f"選択肢{value}", "label_en": f"Option {value}"}


def a_document(*components: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "default",
        "id": "FM99",
        "properties": {"title_ja": "試し", "title_en": "Trial"} | properties,
        "components": list(components),
    }


def a_form(*components: Any, **properties: Any) -> Form:
    return read("trial", json.dumps(a_document(*components, **properties)).encode())


def a_compiled(*components: Any, **properties: Any) -> CompiledForm:
    form = a_form(*components, **properties)
    assert [finding for finding in form.findings if finding.level == "error"] == []
    return compile_form(form)

"""Whatever a client puts where a value is expected, it is told what is wrong: never a 500, never half a record."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import Served, a_woman, example

HOSTILE: dict[str, Any] = {
    "null": None,
    "a list": ["x"],
    "a table": {"a": {"b": [1]}},
    "a truth": True,
    "a long text": "あ" * 20_000,
    "a large number": 2**62,
    "a tiny number": -1e308,
    "markup": "<script>alert(1)</script>'; DROP TABLE staff; --",
    "directions and joiners": "\u202e\u200b\u2028\U000e0001𠮷",
    "a far day": "9999-12-31",
    "no day": "令和99年13月45日",
    "an expression": "=1/0",
    "format words": "{0.__class__} %s %n ${x}",
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_answer_of_a_notification_breaks_the_door(shipped_town: Served, hostile: Any):
    sato = shipped_town.as_("sato")
    sound = example(sato, "FM01")
    statuses = {}
    for field in sound:
        woman = {name: value for name, value in a_woman().items() if name != field}
        response = sato.post("/cases", {"answers": {**sound, **woman, field: hostile}})
        statuses[field] = response.status_code

    assert {field: status for field, status in statuses.items() if status not in (201, 409, 422)} == {}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("due_date_corrected", ["edd"]),
        ("pregnancy_lost", ["lost_on", "kind"]),
        ("birth_registered", ["birth_date", "sex", "family_name", "given_name"]),
        ("moved_out", ["moved_on", "destination"]),
        ("concern_raised", ["content"]),
        ("notice_received", ["content", "urgency"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_message_breaks_the_door(shipped_town: Served, name: str, payload: list[str], hostile: Any):
    sato = shipped_town.as_("sato")
    opened = sato.post("/cases", {"answers": {**example(sato, "FM01"), **a_woman()}}).get_json()
    body = {
        "name": name,
        "message_id": "m",
        "correlation": {"case_id": opened["case_id"]},
        "payload": dict.fromkeys(payload, hostile),
    }

    assert sato.post("/messages", body).status_code in (200, 202, 409, 422)
    assert sato.get(f"/cases/{opened['case_id']}").status_code == 200


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_draft_is_kept_as_it_was_typed(shipped_town_on_both: Served, hostile: Any):
    sato = shipped_town_on_both.as_("sato")
    opened = sato.post("/cases", {"answers": {**example(sato, "FM01"), **a_woman()}}).get_json()
    path = f"/tasks/{opened['opened'][0]['id']}"

    assert sato.put(f"{path}/draft", {"answers": {"typed": hostile}}).status_code == 200
    assert sato.get(path).get_json()["draft"] == {"typed": hostile}


@pytest.mark.parametrize("hostile", [value for value in HOSTILE.values() if isinstance(value, str)])
def test_no_search_breaks_the_door(shipped_town_on_both: Served, hostile: str):
    sato = shipped_town_on_both.as_("sato")
    for name in ("q", "resident_id", "centre", "born_on", "cursor", "limit"):
        assert sato.get("/cases", query_string={name: hostile[:2000]}).status_code in (200, 400, 404)
    for name in ("assignee", "centre", "state", "due_before", "cursor"):
        assert sato.get("/tasks", query_string={name: hostile[:2000]}).status_code in (200, 400, 404)

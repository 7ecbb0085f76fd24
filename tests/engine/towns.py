"""A small town for tests: three main centres, two sub-centres under North, a few partners, the fixed cast."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import organisation
from engine.organisation import Municipality

SINCE = date(2020, 4, 1)
TODAY = date(2026, 4, 10)
NOW = datetime(2026, 4, 10, 1, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


def a_description(**changes: Any) -> dict[str, Any]:
    """A sound description of a town; a section given by name takes the place of the whole section."""
    return {
        "municipality": {"code": "112291", "name_ja": "和光市", "name_en": "Wako"},
        "centres": [
            {"code": "north", "name_ja": "北センター", "name_en": "North"},
            {"code": "central", "name_ja": "中央センター", "name_en": "Central"},
            {"code": "south", "name_ja": "南センター", "name_en": "South"},
            {"code": "north2", "name_ja": "北第二", "name_en": "North-2", "parent": "north"},
            {"code": "north3", "name_ja": "北第三", "name_en": "North-3", "parent": "north"},
        ],
        "districts": [
            {"code": "kita", "name": "北中学校区", "centre": "north", "subcentre": "north2"},
            {"code": "chuo", "name": "中央中学校区", "centre": "central"},
            {"code": "minami", "name": "南中学校区", "centre": "south", "valid_to": "2026-03-31"},
            {"code": "minami", "name": "南中学校区", "centre": "central", "valid_from": "2026-04-01"},
        ],
        "partners": [
            {"code": "hospital", "kind": "hospital", "name_ja": "市民病院", "name_en": "City hospital"},
            {"code": "nursery", "kind": "nursery", "name_ja": "ひばり保育園", "name_en": "Hibari nursery"},
        ],
        "staff": [
            {
                "login": "tanaka",
                "name": "田中 花子",
                "kana": "タナカ ハナコ",
                "password": PASSWORD,
                "roles": [{"role": "public_health_nurse", "centre": "north"}],
            },
            {"login": "suzuki", "name": "鈴木 一郎", "roles": [{"role": "midwife", "centre": "north"}]},
            {"login": "yamada", "name": "山田 太郎", "roles": [{"role": "nursery_teacher", "partner": "nursery"}]},
        ],
        "closing_days": [{"day": "2026-06-01", "name_ja": "市制記念日"}],
        "parameters": [{"name": "no_show_days", "value": "business", "source": "[DEF]"}],
        **changes,
    }


def a_town(session: Session, **changes: Any) -> Municipality:
    """Set up the small town in the session, which then serves it."""
    return organisation.setup(session, a_description(**changes), since=SINCE, now=NOW)

"""Typing is never lost: what somebody writes about a family outside a task is kept on the server while they write.

Drafts of tasks are kept by `tasks.save_draft`. A draft is seen by whoever writes it and by nobody else.

One person may have the same form open twice. A page therefore carries the stamp of the draft it began with, and what
another page has kept since is not overwritten by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.orm import Session

from engine.access import Action, Actor, MessageSubject, policy
from engine.access import load as load_standing
from engine.cases import case as cases
from engine.cases import draft
from engine.casework.viewing import open_subjects
from engine.clock import jst_day
from engine.errors import Conflict
from forms.compiler import CompiledForm


class KeptElsewhere(Conflict):
    """The draft was written on by another page of the same person since this page began. stamp: of what stands now."""

    code = "draft_elsewhere"

    def __init__(self, stamp: str) -> None:
        self.stamp = stamp
        super().__init__("expected the draft this page began with, but another page has kept a later one")


def stamp_of(kept: Mapping[str, Any] | None) -> str:
    """A mark of what is kept, the same for the same text; empty where nothing is kept."""
    if not kept:
        return ""
    return hashlib.sha256(orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def require_untouched(begun: str | None, kept: Mapping[str, Any] | None, typed: Mapping[str, Any]) -> None:
    """begun: the stamp the page carries, None for a caller without pages. typed: what it would keep now.

    Raises KeptElsewhere.
    """
    stands = stamp_of(kept)
    if begun is not None and stands not in ("", begun, stamp_of(typed)):
        raise KeptElsewhere(stands)


def keep(
    session: Session,
    actor: Actor,
    case_id: str | None,
    about: str,
    form: CompiledForm,
    answers: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Keep what stands in the form, unchecked, without the fields it does not keep.

    case_id: None for a case not open yet. Raises Forbidden, Hidden.
    """
    _require(session, actor, case_id, now)
    draft.keep(session, actor.staff_id, case_id, about, form.to_keep(answers), at=now)


def keep_news(
    session: Session, actor: Actor, case_id: str, name: str, answers: Mapping[str, Any], *, now: datetime
) -> None:
    """Keep news of a family while it is written, by whoever may send it. Raises Forbidden, Hidden."""
    standing = load_standing(session, actor, case_id, on=jst_day(now), tasks=open_subjects(session, case_id))
    policy.require(standing, Action.SEND_MESSAGE, MessageSubject(name))
    draft.keep(session, actor.staff_id, case_id, of_news(name), answers, at=now)


def of_news(name: str) -> str:
    """Under which name the draft of such news is kept."""
    return f"news.{name}"


def version_of(session: Session, actor: Actor, case_id: str, *, now: datetime) -> str:
    """The version whose forms the case is written on; asked while typing, so it is no view of the family.

    Raises CaseUnknown, Forbidden, Hidden.
    """
    _require(session, actor, case_id, now)
    return cases.load(session, case_id).version_id


def kept(session: Session, actor: Actor, case_id: str | None, about: str) -> dict[str, Any] | None:
    """What the actor typed and has not finished; None where there is nothing."""
    found = draft.of(session, actor.staff_id, case_id, about)
    return found.answers if found is not None else None


def drop(session: Session, actor: Actor, case_id: str | None, about: str) -> None:
    """Forget the actor's own draft: it was finished, or thrown away."""
    draft.drop(session, actor.staff_id, case_id, about)


def _require(session: Session, actor: Actor, case_id: str | None, now: datetime) -> None:
    if case_id is None:
        policy.require(load_standing(session, actor, on=jst_day(now)), Action.OPEN_CASE)
        return
    standing = load_standing(session, actor, case_id, on=jst_day(now), tasks=open_subjects(session, case_id))
    if isinstance(policy.decide(standing, Action.GIVE_CONSENT), policy.Allowed):
        return
    policy.require(standing, Action.RECORD_SUBMISSION)

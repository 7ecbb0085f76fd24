"""健診の日程: the sessions a centre plans, who is invited to them, and what the town asks families to bring."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, organisation
from engine.access import Action, Actor, CentreSubject, policy
from engine.access import load as load_standing
from engine.cases import family, tracks
from engine.cases.letter import Letter, LetterState
from engine.casework import invitations, unclosed
from engine.casework.invitations import SessionTaken, SessionUnknown
from engine.clock import jst_day
from engine.database import municipality_of
from engine.organisation.checkup_sessions import CheckupSession, CheckupWording, sessions_of, wording_of
from forms.compiler import AnswersRejected
from forms.dates import DateError, parse_day
from forms.sentences import Sentence

INVITED_KINDS = ("3_4m", "1y6m", "3y", "5y")  # the check-ups a centre holds itself (CL_CHECKUP, D-04)
PLACE_LIMIT, BRING_LIMIT, MOST_DAYS, MOST_CHILDREN = 100, 1000, 60, 999
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:時]([0-5]\d)分?\Z")
Errors = dict[str, list[Sentence]]
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session. centre: code; reception_from, reception_until: `HH:MM`; invited: children invited to it."""

    id: str
    centre: str
    kind: str
    day: date
    reception_from: str
    reception_until: str
    place: str
    capacity: int | None
    invited: int
    called_off: bool

    @property
    def is_full(self) -> bool:
        """Whether nobody else can be invited."""
        return self.capacity is not None and self.invited >= self.capacity


@dataclass(frozen=True, slots=True)
class Invited:
    """A child invited to a session. told: the letter has been posted."""

    case_id: str
    name: str
    told: bool


def views_of(session: Session, rows: Sequence[CheckupSession]) -> list[SessionView]:
    """The sessions in their order."""
    codes = {centre_id: line.code for centre_id, line in organisation.centre_lines(session).items()}
    numbers = invitations.invited_to(session, [row.id for row in rows]) if rows else {}
    return [
        SessionView(
            row.id,
            codes.get(row.centre_id, ""),
            row.kind,
            row.day,
            row.reception_from,
            row.reception_until,
            row.place,
            row.capacity,
            numbers.get(row.id, 0),
            row.called_off_at is not None,
        )
        for row in rows
    ]


def planned(session: Session, actor: Actor, *, now: datetime) -> list[SessionView]:
    """The sessions of the actor's centres from today on, called-off ones too. Raises Forbidden."""
    policy.require(load_standing(session, actor, on=jst_day(now)), Action.MANAGE_SESSIONS)
    return views_of(session, sessions_of(session, own_centres(actor), from_day=jst_day(now)))


def own_centres(actor: Actor) -> list[str]:
    """Ids of the centres whose sessions the actor may plan."""
    posts = [post for post in actor.posts if post.partner_id is None and Action.MANAGE_SESSIONS in post.keys]
    return sorted({centre for post in posts for centre in post.centres})


def enter(session: Session, actor: Actor, asked: Mapping[str, str], *, now: datetime) -> int:
    """Plan sessions: the same hours and place on each of the days. How many invitations got a day by it.

    asked: centre (code), kind, days (one a line), reception_from, reception_until, place, capacity (may be empty).
    Raises AnswersRejected, PlaceNotFound, Forbidden.
    """
    centre = organisation.centre_by_code(session, asked.get("centre", ""))
    policy.require(load_standing(session, actor, on=jst_day(now)), Action.MANAGE_SESSIONS, CentreSubject(centre.id))
    errors: Errors = {}
    kind, today = asked.get("kind", ""), jst_day(now)
    if kind not in INVITED_KINDS:
        errors["kind"] = [Sentence("健診の種類を選んでください。", "Choose the kind of check-up.")]
    days = _read(errors, "days", asked, lambda text: _days(text, today))
    start = _read(errors, "reception_from", asked, _hour)
    end = _read(errors, "reception_until", asked, _hour)
    place = _read(errors, "place", asked, lambda text: _text(text, PLACE_LIMIT))
    capacity = _read(errors, "capacity", asked, _capacity)
    if start and end and end <= start:
        errors["reception_until"] = [
            Sentence("受付の終わりは、始まりより後にしてください。", "Reception must end after it begins.")
        ]
    if days and start and not errors:
        known = {
            (each.day, each.reception_from) for each in sessions_of(session, [centre.id], from_day=today, kind=kind)
        }
        if any((day, start) in known for day in days):
            errors["days"] = [
                Sentence("同じ日時の日程がもうあります。", "There is a session on the same day and hour already.")
            ]
    if errors or days is None or start is None or end is None or place is None:
        raise AnswersRejected(errors)
    for day in days:
        session.add(
            CheckupSession(
                centre_id=centre.id,
                kind=kind,
                day=day,
                reception_from=start,
                reception_until=end,
                place=place,
                capacity=capacity,
            )
        )
    session.flush()
    audit.record(
        session,
        "checkup_sessions.entered",
        by=actor.staff_id,
        about=None,
        now=now,
        details={"centre": centre.code, "kind": kind, "days": len(days)},
    )
    given = invitations.give_days(session, _served_from(session, centre.id), kind, today=today)
    unclosed.keep_due_days(session, set(given), now=now, by=actor.staff_id)
    return len(given)


def call_off(session: Session, actor: Actor, session_id: str, *, now: datetime) -> list[Invited]:
    """The session will not be held: letters not posted yet get another day. Those who must be told otherwise.

    Raises SessionUnknown, Forbidden.
    """
    found = session.get(CheckupSession, (municipality_of(session), session_id), with_for_update=True)
    if found is None or found.called_off_at is not None:
        raise SessionUnknown(session_id)
    standing = load_standing(session, actor, on=jst_day(now))
    policy.require(standing, Action.MANAGE_SESSIONS, CentreSubject(found.centre_id))
    found.called_off_at = now
    letters = _letters(session, session_id)
    for letter in letters:
        if letter.state == LetterState.QUEUED:
            letter.session_id = None
    session.flush()
    invitations.give_days(session, _served_from(session, found.centre_id), found.kind, today=jst_day(now))
    unclosed.keep_due_days(session, {letter.case_id for letter in letters}, now=now, by=actor.staff_id)
    audit.record(
        session, "checkup_sessions.called_off", by=actor.staff_id, about=None, now=now, details={"session": found.id}
    )
    return invited(session, actor, session_id, now=now)


def change_day(session: Session, actor: Actor, letter_id: str, session_id: str, *, now: datetime) -> None:
    """The family comes to another session; their work is due on its day.

    Raises SessionUnknown, SessionTaken, Forbidden, Hidden.
    """
    letter = session.get(Letter, (municipality_of(session), letter_id), with_for_update=True, populate_existing=True)
    if letter is None or letter.state == LetterState.SUPPRESSED:
        raise SessionUnknown(session_id)
    policy.require(load_standing(session, actor, letter.case_id, on=jst_day(now)), Action.PRINT_LETTER)
    chosen = next(
        (each for each in invitations.other_days(session, letter, today=jst_day(now)) if each.id == session_id), None
    )
    if chosen is None:
        raise SessionUnknown(session_id)
    if not invitations.takes_one_more(session, chosen):
        raise SessionTaken(session_id)
    letter.session_id = chosen.id
    unclosed.keep_due_days(session, [letter.case_id], now=now, by=actor.staff_id)
    details = {"item": letter.id, "session": chosen.id}
    audit.record(session, "checkup.day_changed", by=actor.staff_id, about=letter.case_id, now=now, details=details)


def invited(session: Session, actor: Actor, session_id: str, *, now: datetime) -> list[Invited]:
    """The children invited to a session whose families the actor may see. Raises Forbidden."""
    policy.require(load_standing(session, actor, on=jst_day(now)), Action.MANAGE_SESSIONS)
    found = []
    for letter in _letters(session, session_id):
        standing = load_standing(session, actor, letter.case_id, on=jst_day(now))
        if isinstance(policy.decide(standing, Action.VIEW_CASE), policy.Allowed):
            members = family.members(session, letter.case_id)
            child = next((one for one in members if one.track_id == tracks.root(letter.track_id)), None)
            found.append(Invited(letter.case_id, child.name if child else "", letter.state == LetterState.SENT))
    return found


def _letters(session: Session, session_id: str) -> list[Letter]:
    return list(
        session.scalars(
            select(Letter)
            .where(
                Letter.municipality_id == municipality_of(session),
                Letter.session_id == session_id,
                Letter.state != LetterState.SUPPRESSED,
            )
            .order_by(Letter.id)
        )
    )


def _served_from(session: Session, centre_id: str) -> list[str]:
    """The centre and the sub-centres whose families may come to it."""
    return sorted(organisation.centre_reach(session, [centre_id])[centre_id])


# --- what to bring ---


def bring(session: Session, kind: str) -> tuple[str, str] | None:
    """The town's own list for a kind, Japanese and English, a line each; None where it uses the one shipped."""
    found = wording_of(session, kind)
    return (found.bring_ja, found.bring_en) if found else None


def set_bring(session: Session, actor: Actor, kind: str, ja: str, en: str, *, now: datetime) -> None:
    """What families are asked to bring, for the whole town; both empty: the list shipped.

    Raises AnswersRejected, Forbidden.
    """
    policy.require(load_standing(session, actor, on=jst_day(now)), Action.MANAGE_SESSIONS)
    errors: Errors = {}
    if kind not in INVITED_KINDS:
        errors["kind"] = [Sentence("健診の種類を選んでください。", "Choose the kind of check-up.")]
    texts = {"bring_ja": _lines(ja), "bring_en": _lines(en)}
    for name, text in texts.items():
        if len(text) > BRING_LIMIT:
            errors[name] = [Sentence("1000文字以内で書いてください。", "Please keep it under 1000 characters.")]
        elif not text and any(texts.values()):
            errors[name] = [
                Sentence("日本語と英語の両方を書いてください。", "Please write it in both Japanese and English.")
            ]
    if errors:
        raise AnswersRejected(errors)
    found = wording_of(session, kind)
    if found is None and any(texts.values()):
        session.add(CheckupWording(kind=kind, **texts))
    elif found is not None and not any(texts.values()):
        session.delete(found)
    elif found is not None:
        found.bring_ja, found.bring_en = texts["bring_ja"], texts["bring_en"]
    audit.record(session, "checkup_sessions.wording", by=actor.staff_id, about=None, now=now, details={"kind": kind})


# --- reading what was typed ---


class _Unfit(Exception):
    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence


def _read(errors: Errors, name: str, asked: Mapping[str, str], read: Callable[[str], Read]) -> Read | None:
    try:
        return read(asked.get(name, "").strip())
    except _Unfit as unfit:
        errors[name] = [unfit.sentence]
        return None


def _days(text: str, today: date) -> list[date]:
    try:
        days = sorted({parse_day(line) for line in re.split(r"[\n、,]+", text) if line.strip()})
    except DateError as error:
        raise _Unfit(error.sentence) from None
    if not days:
        raise _Unfit(Sentence("日を入れてください。", "Enter the day."))
    if days[0] < today:
        raise _Unfit(
            Sentence(
                "過ぎた日が入っています。今日以降の日を入れてください。", "A day has passed. Enter today or later."
            )
        )
    if len(days) > MOST_DAYS:
        raise _Unfit(Sentence("一度に60日まで入れられます。", "At most 60 days at a time."))
    return days


def _hour(text: str) -> str:
    found = _CLOCK.match(unicodedata.normalize("NFKC", text))
    if found is None:
        raise _Unfit(Sentence("時刻を 13:00 のように入れてください。", "Enter the hour like 13:00."))
    return f"{int(found[1]):02d}:{found[2]}"


def _text(text: str, limit: int) -> str:
    if not text:
        raise _Unfit(Sentence("場所を入れてください。", "Enter the place."))
    if len(text) > limit:
        raise _Unfit(Sentence(f"{limit}文字以内で書いてください。", f"Please keep it under {limit} characters."))
    return text


def _capacity(text: str) -> int | None:
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text)
    if not plain.isascii() or not plain.isdigit() or not 1 <= int(plain[:9]) <= MOST_CHILDREN:
        raise _Unfit(
            Sentence("定員は1から999の数で入れてください。", "Enter a number from 1 to 999, or leave it empty.")
        )
    return int(plain)


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())

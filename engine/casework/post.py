"""What a person prints, sends and ticks off: letters to families, and papers for agencies that nothing else reaches.

Each item is either posted or left with a reason. A letter to a family whose address is sealed is never shown here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import audit, organisation
from engine.access import Action, Actor, CentreSubject, policy
from engine.access import load as load_standing
from engine.cases import family, tracks
from engine.cases.case import Case
from engine.cases.family import Address, Person
from engine.cases.letter import Letter, LetterState
from engine.cases.notification import Notification
from engine.cases.submission import Submission
from engine.casework import checkup_sessions, invitations
from engine.casework.checkup_sessions import SessionView
from engine.casework.task_views import centre_codes
from engine.clock import jst_day
from engine.database import municipality_of
from engine.errors import Conflict
from engine.organisation.checkup_sessions import CheckupSession
from engine.organisation.roles import Sensitivity
from engine.workflow import message as messages
from engine.workflow import versions
from engine.workflow.message import Outbox, OutboxState, OutboxUnknown
from forms.compiler import AnswersRejected
from forms.sentences import Sentence

REASON_LIMIT = 200
LATELY_DAYS = 30
LIES_DAYS = 7  # what waits longer than a week to be sent is marked
REASON_MISSING = Sentence("送らない理由を書いてください。", "Please say why it is not sent.")
REASON_TOO_LONG = Sentence("200文字以内で書いてください。", "Please keep it under 200 characters.")
ONLY_RECEPTION = "notifier_"  # who told is known to reception alone (actors.md section 3 rule 2)


class AlreadySettled(Conflict):
    """Somebody else has sent it or left it, or it is held back by now."""

    def __init__(self, item_id: str) -> None:
        self.item_id = item_id
        super().__init__(f"expected {item_id} to wait for sending, but it does not any more")


@dataclass(frozen=True, slots=True)
class PostItem:
    """One thing to send. to: the family member or agency, empty where only the paper says it; about: whose it is.

    step: the diagram's own words for a paper; error: why it could not go by itself, in English, None otherwise.
    """

    id: str
    is_letter: bool
    kind: str
    to: str
    case_id: str | None
    about: str
    centre: str
    step: str
    queued_at: datetime
    error: str | None = None
    invites: bool = False
    session: SessionView | None = None
    sent_at: datetime | None = None
    closes_on: date | None = None

    def lies_for(self, on: date) -> int:
        """Days it has waited to be sent, once that is too long; else 0."""
        days = (on - jst_day(self.queued_at)).days
        return days if self.sent_at is None and days > LIES_DAYS else 0

    def is_too_late(self, on: date) -> bool:
        """Whether it invites to a check-up whose time for the child is over: it may not leave any more."""
        return self.closes_on is not None and self.closes_on <= on

    @property
    def sent_on(self) -> date | None:
        """The day it was posted; None while it waits."""
        return jst_day(self.sent_at) if self.sent_at else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed. Address lines for letters alone; form, version and answers for papers that pass a form on.

    opens_on, before closes_on: when a child invited to a check-up may come; other_days: the sessions it may change to.
    bring: the town's own list, Japanese and English. reissued: the letter was posted before.
    """

    item: PostItem
    on: date
    town: Sentence
    centre: Sentence
    centre_phone: str
    centre_address: str = ""
    postal_code: str | None = None
    address: str | None = None
    kana: str = ""
    birth_date: date | None = None
    form: str | None = None
    version: str | None = None
    answers: Mapping[str, Any] | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    other_days: Sequence[SessionView] = ()
    bring: tuple[str, str] | None = None
    reissued: bool = False


def waiting(session: Session, actor: Actor, *, now: datetime, limit: int = 200) -> list[PostItem]:
    """What the actor's own centres have to send, the oldest first. Raises Forbidden."""
    policy.require(load_standing(session, actor, on=jst_day(now)), Action.VIEW_WORKLIST)
    here = sorted(_centres(actor))
    if not here:
        return []
    town = municipality_of(session)
    to_families = session.scalars(
        select(Letter)
        .join(Case, (Case.municipality_id == Letter.municipality_id) & (Case.id == Letter.case_id))
        .where(
            Letter.municipality_id == town,
            Letter.state == LetterState.QUEUED,
            Case.centre_id.in_(here),
            Case.confidential.is_(False),
        )
        .order_by(Letter.id)
        .limit(limit)
    ).all()
    to_agencies = session.scalars(
        select(Outbox)
        .where(Outbox.municipality_id == town, Outbox.state == OutboxState.BY_HAND, Outbox.centre_id.in_(here))
        .order_by(Outbox.id)
        .limit(limit)
    ).all()
    return sorted(_items(session, [*to_families, *to_agencies]), key=lambda item: (item.queued_at, item.id))[:limit]


def sent_lately(session: Session, actor: Actor, *, now: datetime, limit: int = 50) -> list[PostItem]:
    """Letters of the last weeks that were posted, the newest first: to print again what did not arrive."""
    policy.require(load_standing(session, actor, on=jst_day(now)), Action.VIEW_WORKLIST)
    rows = session.scalars(
        select(Letter)
        .join(Case, (Case.municipality_id == Letter.municipality_id) & (Case.id == Letter.case_id))
        .where(
            Letter.municipality_id == municipality_of(session),
            Letter.state == LetterState.SENT,
            Letter.settled_at >= now - timedelta(days=LATELY_DAYS),
            Case.centre_id.in_(sorted(_centres(actor))),
            Case.confidential.is_(False),
        )
        .order_by(Letter.settled_at.desc(), Letter.id.desc())
        .limit(limit)
    ).all()
    return _items(session, [row for row in rows if not _is_mourned(session, row)])


def of_case(session: Session, actor: Actor, case_id: str, *, now: datetime) -> list[PostItem]:
    """The letters of a family that wait or were posted, the newest first. Raises Forbidden, Hidden."""
    standing = load_standing(session, actor, case_id, on=jst_day(now))
    policy.require(standing, Action.PRINT_LETTER)
    if standing.case is not None and standing.case.confidential:
        return []
    rows = session.scalars(
        select(Letter)
        .where(
            Letter.municipality_id == municipality_of(session),
            Letter.case_id == case_id,
            Letter.state.in_([LetterState.QUEUED, LetterState.SENT]),
        )
        .order_by(Letter.id.desc())
        .limit(20)
    ).all()
    return _items(session, [row for row in rows if not _is_mourned(session, row)])


def _is_mourned(session: Session, row: Letter) -> bool:
    """A loss or a death: nothing about the child is printed any more (D-14)."""
    return tracks.sad_end(session, row.case_id, tracks.root(row.track_id)) is not None


def _centres(actor: Actor) -> set[str]:
    posts = [post for post in actor.posts if post.partner_id is None and Action.PRINT_LETTER in post.keys]
    return {centre for post in posts for centre in post.centres}


def _items(session: Session, rows: Sequence[Letter | Outbox]) -> list[PostItem]:
    refs = {_case_of(row) for row in rows} - {None}
    town = municipality_of(session)
    cases = {
        case.id: case for case in session.scalars(select(Case).where(Case.municipality_id == town, Case.id.in_(refs)))
    }
    members = family.members_of(session, [ref for ref in refs if ref])
    partners = {partner.id: partner.name_ja for partner in organisation.partners(session)}
    codes = centre_codes(session)
    sessions = _sessions(session, rows)
    items = []
    for row in rows:
        case = cases.get(_case_of(row) or "")
        who = _concerned(members.get(case.id, ()) if case else (), row.track_id)
        mother = _concerned(members.get(case.id, ()) if case else (), None)
        name, receiver = (who.name if who else ""), (mother.name if mother else "")
        if isinstance(row, Letter):
            centre = codes.get(case.centre_id, "") if case else ""
            items.append(
                PostItem(
                    row.id,
                    True,
                    row.kind,
                    receiver,
                    row.case_id,
                    name,
                    centre,
                    "",
                    row.queued_at,
                    invites=row.closes_on is not None,
                    session=sessions.get(row.session_id or ""),
                    sent_at=row.settled_at if row.state == LetterState.SENT else None,
                    closes_on=row.closes_on,
                )
            )
        else:
            to, step = partners.get(row.partner_id or "", ""), str(row.payload.get("step") or "")
            centre = codes.get(row.centre_id, "")
            items.append(
                PostItem(row.id, False, row.kind, to, row.case_ref, name, centre, step, row.queued_at, row.error)
            )
    return items


def _sessions(session: Session, rows: Sequence[Letter | Outbox]) -> dict[str, SessionView]:
    ids = {row.session_id for row in rows if isinstance(row, Letter) and row.session_id}
    if not ids:
        return {}
    found = session.scalars(
        select(CheckupSession).where(
            CheckupSession.municipality_id == municipality_of(session), CheckupSession.id.in_(sorted(ids))
        )
    ).all()
    return {view.id: view for view in checkup_sessions.views_of(session, found)}


def _case_of(row: Letter | Outbox) -> str | None:
    return row.case_id if isinstance(row, Letter) else row.case_ref


def _concerned(members: Sequence[Person], track: str | None) -> Person | None:
    """The child of a child track, else the mother."""
    root = track.split("/", 1)[0] if track else None
    child = next((person for person in members if root is not None and person.track_id == root), None)
    return child or next((person for person in members if person.relation == "mother"), None)


def sheet(session: Session, actor: Actor, item_id: str, *, now: datetime) -> Sheet:
    """The page to print, a posted letter's once more. That it was made is entered in the ledger.

    Raises OutboxUnknown, AlreadySettled, Forbidden, Hidden.
    """
    row = _open_row(session, actor, item_id, now, again=True)
    (item,) = _items(session, [row])
    centre = next((each for each in organisation.centres(session) if each.code == item.centre), None)
    town = organisation.municipality(session)
    head: dict[str, Any] = {
        "item": item,
        "on": jst_day(now),
        "town": Sentence(town.name_ja, town.name_en),
        "centre": Sentence(centre.name_ja, centre.name_en) if centre else Sentence("", ""),
        "centre_phone": (centre.phone or "") if centre else "",
        "centre_address": (centre.address or "") if centre else "",
    }
    audit.record(session, "post.printed", by=actor.staff_id, about=item.case_id, now=now, details={"item": item.id})
    if isinstance(row, Letter):
        return Sheet(**head, **_letter(session, row, jst_day(now)))
    return Sheet(**head, **_paper(session, row))


def _letter(session: Session, row: Letter, on: date) -> dict[str, Any]:
    where = _postal_address(family.addresses(session, row.case_id), on)
    who = _concerned(family.members(session, row.case_id), row.track_id)
    return {
        "postal_code": where.postal_code if where else None,
        "address": where.text if where else None,
        "kana": who.kana if who else "",
        "birth_date": who.birth_date if who else None,
        "opens_on": row.opens_on,
        "closes_on": row.closes_on,
        "other_days": checkup_sessions.views_of(session, invitations.other_days(session, row, today=on)),
        "bring": checkup_sessions.bring(session, row.kind) if row.closes_on else None,
        "reissued": row.state == LetterState.SENT,
    }


def _postal_address(known: Sequence[Address], on: date) -> Address | None:
    """Where letters go: the address given for letters, else the registered one."""
    for kind in ("contact", "registered"):
        of_kind = [address for address in known if address.kind == kind and address.is_valid(on) and not address.sealed]
        if of_kind:
            return of_kind[-1]
    return None


def _paper(session: Session, row: Outbox) -> dict[str, Any]:
    """Whom the paper is about, and the answers it passes on: without who told, and without any sealed value."""
    if row.case_ref is None:
        return {}
    case = session.get_one(Case, (municipality_of(session), row.case_ref))
    who = _concerned(family.members(session, row.case_ref), row.track_id)
    about: dict[str, Any] = {"kana": who.kana, "birth_date": who.birth_date} if who else {}
    given = session.get(Submission, (municipality_of(session), str(row.payload.get("submission") or "")))
    if given is None or given.form is None:
        return about
    form = versions.load(session, case.version_id).bundle.forms.get(given.form)
    sealed = {
        field.key
        for field in (form.fields() if form else ())
        if case.confidential and field.sensitive == Sensitivity.S5
    }
    answers = {
        key: value for key, value in given.answers.items() if key not in sealed and not key.startswith(ONLY_RECEPTION)
    }
    return about | {"form": given.form, "version": case.version_id, "answers": answers}


def tick_off(session: Session, actor: Actor, item_id: str, *, now: datetime) -> None:
    """It was printed and sent. Raises OutboxUnknown, AlreadySettled, Forbidden, Hidden."""
    row = _open_row(session, actor, item_id, now)
    if isinstance(row, Letter):
        row.settle(LetterState.SENT, now, by=actor.staff_id)
    else:
        row.settle(OutboxState.SENT, now, by=actor.staff_id)
    _settled(session, actor, row, "post.sent", now)


def leave(session: Session, actor: Actor, item_id: str, *, reason: str, now: datetime) -> None:
    """It is not sent, for the reason given.

    Raises AnswersRejected (reason), OutboxUnknown, AlreadySettled, Forbidden, Hidden.
    """
    said = reason.strip()
    if not said or len(said) > REASON_LIMIT:
        raise AnswersRejected({"reason": [REASON_TOO_LONG if said else REASON_MISSING]})
    row = _open_row(session, actor, item_id, now)
    if isinstance(row, Letter):
        row.settle(LetterState.SUPPRESSED, now, by=actor.staff_id, reason=said)
    else:
        row.settle(OutboxState.LEFT, now, by=actor.staff_id)
        row.payload = {**row.payload, "left_because": said}
    _settled(session, actor, row, "post.left", now)


def _open_row(session: Session, actor: Actor, item_id: str, now: datetime, *, again: bool = False) -> Letter | Outbox:
    """What waits under this id, locked, if the actor may send it. again: or a letter that was posted before."""
    town = municipality_of(session)
    row: Letter | Outbox | None = session.get(Letter, (town, item_id), with_for_update=True, populate_existing=True)
    if row is None:
        row = messages.outgoing(session, item_id, lock=True)
    case_id = _case_of(row)
    standing = load_standing(session, actor, case_id, on=jst_day(now))
    if isinstance(row, Outbox) and case_id is None:
        policy.require(standing, Action.VIEW_CENTRE_WORKLIST, CentreSubject(row.centre_id))
    else:
        policy.require(standing, Action.PRINT_LETTER)
    is_letter = isinstance(row, Letter)
    if is_letter and standing.case is not None and standing.case.confidential:
        raise OutboxUnknown(item_id)
    if again and isinstance(row, Letter) and row.state == LetterState.SENT:
        if _is_mourned(session, row):
            raise OutboxUnknown(item_id)
        return row
    if row.state != (LetterState.QUEUED if is_letter else OutboxState.BY_HAND):
        raise AlreadySettled(item_id)
    return row


def _settled(session: Session, actor: Actor, row: Letter | Outbox, action: str, now: datetime) -> None:
    session.execute(
        update(Notification)
        .where(
            Notification.municipality_id == municipality_of(session),
            Notification.outgoing_id == row.id,
            Notification.seen_at.is_(None),
        )
        .values(seen_at=now, seen_by=actor.staff_id)
    )
    audit.record(session, action, by=actor.staff_id, about=_case_of(row), now=now, details={"item": row.id})

"""Who is acting: a person with the postings that hold today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.access.actions import KEYS, PARTNER_KEYS, Action
from engine.database import enter_municipality, municipality_of
from engine.errors import NotPermitted
from engine.organisation import ROLES, Partner, Role, Scope, Sensitivity, Staff, centre_reach, roles_of
from engine.organisation.postings import Person
from engine.organisation.staff import staff_list


@dataclass(frozen=True, slots=True)
class Post:
    """One posting as decisions need it.

    centres: the centre of the posting and all below it. partner_kind: a kind of agency.
    """

    role: str
    centre_id: str | None = None
    partner_id: str | None = None
    centres: frozenset[str] = frozenset()
    partner_kind: str | None = None

    @property
    def preset(self) -> Role:
        return ROLES[self.role]

    @property
    def sees(self) -> Scope:
        """How far the posting sees; at a partner agency never further than the work sent to it."""
        if self.partner_id is None or self.preset.sees is Scope.NONE:
            return self.preset.sees
        return Scope.TASKS

    @property
    def lanes(self) -> frozenset[str]:
        return self.preset.lanes

    @property
    def keys(self) -> frozenset[Action]:
        if self.partner_id is None:
            return KEYS[self.role]
        return frozenset() if self.sees is Scope.NONE else PARTNER_KEYS

    @property
    def levels(self) -> frozenset[Sensitivity]:
        return self.preset.levels & {Sensitivity.S1} if self.partner_id is not None else self.preset.levels

    @property
    def is_everywhere(self) -> bool:
        """Whether the posting serves the whole town: a council's secretariat, a division without centres."""
        if self.partner_id is not None:
            return False
        return self.sees is Scope.MUNICIPALITY or (self.sees is Scope.TASKS and self.centre_id is None)

    def serves(self, centre_id: str | None) -> bool:
        """Whether work at this centre is work of the posting's place."""
        return self.is_everywhere or centre_id in self.centres

    def covers(self, centre_id: str | None) -> bool:
        """Whether it may stand in for anyone at this centre (代決, cover for absence)."""
        return self.partner_id is None and self.preset.covers_centre and centre_id in self.centres


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff, acting. With `acting` set, only postings of that role count (one hat at a time)."""

    staff_id: str
    login: str
    name: str
    municipality_id: str
    roles: tuple[Post, ...] = ()
    acting: str | None = None

    @property
    def id(self) -> str:
        return self.staff_id

    @property
    def posts(self) -> tuple[Post, ...]:
        """The postings in force."""
        return tuple(post for post in self.roles if self.acting in (None, post.role))

    @property
    def centre_id(self) -> str | None:
        """The first centre the person is posted at; None for people of partner agencies and whole-town divisions."""
        return next((post.centre_id for post in self.posts if post.centre_id is not None), None)

    @property
    def partner_id(self) -> str | None:
        return next((post.partner_id for post in self.posts if post.partner_id is not None), None)

    def as_role(self, role: str) -> Actor:
        """The same person under one hat. Raises NotHeld where no posting has that role."""
        if role not in {post.role for post in self.roles}:
            raise NotHeld(self.staff_id, role)
        return replace(self, acting=role)


class NotHeld(NotPermitted):
    """The person has no posting with the role they want to act in, or no valid posting at all."""

    def __init__(self, staff_id: str, role: str) -> None:
        self.staff_id = staff_id
        self.role = role
        super().__init__(f"expected staff {staff_id} to hold the role {role!r} today, but they do not")


def actor_for(session: Session, person: Staff, *, on: date) -> Actor:
    """The person with the postings valid on the day; enters their municipality.

    Somebody no longer employed, or of an agency no longer worked with, has no postings left and so may do nothing.
    """
    enter_municipality(session, person.municipality_id)
    postings = roles_of(session, person.id, on) if person.is_employed(on) else []
    reach = centre_reach(session, {posting.centre_id for posting in postings if posting.centre_id is not None})
    kinds = _partner_kinds(session, {posting.partner_id for posting in postings if posting.partner_id is not None}, on)
    posts = tuple(
        Post(
            role=posting.role,
            centre_id=posting.centre_id,
            partner_id=posting.partner_id,
            centres=reach.get(posting.centre_id, frozenset()) if posting.centre_id else frozenset(),
            partner_kind=kinds.get(posting.partner_id) if posting.partner_id else None,
        )
        for posting in postings
        if posting.role in ROLES and (posting.partner_id is None or posting.partner_id in kinds)
    )
    return Actor(person.id, person.login, person.name, person.municipality_id, posts)


def actor_holding(session: Session, person: Person) -> Actor:
    """The person with the postings that were read with them."""
    reach = centre_reach(session, {posting.centre_id for posting in person.postings if posting.centre_id is not None})
    posts = tuple(
        Post(
            role=posting.role,
            centre_id=posting.centre_id,
            partner_id=posting.partner_id,
            centres=reach.get(posting.centre_id, frozenset()) if posting.centre_id else frozenset(),
            partner_kind=str(posting.partner_kind.value) if posting.partner_kind is not None else None,
        )
        for posting in person.postings
        if posting.role in ROLES
    )
    return Actor(person.id, person.login, person.name, person.municipality_id, posts)


def actors_of_house(session: Session, *, on: date) -> list[Actor]:
    """Everyone employed on the day who acts for no other house, by login; in as many statements for ten as for 500."""
    listed = [
        (person, postings)
        for person, postings in staff_list(session, on)
        if all(posting.partner_id is None for posting in postings)
    ]
    reach = centre_reach(session, {each.centre_id for _, held in listed for each in held if each.centre_id is not None})
    return [
        Actor(
            person.id,
            person.login,
            person.name,
            person.municipality_id,
            tuple(
                Post(posting.role, posting.centre_id, centres=reach.get(posting.centre_id or "", frozenset()))
                for posting in postings
                if posting.role in ROLES
            ),
        )
        for person, postings in listed
    ]


def _partner_kinds(session: Session, partner_ids: set[str], on: date) -> dict[str, str]:
    """Agency id -> its kind, of those the municipality still works with on the day."""
    if not partner_ids:
        return {}
    query = select(Partner.id, Partner.kind).where(
        Partner.municipality_id == municipality_of(session),
        Partner.id.in_(partner_ids),
        (Partner.ended_on.is_(None)) | (Partner.ended_on >= on),
    )
    return {partner_id: str(kind.value) for partner_id, kind in session.execute(query)}

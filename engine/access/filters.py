"""The policy as a filter for lists: which rows a SELECT may return, in step with `policy.decide`."""

from __future__ import annotations

from dataclasses import dataclass

from engine.access.actor import Actor, Post
from engine.access.policy import coordinates
from engine.organisation import Scope


@dataclass(frozen=True, slots=True)
class Work:
    """Tasks one posting may do: of these lanes, at these centres (None = all), or sent to this partner agency.

    lanes None: every lane (cover).
    """

    lanes: frozenset[str] | None
    centres: frozenset[str] | None
    partner_id: str | None


@dataclass(frozen=True, slots=True)
class Reach:
    """centres: centres whose families may be seen without any task; None = the whole municipality.

    unmatched: whether work about nobody yet is seen wherever it came in.
    given: lanes in which work given to the person by name is theirs; None = every lane.
    """

    centres: frozenset[str] | None
    work: tuple[Work, ...]
    unmatched: bool = False
    given: frozenset[str] | None = None


def reach(actor: Actor) -> Reach:
    """How far the person sees and works today."""
    own = [post for post in actor.posts if post.partner_id is None]
    whole_town = any(post.sees is Scope.MUNICIPALITY for post in own)
    seen = frozenset(centre for post in own if post.sees is Scope.OWN_CENTRE for centre in post.centres)
    return Reach(
        centres=None if whole_town else seen,
        work=tuple(_work(post) for post in actor.posts if post.sees is not Scope.NONE),
        given=_given(actor),
        unmatched=any(coordinates(post) for post in actor.posts),
    )


def _given(actor: Actor) -> frozenset[str] | None:
    """At a partner agency only work of one's own trade may be given to a person; to the blind, nothing."""
    if any(post.partner_id is None and post.sees is not Scope.NONE for post in actor.posts):
        return None
    return frozenset(lane for post in actor.posts if post.sees is not Scope.NONE for lane in post.lanes)


def _work(post: Post) -> Work:
    if post.partner_id is not None:
        return Work(post.lanes, frozenset(), post.partner_id)
    if post.preset.covers_centre:
        return Work(None, post.centres, None)
    return Work(post.lanes, None if post.is_everywhere else post.centres, None)

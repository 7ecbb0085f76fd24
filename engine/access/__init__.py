"""Who may see and do what: one decision function for pages, API, search, export, print, timers and counts.

`actor_for` says who acts, `load` reads once how they stand to a family, `policy.decide` answers purely and returns a
value, `policy.require` raises the refusal. `reach` is the same answer as a filter for lists. Nothing here knows
processes; the tasks that let an outsider in are handed over by the caller.
"""

from engine.access import policy
from engine.access.actions import KEYS, Action
from engine.access.actor import Actor, NotHeld, Post, actor_for, actor_holding, actors_of_house
from engine.access.filters import Reach, Work, reach
from engine.access.policy import Allowed, Forbidden, Hidden, Reason, Refused
from engine.access.standing import (
    CaseFacts,
    CentreSubject,
    MessageSubject,
    ProposalSubject,
    StaffSubject,
    Standing,
    Subject,
    TaskSubject,
    load,
)

__all__ = [
    "KEYS",
    "Action",
    "Actor",
    "Allowed",
    "CaseFacts",
    "CentreSubject",
    "Forbidden",
    "Hidden",
    "MessageSubject",
    "NotHeld",
    "Post",
    "ProposalSubject",
    "Reach",
    "Reason",
    "Refused",
    "StaffSubject",
    "Standing",
    "Subject",
    "TaskSubject",
    "Work",
    "actor_for",
    "actor_holding",
    "actors_of_house",
    "load",
    "policy",
    "reach",
]

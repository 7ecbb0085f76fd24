"""The one decision: may this person do this, to this family, task or proposal, today?

Deny by default. Each posting is tried on its own: a person may do what one of their postings allows, never what two
allow only together. The answer is a value, because refusals are shown, counted and kept in the ledger.
Source: actors.md section 3; product.md section 5 (403 where the caller may know that the thing exists, else 404).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.access.actions import Action
from engine.access.actor import Post
from engine.access.standing import (
    CentreSubject,
    MessageSubject,
    ProposalSubject,
    StaffSubject,
    Standing,
    Subject,
    TaskSubject,
)
from engine.errors import NotFound, NotPermitted
from engine.organisation import Scope, Sensitivity

# They bring order into what belongs to nobody yet, whichever centre it came in at.
COORDINATING_ROLES = frozenset({"ytk_coordinator", "integrated_support_lead"})

# News that changes nothing by itself: somebody at the centre looks at it. Everybody may tell it.
FOR_ANYONE_TO_TELL = frozenset({"notice_received", "concern_raised", "checkup_result"})
# News of the town's registers (住民記録, 戸籍, 妊娠届), told for families of every centre.
OF_THE_REGISTERS = frozenset(
    {"pregnancy_notified", "birth_registered", "pregnancy_lost", "due_date_corrected", "moved_in", "moved_out", "died"}
)
REGISTER_ROLE = "registry_clerk"

_TEAM_LEVELS = frozenset({Sensitivity.S2, Sensitivity.S3, Sensitivity.S4})


class Reason(StrEnum):
    """Why not."""

    NO_POSTING = "no_posting"
    ROLE = "role"
    OTHER_MUNICIPALITY = "other_municipality"
    OTHER_CENTRE = "other_centre"
    NO_TASK = "no_task"
    LANE = "lane"
    LEVEL = "level"
    OWN_PROPOSAL = "own_proposal"
    OWN_ACCOUNT = "own_account"
    NO_SUBJECT = "no_subject"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes, and by which posting: the ledger names the hat."""

    role: str


@dataclass(frozen=True, slots=True)
class Refused:
    """No. hidden: the person may not even know that the thing exists. missing_ground: what would have let them."""

    reason: Reason
    missing_ground: str | None = None
    hidden: bool = False


Decision = Allowed | Refused
Rule = Callable[[Standing, Post, Subject | None], Refused | None]


class Forbidden(NotPermitted):
    """The policy refused an act on something the actor may know of."""

    def __init__(self, action: Action, refused: Refused) -> None:
        self.action = action
        self.refused = refused
        self.code = "own_proposal" if refused.reason is Reason.OWN_PROPOSAL else "not_permitted"
        super().__init__(f"expected leave for {action}, but the policy refused it: {refused.reason}")


class Hidden(NotFound):
    """The policy refused an act on something the actor may not know of; to them it does not exist."""

    def __init__(self, action: Action, refused: Refused) -> None:
        self.action = action
        self.refused = refused
        super().__init__(f"expected leave for {action}, but the policy refused and hid it: {refused.reason}")


def decide(
    standing: Standing, action: Action, subject: Subject | None = None, field: Sensitivity | None = None
) -> Decision:
    """Whether the act is allowed. field: how delicate the part of the file is that would be read or written."""
    actor = standing.actor
    if standing.case is not None and standing.case.municipality_id != actor.municipality_id:
        return Refused(Reason.OTHER_MUNICIPALITY, hidden=True)
    refusals = []
    for post in actor.posts:
        refused = _refuse(standing, post, action, subject, field)
        if refused is None:
            return Allowed(post.role)
        refusals.append(refused)
    # What one posting may know of is no secret to the person.
    return min(refusals, key=lambda refused: refused.hidden, default=Refused(Reason.NO_POSTING, hidden=True))


def require(
    standing: Standing, action: Action, subject: Subject | None = None, field: Sensitivity | None = None
) -> Allowed:
    """As `decide`, but a refusal is raised: Forbidden, or Hidden where even the existence is confidential."""
    decision = decide(standing, action, subject, field)
    if isinstance(decision, Allowed):
        return decision
    raise Hidden(action, decision) if decision.hidden else Forbidden(action, decision)


def levels(standing: Standing, subject: Subject | None = None) -> frozenset[Sensitivity]:
    """How delicate the parts of the case may be that the person reads."""
    return frozenset(
        level for level in Sensitivity if isinstance(decide(standing, Action.VIEW_CASE, subject, level), Allowed)
    )


def _refuse(
    standing: Standing, post: Post, action: Action, subject: Subject | None, field: Sensitivity | None
) -> Refused | None:
    if action not in post.keys:
        return Refused(Reason.ROLE, hidden=not _may_know(standing, post, subject))
    refused = RULES[action](standing, post, subject)
    if refused is None and field is not None and field not in _levels(standing, post):
        return Refused(Reason.LEVEL, missing_ground="case_team")
    return refused


def _levels(standing: Standing, post: Post) -> frozenset[Sensitivity]:
    on_team = standing.actor.staff_id in standing.team and post.partner_id is None
    return post.levels | _TEAM_LEVELS if on_team and post.levels else post.levels


# --- how a posting stands to a case and to a task ------------------------------------------------------------------


def _works(standing: Standing, post: Post, task: TaskSubject) -> bool:
    """Whether the task is the posting's to do: by lane at its place, as cover, or as given to the person."""
    if post.sees is Scope.NONE:
        return False
    if post.partner_id is not None:
        sent = post.partner_id == task.partner_id and post.partner_id in standing.linked_partners
        return task.lane in post.lanes and (sent or task.assignee_id == standing.actor.staff_id)
    if task.assignee_id == standing.actor.staff_id:
        return True
    return (task.lane in post.lanes and post.serves(task.centre_id)) or post.covers(task.centre_id)


def _owns(standing: Standing, post: Post) -> bool:
    """Whether the family is one of the posting's own, without any task."""
    if standing.case is None or post.partner_id is not None:
        return False
    if post.sees is Scope.OWN_CENTRE:
        return standing.case.centre_id in post.centres
    return post.sees is Scope.MUNICIPALITY


def _reaches(standing: Standing, post: Post, subject: Subject | None) -> bool:
    if _owns(standing, post):
        return True
    tasks = (*standing.tasks, subject) if isinstance(subject, TaskSubject) else standing.tasks
    return any(_works(standing, post, task) for task in tasks)


def _may_know(standing: Standing, post: Post, subject: Subject | None) -> bool:
    """Whether the posting may know that the case or task exists.

    People of another centre may: families come to any counter. A sealed family (支援措置) is an exception: privacy.md
    section 4 item 8. Doors that are about no family are no secret.
    """
    if standing.case is None and not isinstance(subject, TaskSubject):
        return True
    if post.partner_id is None and post.sees in (Scope.OWN_CENTRE, Scope.MUNICIPALITY):
        sealed = standing.case is not None and standing.case.confidential
        return not sealed or _reaches(standing, post, subject)
    return _reaches(standing, post, subject)


def _outside(standing: Standing, post: Post, subject: Subject | None) -> Refused:
    """The refusal of somebody to whom the family is a stranger."""
    hidden = not _may_know(standing, post, subject)
    if post.sees is Scope.OWN_CENTRE:
        return Refused(Reason.OTHER_CENTRE, missing_ground="case_team", hidden=hidden)
    return Refused(Reason.NO_TASK, missing_ground="CONSENT" if post.partner_id else "task", hidden=hidden)


# --- rules ---------------------------------------------------------------------------------------------------------


def _anyone(_standing: Standing, _post: Post, _subject: Subject | None) -> Refused | None:
    """The key is enough."""
    return None


def _of_the_case(standing: Standing, post: Post, subject: Subject | None) -> Refused | None:
    if standing.case is None and subject is None:
        return Refused(Reason.NO_SUBJECT)
    return None if _reaches(standing, post, subject) else _outside(standing, post, subject)


def _see_task(standing: Standing, post: Post, subject: Subject | None) -> Refused | None:
    """A task of a family is seen with the family; one of no family yet, by its centre and those who coordinate."""
    if not isinstance(subject, TaskSubject):
        return Refused(Reason.NO_SUBJECT)
    if standing.case is not None or _works(standing, post, subject):
        return _of_the_case(standing, post, subject)
    at_home = post.sees is Scope.OWN_CENTRE and subject.centre_id in post.centres
    return None if at_home or coordinates(post) else _outside(standing, post, subject)


def _do_task(standing: Standing, post: Post, subject: Subject | None) -> Refused | None:
    unseen = _see_task(standing, post, subject)
    if unseen is not None:
        return unseen
    assert isinstance(subject, TaskSubject)
    unmatched = standing.case is None and coordinates(post)
    return None if unmatched or _works(standing, post, subject) else Refused(Reason.LANE, missing_ground=subject.lane)


def _tell(standing: Standing, post: Post, subject: Subject | None) -> Refused | None:
    """News that moves a family on comes from its own centre, from who works with it, or from the registers.

    Without a subject: whether the person has any news to tell. Without a case: news of nobody known yet.
    """
    if not isinstance(subject, MessageSubject) or subject.name in FOR_ANYONE_TO_TELL:
        return None
    if post.partner_id is not None:
        return Refused(Reason.ROLE)
    if standing.case is None or post.serves(standing.case.centre_id) or _reaches(standing, post, subject):
        return None
    from_register = post.role == REGISTER_ROLE and subject.name in OF_THE_REGISTERS
    return None if from_register else _outside(standing, post, subject)


def may_come_to(post: Post, lane: str, sent_to: str | None) -> bool:
    """Whether work of the lane can come to the posting at some family; sent_to: a kind of agency it is sent to."""
    if Action.COMPLETE_TASK not in post.keys:
        return False
    if post.partner_id is not None:
        return lane in post.lanes and post.partner_kind is not None and post.partner_kind == sent_to
    return lane in post.lanes or post.preset.covers_centre


def coordinates(post: Post) -> bool:
    """Whether the posting sees to work that is about nobody yet, whichever centre it came in at."""
    return post.partner_id is None and post.role in COORDINATING_ROLES


def _at_the_centre(_standing: Standing, post: Post, subject: Subject | None) -> Refused | None:
    """Work and people of a centre: its own staff and those who serve the whole town. Without one: one's own."""
    centre_id = getattr(subject, "centre_id", None)
    return None if centre_id is None or post.serves(centre_id) else Refused(Reason.OTHER_CENTRE)


def _lead_task(standing: Standing, post: Post, subject: Subject | None) -> Refused | None:
    """Giving work to another: whoever leads the task's centre."""
    if not isinstance(subject, TaskSubject):
        return Refused(Reason.NO_SUBJECT)
    unseen = _see_task(standing, post, subject)
    return unseen or (None if post.serves(subject.centre_id) else Refused(Reason.OTHER_CENTRE))


def _retry(standing: Standing, post: Post, subject: Subject | None) -> Refused | None:
    """An incident names no person, so that whoever runs the system may retry it without seeing the family."""
    return None if post.sees is Scope.NONE or standing.case is None else _of_the_case(standing, post, subject)


def _second_person(standing: Standing, _post: Post, subject: Subject | None) -> Refused | None:
    if not isinstance(subject, ProposalSubject):
        return Refused(Reason.NO_SUBJECT)
    return Refused(Reason.OWN_PROPOSAL) if subject.proposed_by == standing.actor.staff_id else None


def _other_account(standing: Standing, post: Post, subject: Subject | None) -> Refused | None:
    """Nobody gives a role to themselves; a head manages the people of the own centre only."""
    if isinstance(subject, StaffSubject) and subject.staff_id == standing.actor.staff_id:
        return Refused(Reason.OWN_ACCOUNT)
    if post.sees is Scope.NONE or not isinstance(subject, StaffSubject | CentreSubject):
        return None
    return None if post.serves(subject.centre_id) else Refused(Reason.OTHER_CENTRE)


RULES: Mapping[Action, Rule] = {
    Action.VIEW_CASE: _of_the_case,
    Action.SEARCH_CASES: _anyone,
    Action.OPEN_CASE: _anyone,
    Action.START_PATHWAY: _of_the_case,
    Action.RECORD_SUBMISSION: _of_the_case,
    Action.GIVE_CONSENT: _of_the_case,
    Action.WITHDRAW_CONSENT: _of_the_case,
    Action.PRINT_LETTER: _of_the_case,
    Action.TRANSFER_CASE: _of_the_case,
    Action.VIEW_ACCESS_LOG: _of_the_case,
    Action.VIEW_TASK: _see_task,
    Action.CLAIM_TASK: _do_task,
    Action.COMPLETE_TASK: _do_task,
    Action.SAVE_DRAFT: _do_task,
    Action.REASSIGN_TASK: _lead_task,
    Action.SEND_MESSAGE: _tell,
    Action.MATCH_MESSAGE: _see_task,
    Action.VIEW_WORKLIST: _anyone,
    Action.VIEW_CENTRE_WORKLIST: _at_the_centre,
    Action.SUPERVISE: _at_the_centre,
    Action.REPORTS: _anyone,
    Action.RETRY_INCIDENT: _retry,
    Action.VIEW_DEFINITIONS: _anyone,
    Action.EDIT_DRAFT: _anyone,
    Action.PROPOSE_VERSION: _anyone,
    Action.APPROVE_VERSION: _second_person,
    Action.REHEARSE_MIGRATION: _anyone,
    Action.MIGRATE_INSTANCES: _anyone,
    Action.SET_PARAMETER: _anyone,
    Action.MANAGE_SESSIONS: _at_the_centre,
    Action.MANAGE_USERS: _other_account,
    Action.VIEW_STAFFING: _at_the_centre,
    Action.MOVE_CLOCK: _anyone,
    Action.VERIFY_AUDIT: _anyone,
}

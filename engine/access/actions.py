"""Every door of the product, and which roles have a key to it.

A key is not yet a way in: the rules of `policy` say to which family, task or proposal it may be used.
Whoever is posted at a partner agency has the partner's keys only, whatever their trade.
Source: actors.md sections 1 and 3; privacy.md section 7 (segregation: designers read no cases, case staff deploy
nothing on their own).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from engine.organisation import ROLES


class Action(StrEnum):
    """What somebody may want to do. The values are stable: the ledger keeps them."""

    VIEW_CASE = "case.view"
    SEARCH_CASES = "case.search"
    OPEN_CASE = "case.open"
    START_PATHWAY = "case.start_pathway"
    RECORD_SUBMISSION = "case.record_submission"
    GIVE_CONSENT = "case.give_consent"
    WITHDRAW_CONSENT = "case.withdraw_consent"
    PRINT_LETTER = "case.print_letter"
    TRANSFER_CASE = "case.transfer"
    VIEW_ACCESS_LOG = "case.view_access_log"
    VIEW_TASK = "task.view"
    CLAIM_TASK = "task.claim"
    COMPLETE_TASK = "task.complete"
    SAVE_DRAFT = "task.save_draft"
    REASSIGN_TASK = "task.reassign"
    SEND_MESSAGE = "message.send"
    MATCH_MESSAGE = "message.match"
    VIEW_WORKLIST = "worklist.view"
    VIEW_CENTRE_WORKLIST = "worklist.view_centre"
    SUPERVISE = "supervision.view"
    REPORTS = "reports.view"
    RETRY_INCIDENT = "incident.retry"
    VIEW_DEFINITIONS = "definitions.view"
    EDIT_DRAFT = "definitions.edit"
    PROPOSE_VERSION = "definitions.propose"
    APPROVE_VERSION = "definitions.approve"
    REHEARSE_MIGRATION = "definitions.rehearse"
    MIGRATE_INSTANCES = "definitions.migrate"
    SET_PARAMETER = "parameter.set"
    MANAGE_SESSIONS = "checkup_sessions.manage"
    MANAGE_USERS = "users.manage"
    VIEW_STAFFING = "users.view"
    MOVE_CLOCK = "clock.move"
    VERIFY_AUDIT = "audit.verify"


A = Action

_TASK_WORK = {A.VIEW_CASE, A.VIEW_TASK, A.CLAIM_TASK, A.COMPLETE_TASK, A.SAVE_DRAFT, A.VIEW_WORKLIST, A.SEND_MESSAGE}
_IN_THE_HOUSE = {A.VIEW_DEFINITIONS, A.MOVE_CLOCK}
_CASEWORK = {
    *_TASK_WORK,
    *_IN_THE_HOUSE,
    A.SEARCH_CASES,
    A.OPEN_CASE,
    A.START_PATHWAY,
    A.RECORD_SUBMISSION,
    A.GIVE_CONSENT,
    A.WITHDRAW_CONSENT,
    A.PRINT_LETTER,
    A.MATCH_MESSAGE,
    A.VIEW_CENTRE_WORKLIST,
}
_LEADING = {
    A.REASSIGN_TASK,
    A.TRANSFER_CASE,
    A.SUPERVISE,
    A.REPORTS,
    A.RETRY_INCIDENT,
    A.VIEW_STAFFING,
    A.MANAGE_SESSIONS,
}

_SPECIAL: Mapping[str, set[Action]] = {
    "integrated_support_lead": _CASEWORK | _LEADING,
    "public_health_nurse": _CASEWORK | {A.MANAGE_SESSIONS},
    "centre_head": _CASEWORK
    | _LEADING
    | {
        A.VIEW_ACCESS_LOG,
        A.MANAGE_USERS,
        A.SET_PARAMETER,
        A.APPROVE_VERSION,
        A.REHEARSE_MIGRATION,
        A.MIGRATE_INSTANCES,
    },
    "ytk_coordinator": _CASEWORK | {A.REASSIGN_TASK, A.TRANSFER_CASE, A.SUPERVISE, A.REPORTS},
    "benefit_clerk": _TASK_WORK | _IN_THE_HOUSE | {A.SEARCH_CASES, A.PRINT_LETTER, A.VIEW_CENTRE_WORKLIST},
    "welfare_caseworker": _TASK_WORK | _IN_THE_HOUSE,
    "nursery_teacher": _TASK_WORK | _IN_THE_HOUSE,
    "school_supervisor": _TASK_WORK | _IN_THE_HOUSE,
    "registry_clerk": _TASK_WORK | _IN_THE_HOUSE,
    "partner_staff": _TASK_WORK,
    "process_designer": _IN_THE_HOUSE
    | {
        A.EDIT_DRAFT,
        A.PROPOSE_VERSION,
        A.APPROVE_VERSION,
        A.REHEARSE_MIGRATION,
        A.MIGRATE_INSTANCES,
        A.SET_PARAMETER,
    },
    "data_protection_officer": _IN_THE_HOUSE
    | {A.VIEW_CASE, A.SEARCH_CASES, A.VIEW_TASK, A.VIEW_ACCESS_LOG, A.VERIFY_AUDIT, A.REPORTS},
    "statistics_clerk": _IN_THE_HOUSE | {A.REPORTS},
    "city_hall_executive": _IN_THE_HOUSE | {A.REPORTS},
    "system_administrator": _IN_THE_HOUSE | {A.MANAGE_USERS, A.VIEW_STAFFING, A.RETRY_INCIDENT, A.VERIFY_AUDIT},
}

# Roles without a line of their own work with families at a centre.
KEYS: Mapping[str, frozenset[Action]] = {role: frozenset(_SPECIAL.get(role, _CASEWORK)) for role in ROLES}

PARTNER_KEYS: frozenset[Action] = frozenset(_TASK_WORK | {A.SEARCH_CASES})

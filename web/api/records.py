"""Calls that record outside a task: submissions, consents and their withdrawal."""

from __future__ import annotations

from typing import Any

from engine.casework import cases, records
from web.api import schemas as s
from web.api.call import Calls
from web.request_scope import current

calls = Calls("records", __name__, url_prefix="/api/v1", description="What families told and agreed to")


@calls.call(
    "POST",
    "/cases/<row_id:case_id>/submissions",
    "submission.record",
    body=s.SubmissionIn(),
    answers={201: s.SubmissionOut()},
    refusals=(409,),
)
def record_submission(body: dict[str, Any], case_id: str) -> object:
    """Record the answers to a form, or correct an earlier submission by naming it."""
    scope = current()
    return records.record_submission(scope.session, scope.actor, case_id, **body, now=scope.now)


@calls.call(
    "GET",
    "/cases/<row_id:case_id>/submissions",
    "submission.list",
    query=s.PageQuery(),
    answers={200: s.page_of(s.SubmissionOut)},
)
def submissions(query: dict[str, Any], case_id: str) -> object:
    """The forms of a case as they were answered, newest first."""
    scope = current()
    return cases.submissions(scope.session, scope.actor, case_id, **query, now=scope.now)


@calls.call(
    "POST",
    "/cases/<row_id:case_id>/consents",
    "consent.give",
    body=s.AnswersIn(),
    answers={201: s.ConsentsOut()},
    refusals=(409,),
)
def give_consent(body: dict[str, Any], case_id: str) -> object:
    """Record what the family agreed to share, and with whom (answers of FM02)."""
    scope = current()
    given = records.give_consent(scope.session, scope.actor, case_id, answers=body["answers"], now=scope.now)
    return {"consent_id": given[0].id if given else None, "consents": given}


@calls.call("GET", "/cases/<row_id:case_id>/consents", "consent.list", answers={200: s.page_of(s.ConsentOut)})
def consents(case_id: str) -> object:
    """All consents of a case, withdrawn ones too."""
    scope = current()
    return {"items": cases.consents(scope.session, scope.actor, case_id, now=scope.now), "next": None}


@calls.call(
    "POST",
    "/cases/<row_id:case_id>/consents/<row_id:consent_id>/withdrawal",
    "consent.withdraw",
    body=s.WithdrawalIn(),
    answers={200: s.ConsentOut()},
    refusals=(409,),
)
def withdraw_consent(body: dict[str, Any], case_id: str, consent_id: str) -> object:
    """Withdraw a consent; it counts from its own day."""
    scope = current()
    return records.withdraw_consent(scope.session, scope.actor, case_id, consent_id, on=body["on"], now=scope.now)

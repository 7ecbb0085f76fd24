"""The call by which other systems tell of something: births, moves, results, notices."""

from __future__ import annotations

from typing import Any

from engine.casework import messages
from web.api import schemas as s
from web.api.call import Calls
from web.request_scope import current

calls = Calls("messages", __name__, url_prefix="/api/v1", description="What other systems report")


@calls.call(
    "POST",
    "/messages",
    "message.receive",
    body=s.MessageIn(),
    answers={202: s.ReceiptOut(), 200: s.ReceiptOut()},
    refusals=(409,),
)
def receive(body: dict[str, Any]) -> object:
    """Hand in a message. The same `message_id` from the same sender gets the first answer, with status duplicate."""
    scope = current()
    correlation = {name: value for name, value in body.pop("correlation").items() if value is not None}
    receipt = messages.receive(scope.session, scope.actor, **body, correlation=correlation, now=scope.now)
    answer = {"inbox_id": receipt.inbox_id, "status": receipt.status}
    if receipt.case_id is not None:
        answer["case_id"] = receipt.case_id
    return s.ReceiptOut().dump(answer), 200 if receipt.status == "duplicate" else 202

"""What the outbox holds goes out: to a role, to an agency's page, over a channel, to a person's hands; never twice."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine, select

from engine.cases.consent import Disclosure
from engine.cases.notification import NotificationUnknown
from engine.casework import dispatch, due_work, notifications, post
from engine.casework.dispatch import Parcel
from engine.casework.notifications import NotificationView
from engine.database import new_id, transaction
from engine.workflow import message as messages
from engine.workflow.instance import Instance
from engine.workflow.message import Inbox, InboxState, Outbox, OutboxState
from forms.compiler import AnswersRejected
from tests.engine.casework.serving import served
from tests.office import Office, a_small_description

CGC = "child_family_worker.cgc"
CLERK = "counter_clerk.north"


def _run(office: Office, channels: Mapping[str, dispatch.Channel] | None = None) -> due_work.DueCounts:
    return due_work.run_due(office.engine, municipality_id=office.town, channels=channels or {})


def _outbox(office: Office, kind: str) -> Outbox:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        return session.scalars(select(Outbox).where(Outbox.kind == kind)).one()


def _told(office: Office, login: str) -> list[NotificationView]:
    with office.acting(login) as (session, actor, now):
        return notifications.waiting(session, actor, now=now)


def _see(office: Office, login: str, notification_id: str) -> None:
    with office.acting(login) as (session, actor, now):
        notifications.note_seen(session, actor, notification_id, now=now)


def _post(office: Office, login: str) -> list[post.PostItem]:
    with office.acting(login) as (session, actor, now):
        return [item for item in post.waiting(session, actor, now=now) if not item.is_letter]


# --- who receives ---


def test_an_agency_whose_people_sign_in_finds_it_on_its_page_and_seeing_it_is_the_receipt(office: Office) -> None:
    case_id = office.open_case()
    served(office, case_id, "notify_cgc", kind="notification")
    assert _told(office, CGC) == []

    assert _run(office).outbox == 1

    (entry,) = _told(office, CGC)
    assert (entry.kind, entry.case_id, entry.about) == ("cgc_notification", case_id, office.show(case_id).title)
    assert _told(office, "midwife.hospital") == []
    assert (_outbox(office, "cgc_notification").state, _outbox(office, "cgc_notification").received_at) == (
        OutboxState.SENT,
        None,
    )
    _see(office, CGC, entry.id)
    assert _outbox(office, "cgc_notification").received_at == office.now
    assert _told(office, CGC) == []
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        disclosure = session.scalars(select(Disclosure)).one()
    assert disclosure.partner_id == _outbox(office, "cgc_notification").partner_id


def test_an_entry_of_one_agency_is_no_other_agencys_to_take_off(town: Office) -> None:
    case_id = town.open_case()
    served(town, case_id, "notify_cgc", kind="notification")
    _run(town)
    (entry,) = _told(town, CGC)

    for login in ("midwife.hospital", CLERK):
        with pytest.raises(NotificationUnknown):
            _see(town, login, entry.id)


def test_what_is_due_is_sent_once_however_often_it_is_asked(town: Office) -> None:
    case_id = town.open_case()
    served(town, case_id, "notify_cgc", kind="notification")

    counts = [_run(town).outbox for _ in range(3)]

    assert counts == [1, 0, 0]
    assert len(_told(town, CGC)) == 1


def test_two_workers_at_once_send_it_once(office: Office) -> None:
    case_id = office.open_case()
    served(office, case_id, "notify_cgc", kind="notification")
    together, sent = threading.Barrier(2), []

    def work() -> None:
        together.wait(timeout=20)
        sent.append(_run(office).outbox)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)

    assert sorted(sent) == [0, 1]
    assert len(_told(office, CGC)) == 1


def test_a_step_that_is_rolled_back_sends_nothing(town: Office) -> None:
    case_id = town.open_case()
    with pytest.raises(KeyError):
        served(town, case_id, "notify_cgc", kind="notification", at_element="no_such_step")

    assert _run(town).outbox == 0


@pytest.mark.parametrize(
    ("operation", "parameters", "login"),
    [
        ("open_benefit_check", {"benefit": "preg2"}, "benefit_clerk.north"),
        ("cancel_benefit", {"benefit": "preg1"}, "benefit_clerk.north"),
        ("register_council", {"category": "req_support"}, "ytk_coordinator.south"),
    ],
)
def test_the_people_of_a_role_are_told(town: Office, operation: str, parameters: dict[str, str], login: str) -> None:
    case_id = town.open_case()
    served(town, case_id, operation, **parameters)

    _run(town)

    (entry,) = _told(town, login)
    assert (entry.case_id, entry.centre) == (case_id, "north")
    assert _told(town, "midwife.north") == []


def test_who_sent_a_notice_gets_the_acknowledgement_and_no_familys_name(office: Office) -> None:
    office.send("notice_received", by=CGC, summary="泣き声", notice_kind="abuse_report")
    _run(office)

    (entry,) = _told(office, CGC)

    assert (entry.kind, entry.case_id, entry.about) == ("acknowledgement", None, "")
    assert _post(office, CLERK) == []


def test_a_notice_taken_in_by_our_own_people_is_acknowledged_on_paper(town: Office) -> None:
    town.send("notice_received", by="registry_clerk.north", summary="泣き声", notice_kind="abuse_report")
    _run(town)

    (item,) = _post(town, CLERK)

    assert (item.kind, item.to, item.case_id) == ("acknowledgement", "", None)


def test_a_kind_of_agency_of_which_there_are_several_is_never_taken_for_the_first(database: Engine) -> None:
    whole = a_small_description()
    second = {"code": "cgc2", "kind": "cgc", "name_ja": "県東児童相談所", "name_en": "East centre"}
    town = Office(database, description={**whole, "partners": [*whole["partners"], second]})
    case_id = town.open_case()
    served(town, case_id, "notify_cgc", kind="notification")

    _run(town)

    assert _told(town, CGC) == []
    (item,) = _post(town, CLERK)
    assert (item.kind, item.to, item.case_id) == ("cgc_notification", "", case_id)


# --- by hand ---


@pytest.fixture
def offline(database: Engine) -> Office:
    """A town whose child guidance centre has nobody who signs in."""
    whole = a_small_description()
    staff = [person for person in whole["staff"] if person["roles"][0].get("partner") != "cgc"]
    return Office(database, description={**whole, "staff": staff})


def test_an_agency_without_a_login_gets_a_paper_that_a_person_sends_and_ticks_off(offline: Office) -> None:
    case_id = offline.open_case()
    served(offline, case_id, "notify_cgc", kind="notification")
    _run(offline)
    (item,) = _post(offline, CLERK)
    assert (item.to, item.about, item.centre) == ("県中央児童相談所", offline.show(case_id).title, "north")
    assert [each.kind for each in _told(offline, CLERK) if each.outgoing_id] == ["send_by_hand"]

    with offline.acting(CLERK) as (session, actor, now):
        printed = post.sheet(session, actor, item.id, now=now)
        post.tick_off(session, actor, item.id, now=now)

    assert (printed.centre.ja, printed.address) == ("北子育て世代包括支援センター", None)
    assert _post(offline, CLERK) == []
    assert [each for each in _told(offline, CLERK) if each.outgoing_id] == []
    row = _outbox(offline, "cgc_notification")
    assert (row.state, row.settled_at is not None, row.settled_by is not None) == (OutboxState.SENT, True, True)
    with offline.acting(CLERK) as (session, actor, now), pytest.raises(post.AlreadySettled):
        post.tick_off(session, actor, item.id, now=now)


def test_what_cannot_be_sent_is_left_with_a_reason(offline: Office) -> None:
    case_id = offline.open_case()
    served(offline, case_id, "notify_cgc", kind="notification")
    _run(offline)
    (item,) = _post(offline, CLERK)
    for said in ("", "  ", "あ" * 201):
        with offline.acting(CLERK) as (session, actor, now), pytest.raises(AnswersRejected):
            post.leave(session, actor, item.id, reason=said, now=now)

    with offline.acting(CLERK) as (session, actor, now):
        post.leave(session, actor, item.id, reason="電話で伝えた", now=now)

    row = _outbox(offline, "cgc_notification")
    assert (row.state, row.payload["left_because"]) == (OutboxState.LEFT, "電話で伝えた")
    assert _post(offline, CLERK) == []


def test_another_centre_neither_sees_nor_sends_it(offline: Office) -> None:
    case_id = offline.open_case()
    served(offline, case_id, "notify_cgc", kind="notification")
    _run(offline)
    (item,) = _post(offline, CLERK)

    assert _post(offline, "counter_clerk.south") == []
    with offline.acting("counter_clerk.south") as (session, actor, now), pytest.raises(post.policy.Forbidden):
        post.tick_off(session, actor, item.id, now=now)


def test_a_paper_passes_the_form_on_without_who_told(offline: Office) -> None:
    case_id = offline.open_case()
    offline.send("concern_raised", case_id, concern="あざがある")
    offline.finish(case_id, "supervisor_review", abuse="y", life_danger="y", decision="notify")
    offline.finish(case_id, "cgc_notification", notifier_name="山田", notifier_relation="近所")
    _run(offline)
    (item,) = [each for each in _post(offline, CLERK) if each.kind == "cgc_notification"]

    with offline.acting(CLERK) as (session, actor, now):
        printed = post.sheet(session, actor, item.id, now=now)

    assert printed.form == "cgc_notification"
    assert printed.answers is not None
    assert printed.answers["facts"]
    assert [key for key in printed.answers if key.startswith("notifier_")] == []


# --- channels ---


def test_an_agency_with_a_channel_is_handed_the_parcel_with_its_key(town: Office) -> None:
    case_id = town.open_case()
    served(town, case_id, "notify_cgc", kind="notification")
    parcels: list[Parcel] = []

    _run(town, {"cgc": parcels.append})

    (parcel,) = parcels
    row = _outbox(town, "cgc_notification")
    assert (parcel.key, parcel.partner, parcel.case_id, row.state) == (row.id, "cgc", case_id, OutboxState.SENT)
    assert _told(town, CGC) == []


def test_a_channel_that_fails_is_tried_with_growing_pauses_and_then_left_to_a_person(office: Office) -> None:
    case_id = office.open_case()
    served(office, case_id, "notify_cgc", kind="notification")
    tried: list[tuple[Any, str]] = []

    def broken(parcel: Parcel) -> None:
        tried.append((office.now, parcel.key))
        raise ConnectionError("no line to 佐藤")

    for _ in range(6):
        _run(office, {"cgc": broken})
        _run(office, {"cgc": broken})  # not before its time
        with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
            following = messages.next_attempt_at(session, office.now)
        if following is None:
            break
        _stand_at(office, following)

    pauses = [later - earlier for (earlier, _), (later, _) in pairwise(tried)]
    assert pauses == [timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6)]
    assert len({key for _, key in tried}) == 1
    row = _outbox(office, "cgc_notification")
    assert (row.state, row.error) == (OutboxState.BY_HAND, "ConnectionError")
    (item,) = _post(office, CLERK)
    assert (item.to, item.error) == ("県中央児童相談所", "ConnectionError")


def test_a_channel_that_works_again_gets_what_waits(town: Office) -> None:
    case_id = town.open_case()
    served(town, case_id, "notify_cgc", kind="notification")
    _run(town, {"cgc": _no_line})
    _stand_at(town, town.now + timedelta(minutes=5))
    parcels: list[Parcel] = []

    _run(town, {"cgc": parcels.append})

    assert len(parcels) == 1
    assert _outbox(town, "cgc_notification").attempts == 2


def test_a_worker_that_dies_while_sending_leaves_it_to_be_sent_again_under_the_same_key(town: Office) -> None:
    case_id = town.open_case()
    served(town, case_id, "notify_cgc", kind="notification")
    keys: list[str] = []

    def killed(parcel: Parcel) -> None:
        keys.append(parcel.key)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _run(town, {"cgc": killed})
    assert _outbox(town, "cgc_notification").state == OutboxState.QUEUED
    _stand_at(town, town.now + timedelta(minutes=5))

    _run(town, {"cgc": lambda parcel: keys.append(parcel.key)})

    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_one_parcel_that_cannot_go_stops_no_other(town: Office) -> None:
    case_id = town.open_case()
    served(town, case_id, "notify_cgc", kind="notification")
    served(town, case_id, "open_benefit_check", benefit="preg1")

    counts = _run(town, {"cgc": _no_line})

    assert counts.outbox == 1
    assert _outbox(town, "benefit_check").state == OutboxState.SENT


def test_the_calendar_stops_where_something_is_tried_again(town: Office) -> None:
    case_id = town.open_case()
    served(town, case_id, "notify_cgc", kind="notification")
    _run(town, {"cgc": _no_line})

    town.advance("PT6M")

    assert len(_told(town, CGC)) == 1  # no channel is left: the page it is


def _no_line(parcel: Parcel) -> None:
    raise ConnectionError


# --- to another process of the case ---


def test_what_one_process_says_reaches_another_of_the_same_case(office: Office) -> None:
    case_id = office.open_case()
    with transaction(office.engine, municipality_id=office.town) as session:
        inbox = Inbox(
            id=new_id(),
            sender="instance:other",
            message_id=new_id(),
            name="concern_raised",
            correlation={},
            payload={},
            state=InboxState.BUFFERED,
            case_ref=case_id,
            track_id="p1",
            received_at=office.now,
        )
        session.add(inbox)
        journey = session.scalars(select(Instance).where(Instance.case_ref == case_id)).one()
        session.add(
            Outbox(
                kind="message",
                case_ref=case_id,
                centre_id=journey.centre_id,
                payload={"inbox": inbox.id, "instance": "another"},
                state=OutboxState.QUEUED,
                attempts=0,
                queued_at=office.now,
                next_attempt_at=office.now,
            )
        )

    _run(office)

    assert office.task(case_id, "supervisor_review").track_id is not None
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        assert session.get_one(Inbox, (office.town, inbox.id)).state == InboxState.DELIVERED


# --- letters to families ---


def test_a_letter_waits_for_the_person_who_prints_and_posts_it(office: Office) -> None:
    case_id = office.open_case(address="北町1-2-3", postal_code="351-0100", contact_address="")
    served(office, case_id, "send_letter", kind="infant_visit", track="p1")
    with office.acting(CLERK) as (session, actor, now):
        (letter,) = post.waiting(session, actor, now=now)
        printed = post.sheet(session, actor, letter.id, now=now)

    assert (letter.is_letter, letter.kind, letter.to) == (True, "infant_visit", office.show(case_id).title)
    assert (printed.postal_code, printed.address) == ("351-0100", "北町1-2-3")

    with office.acting(CLERK) as (session, actor, now):
        post.tick_off(session, actor, letter.id, now=now)
        assert post.waiting(session, actor, now=now) == []


def test_a_letter_goes_where_the_family_wants_its_letters(town: Office) -> None:
    case_id = town.open_case(address="北町1-2-3", contact_address="実家気付")
    served(town, case_id, "send_letter", kind="infant_visit", track="p1")

    with town.acting(CLERK) as (session, actor, now):
        (letter,) = post.waiting(session, actor, now=now)
        printed = post.sheet(session, actor, letter.id, now=now)

    assert printed.address == "実家気付"


def test_a_letter_of_a_family_that_was_sealed_meanwhile_is_not_shown_and_not_printed(town: Office) -> None:
    case_id = town.open_case()
    served(town, case_id, "send_letter", kind="infant_visit", track="p1")
    with town.acting(CLERK) as (session, actor, now):
        (letter,) = post.waiting(session, actor, now=now)
    with transaction(town.engine, municipality_id=town.town) as session:
        from engine.cases.case import Case

        session.get_one(Case, (town.town, case_id)).confidential = True

    with town.acting(CLERK) as (session, actor, now):
        assert post.waiting(session, actor, now=now) == []
        for act in (post.sheet, post.tick_off):
            with pytest.raises(messages.OutboxUnknown):
                act(session, actor, letter.id, now=now)


def _stand_at(office: Office, instant: Any) -> None:
    """Move the town's clock without doing what comes due."""
    from engine import clock

    with transaction(office.engine, municipality_id=office.town) as session:
        clock.set_now(session, instant, allowed=True, has_cases=True)

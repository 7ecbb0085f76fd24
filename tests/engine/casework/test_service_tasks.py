"""Every operation a diagram may name does what its sentence says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine.cases.consent import Disclosure
from engine.cases.letter import Letter, LetterState
from engine.casework import notifications, records
from engine.casework.disclosing import NoGround
from engine.casework.service_tasks import SERVICE_TASKS, NoCase, PathwayUnknown
from engine.database import transaction
from engine.errors import Rejected
from engine.organisation.places import Partner, PartnerKind
from engine.workflow.instance import Instance
from engine.workflow.message import Outbox
from processes.vocabulary import OPERATIONS
from tests.engine.casework.serving import served
from tests.office import Office

TESTED: set[str] = set()


def of(*operations: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Which operations a test is about."""
    TESTED.update(operations)
    return lambda test: test


def test_every_operation_of_the_vocabulary_has_its_function_and_no_other_exists() -> None:
    assert set(SERVICE_TASKS) == set(OPERATIONS)
    assert {name: operation.__name__ for name, operation in SERVICE_TASKS.items()} == {
        name: name for name in OPERATIONS
    }


def test_every_operation_is_tried_here() -> None:
    assert set(OPERATIONS) == TESTED


@pytest.fixture
def family(town: Office) -> str:
    """A family with one pregnancy and one child."""
    case_id = town.open_case()
    town.send("birth_registered", case_id, born_on="2026-04-05")
    town.send("pregnancy_notified", case_id, due_on="2027-01-10")
    return case_id


def _outgoing(town: Office, kind: str) -> Outbox:
    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        return session.scalars(select(Outbox).where(Outbox.kind == kind)).one()


def _letters(town: Office) -> list[tuple[str | None, str, str, str | None]]:
    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        rows = session.scalars(select(Letter).order_by(Letter.id)).all()
        return [(row.track_id, row.kind, str(row.state), row.reason) for row in rows if row.kind.startswith("test_")]


def _disclosures(town: Office) -> list[tuple[str, str, list[str]]]:
    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        rows = session.scalars(select(Disclosure).order_by(Disclosure.id)).all()
        return [(row.agency, row.ground, list(row.scopes)) for row in rows]


# --- facts ---


@of("issue_handbook", "set_level", "mark_attendance", "mark_whereabouts", "mark_sighting", "mark_unknown")
@pytest.mark.parametrize(
    ("operation", "parameters", "facts"),
    [
        ("issue_handbook", {}, {"handbook_issued": True}),
        ("set_level", {"level": 3}, {"risk_level": 3}),
        ("mark_attendance", {"attendance": "not_examined"}, {"attendance": "not_examined"}),
        ("mark_whereabouts", {"state": "not_located"}, {"whereabouts": "not_located"}),
        ("mark_unknown", {}, {"whereabouts": "status_unknown", "sighting": "none"}),
        ("mark_sighting", {"state": "heard_only"}, {"sighting": "heard_only"}),
        (
            "mark_sighting",
            {"state": "sighted"},
            {"sighting": "sighted", "sighted_on": "2026-04-06", "last_sighted_on": "2026-04-06"},
        ),
    ],
)
def test_what_it_finds_out_is_a_fact(
    town: Office, family: str, operation: str, parameters: dict[str, Any], facts: dict[str, Any]
) -> None:
    served(town, family, operation, track="c1", **parameters)

    known = {**town.facts(family), **town.facts(family, "c1")}
    assert {name: known.get(name) for name in facts} == facts


@pytest.mark.parametrize("level", [None, -1, 5, 2.0, "2", True])
def test_a_level_that_does_not_exist_is_refused(town: Office, family: str, level: Any) -> None:
    with pytest.raises(Rejected):
        served(town, family, "set_level", level=level)


def test_the_level_is_shown_with_the_family(town: Office, family: str) -> None:
    served(town, family, "set_level", level=2)

    assert town.show(family).level == 2


# --- letters ---


@of("send_letter", "send_questionnaire", "suppress_letters")
@pytest.mark.parametrize("operation", ["send_letter", "send_questionnaire"])
def test_a_letter_waits_for_the_post(town: Office, family: str, operation: str) -> None:
    served(town, family, operation, track="c1", kind="test_visit")

    assert _letters(town) == [("c1", "test_visit", LetterState.QUEUED, None)]


@of("invite_to_checkup")
def test_an_invitation_without_a_session_waits_for_the_post_with_its_span_of_days(town: Office, family: str) -> None:
    span = {"opens_on": date(2026, 7, 5), "closes_on": date(2026, 11, 5)}

    served(town, family, "invite_to_checkup", track="c1", kind="test_3_4m", **span)

    assert _letters(town) == [("c1", "test_3_4m", LetterState.QUEUED, None)]
    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        letter = session.scalars(select(Letter).where(Letter.kind == "test_3_4m")).one()
        assert (letter.opens_on, letter.closes_on, letter.session_id) == (*span.values(), None)


@pytest.mark.parametrize(
    ("name", "track", "reason"), [("pregnancy_lost", "p2", "loss"), ("died", "c1", "death")], ids=["loss", "death"]
)
def test_after_a_loss_or_a_death_no_letter_leaves(
    town: Office, family: str, name: str, track: str, reason: str
) -> None:
    town.send(name, family, track_id=track)

    served(town, family, "send_letter", track=track, kind="test_visit")

    assert _letters(town) == [(track, "test_visit", LetterState.SUPPRESSED, reason)]


def test_letters_of_one_track_are_held_back_and_those_of_another_are_not(town: Office, family: str) -> None:
    for track in ("c1", "p2"):
        served(town, family, "send_letter", track=track, kind="test_visit")

    served(town, family, "suppress_letters", track="p2", kind="pregnancy")

    assert {track: (state, reason) for track, _, state, reason in _letters(town)} == {
        "c1": (LetterState.QUEUED, None),
        "p2": (LetterState.SUPPRESSED, "pregnancy"),
    }


# --- telling others ---


@of("notify")
def test_the_people_of_a_role_are_told_in_the_diagrams_words(town: Office, family: str) -> None:
    served(town, family, "notify", role="midwife", kind="test_kind", track="c1")

    with town.acting("midwife.north") as (session, actor, now):
        told = [each for each in notifications.waiting(session, actor, now=now) if each.kind == "test_kind"]
    assert [(each.case_id, each.track_id, each.text) for each in told] == [(family, "c1", "担当センターへ知らせる")]


@of("acknowledge_sender")
def test_the_acknowledgement_names_the_message_of_the_sender(town: Office) -> None:
    town.send("notice_received", by="child_family_worker.cgc", message_id="their-7", summary="泣き声")

    served(town, None, "acknowledge_sender")

    payload = _only_last(town, "acknowledgement").payload
    with town.acting("child_family_worker.cgc") as (_, actor, _now):
        assert (payload["message_id"], payload["sender"]) == ("their-7", actor.staff_id)


def _only_last(town: Office, kind: str) -> Outbox:
    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        return session.scalars(select(Outbox).where(Outbox.kind == kind).order_by(Outbox.id.desc())).first() or Outbox()


@of("disclose")
def test_information_is_passed_on_a_consent_that_covers_it_and_entered_in_the_list(town: Office, family: str) -> None:
    _consents(town, family)

    served(town, family, "disclose", agency="hospital", ground="CONSENT", scope="basic")

    assert _disclosures(town) == [("hospital", "CONSENT", ["basic"])]
    assert _outgoing(town, "disclosure").payload["agency"] == "hospital"


@pytest.mark.parametrize(
    ("agency", "ground", "scope"),
    [
        pytest.param("school", "CONSENT", "basic", id="no consent for the agency"),
        pytest.param("hospital", "CONSENT", "no_such_scope", id="no consent for this part"),
        pytest.param("hospital", "", "basic", id="no ground at all"),
    ],
)
def test_without_a_ground_nothing_is_passed(town: Office, family: str, agency: str, ground: str, scope: str) -> None:
    _consents(town, family)

    with pytest.raises(NoGround):
        served(town, family, "disclose", agency=agency, ground=ground, scope=scope)

    assert _disclosures(town) == []


def test_an_article_of_law_needs_no_consent(town: Office, family: str) -> None:
    served(town, family, "disclose", agency="cgc", ground="CAPA_13_4", scope="protection")

    assert _disclosures(town) == [("cgc", "CAPA_13_4", ["protection"])]


def _consents(town: Office, family: str) -> None:
    with town.acting("public_health_nurse.north") as (session, actor, now):
        from engine.casework import form_catalogue

        example = form_catalogue.form(session, actor, "sharing_consent").example(town.today)
        records.give_consent(session, actor, family, answers={**example, "agencies": ["hospital"]}, now=now)


@of("send_handover")
def test_hand_over_papers_leave_on_the_first_ground_that_holds(town: Office, family: str) -> None:
    results = served(town, family, "send_handover", kind="move", agency="other_muni", grounds="CONSENT,MCHA_19_2")

    assert results == {"handover_ground": "MCHA_19_2"}
    assert [(agency, ground) for agency, ground, _ in _disclosures(town)] == [("other_muni", "MCHA_19_2")]
    assert _outgoing(town, "handover").payload["kind"] == "move"


@of("entrust")
def test_an_agency_is_let_in_on_its_own_law_without_any_paper(town: Office, family: str) -> None:
    assert served(town, family, "entrust", kind="school_exam", agency="boe", grounds="SCHOOL_LAW") is None

    assert [(agency, ground) for agency, ground, _ in _disclosures(town)] == [("boe", "SCHOOL_LAW")]
    with town.acting("centre_head.north") as (session, _, _):
        assert session.scalars(select(Outbox).where(Outbox.case_ref == family)).all() == []


@pytest.mark.parametrize(
    ("agency", "grounds"),
    [("boe", "CONSENT"), ("boe", ""), ("hc", "SCHOOL_LAW"), ("nursery", "SCHOOL_LAW")],
    ids=["no consent", "no ground", "no such agency", "several of the kind"],
)
def test_without_a_ground_or_one_certain_agency_nobody_is_let_in(
    town: Office, family: str, agency: str, grounds: str
) -> None:
    with town.acting("centre_head.north") as (session, _, _):
        session.add(Partner(code="n2", kind=PartnerKind.NURSERY, name_ja="二つ目", name_en="Second"))

    assert served(town, family, "entrust", kind="school_exam", agency=agency, grounds=grounds) is None

    assert _disclosures(town) == []


@of("register_council")
def test_the_entry_in_the_councils_register_is_a_fact_and_goes_to_its_secretariat(town: Office, family: str) -> None:
    served(town, family, "register_council", category="sp_preg")

    facts = town.facts(family)
    assert (facts["council_registered"], facts["council_category"]) == (True, "sp_preg")
    assert _outgoing(town, "council_registration").payload["category"] == "sp_preg"


@of("close_council")
def test_a_family_that_leaves_the_register_is_not_registered_any_more(town: Office, family: str) -> None:
    served(town, family, "register_council", category="req_support")

    served(town, family, "close_council")

    assert town.facts(family)["council_registered"] is False


@of("end_oral_consents")
@pytest.mark.parametrize(("signature", "stands"), [("oral", False), ("ink", True)])
def test_only_what_was_never_signed_stops_counting(town: Office, family: str, signature: str, stands: bool) -> None:
    town.finish(family, "sharing_consent", agencies=["hospital"], signature_type=signature)

    served(town, family, "end_oral_consents")

    assert town.facts(family)["consent_hospital"] is stands


@of("notify_cgc")
@pytest.mark.parametrize(("kind", "ground"), [("notification", "CWA_25"), ("referral", "CWA_25_7")])
def test_the_child_guidance_centre_is_told_on_the_article_that_fits(
    town: Office, family: str, kind: str, ground: str
) -> None:
    served(town, family, "notify_cgc", kind=kind, track="c1")

    assert _disclosures(town) == [("cgc", ground, ["protection"])]
    assert (town.facts(family)["cgc_notified"], town.facts(family)["cgc_kind"]) == (True, kind)
    assert _outgoing(town, "cgc_notification").track_id == "c1"


def test_a_notice_of_no_case_yet_may_be_passed_on_to_it(town: Office) -> None:
    town.send("notice_received", by="child_family_worker.cgc", summary="泣き声")

    served(town, None, "notify_cgc", kind="notification")

    assert (_outgoing(town, "cgc_notification").case_ref, _disclosures(town)) == (None, [])


@of("open_benefit_check", "cancel_benefit")
@pytest.mark.parametrize(
    ("operation", "kind"), [("open_benefit_check", "benefit_check"), ("cancel_benefit", "benefit_cancelled")]
)
def test_a_benefit_is_put_before_those_who_pay_it(town: Office, family: str, operation: str, kind: str) -> None:
    served(town, family, operation, benefit="preg1")

    assert _outgoing(town, kind).payload["benefit"] == "preg1"


# --- notices ---


@of("match_notice", "attach_notice", "start_journey")
@pytest.mark.parametrize("known", [True, False])
def test_a_notice_is_matched_with_the_case_it_names_or_with_none(town: Office, family: str, known: bool) -> None:
    town.send("notice_received", family if known else None, by="child_family_worker.cgc", summary="泣き声")

    results = served(town, None, "match_notice")

    assert results == {"match_count": int(known), "match_exact": known}


def test_a_notice_that_is_attached_becomes_a_concern_of_the_family(town: Office, family: str) -> None:
    town.send("notice_received", family, by="child_family_worker.cgc", summary="泣き声")

    served(town, None, "attach_notice")

    assert town.task(family, "supervisor_review").case_id == family


def test_a_notice_about_nobody_known_opens_a_case(town: Office) -> None:
    town.send("notice_received", by="child_family_worker.cgc", summary="泣き声", carrying={"family_name": "鈴木"})

    served(town, None, "start_journey")

    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        (journey,) = session.scalars(select(Instance).where(Instance.case_ref.is_not(None)))
    assert town.show(journey.case_ref or "").title == "鈴木"


# --- tracks and processes ---


@of("start_track")
def test_a_side_track_is_started_for_a_need(town: Office, family: str) -> None:
    served(town, family, "set_level", level=2)

    served(town, family, "start_track", track="c1", kind="support")

    (task,) = [task for task in town.open_tasks(family) if task.process == "support_plan"]
    assert (task.track_id or "").startswith("c1/")


@of("start_pathway")
def test_a_side_pathway_is_a_process_of_its_own_on_the_same_case(town: Office, family: str) -> None:
    served(town, family, "start_pathway", track="c1", process="further_visits")

    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        running = session.scalars(select(Instance).where(Instance.case_ref == family).order_by(Instance.id)).all()
    assert [instance.process for instance in running] == ["family_journey", "further_visits"]
    assert [task.element for task in town.open_tasks(family) if task.process == "home_visit"]


@pytest.mark.parametrize("process", ["no_such_process", "family_journey", ""])
def test_a_pathway_that_does_not_exist_is_refused(town: Office, family: str, process: str) -> None:
    with pytest.raises(PathwayUnknown):
        served(town, family, "start_pathway", process=process)


@of("register_child")
def test_a_child_is_registered_with_its_birth_and_here_changes_nothing(town: Office, family: str) -> None:
    before = town.show(family).children

    assert served(town, family, "register_child", track="c1") is None

    assert town.show(family).children == before


@of("stop_tracks")
def test_stopping_the_tracks_is_left_to_the_workflow(town: Office, family: str) -> None:
    assert (
        served(town, family, "stop_tracks") is None
    )  # what it does there: test_moving_out_hands_over_ends_every_track


@of("close_pregnancy", "close_child", "close_case")
@pytest.mark.parametrize(
    ("reason", "state"), [("loss", "lost"), ("born", "born"), ("moved", "closed")], ids=["loss", "birth", "move"]
)
def test_a_pregnancy_is_closed_for_its_reason_on_its_day(town: Office, family: str, reason: str, state: str) -> None:
    served(town, family, "close_pregnancy", track="p2", reason=reason)

    assert {each.track_id: each.state for each in town.show(family).pregnancies} == {"p1": "born", "p2": state}


@pytest.mark.parametrize(("reason", "state"), [("death", "died"), ("entry", "closed")])
def test_a_childs_record_is_closed_for_its_reason(town: Office, family: str, reason: str, state: str) -> None:
    served(town, family, "close_child", track="c1", reason=reason)

    assert [each.state for each in town.show(family).children] == [state]


def test_a_case_is_closed(town: Office, family: str) -> None:
    served(town, family, "close_case", reason="resolved")

    assert town.show(family).state == "closed"


@pytest.mark.parametrize("operation", ["close_case", "close_pregnancy", "close_child", "send_letter"])
def test_what_only_a_case_has_is_refused_in_a_notice(town: Office, operation: str) -> None:
    town.send("notice_received", by="child_family_worker.cgc", summary="泣き声")

    with pytest.raises(NoCase):
        served(town, None, operation, reason="resolved", kind="notification")

"""The policy, decision by decision, as a colleague would put it to us."""

from __future__ import annotations

from datetime import date

import pytest

from engine.access import (
    Action,
    Actor,
    Allowed,
    CaseFacts,
    CentreSubject,
    Forbidden,
    Hidden,
    MessageSubject,
    Post,
    ProposalSubject,
    Reason,
    Refused,
    StaffSubject,
    Standing,
    TaskSubject,
    policy,
)
from engine.access.actions import KEYS
from engine.access.policy import RULES
from engine.organisation import Sensitivity

TODAY = date(2026, 4, 10)
NORTH = frozenset({"north", "north2", "north3"})
REACH = {"north": NORTH, "north2": frozenset({"north2"}), "south": frozenset({"south"})}


def at(role: str, centre: str) -> Post:
    return Post(role, centre_id=centre, centres=REACH[centre])


def partner(role: str, partner_id: str, kind: str) -> Post:
    return Post(role, partner_id=partner_id, partner_kind=kind)


def an_actor(*posts: Post, staff_id: str = "tanaka", municipality_id: str = "wako", acting: str | None = None) -> Actor:
    return Actor(staff_id, staff_id, staff_id, municipality_id, posts, acting)


def a_case(centre: str = "north", **changes) -> CaseFacts:
    return CaseFacts(**{"id": "sato", "municipality_id": "wako", "centre_id": centre, **changes})


HIBARI = partner("nursery_teacher", "hibari", "nursery")


def a_task(lane: str = "public_health_nurse", centre: str = "north", **changes) -> TaskSubject:
    return TaskSubject(lane, centre, **changes)


def answer(actor, action, case=None, subject=None, field=None, **standing) -> str:
    """yes, 403 or 404."""
    decision = policy.decide(Standing(actor, TODAY, case, **standing), action, subject, field)
    if isinstance(decision, Allowed):
        return "yes"
    return "404" if decision.hidden else "403"


NURSE = an_actor(at("public_health_nurse", "north"))
TEACHER = an_actor(HIBARI, staff_id="yamada")


def test_every_action_has_a_rule_and_a_role_with_its_key():
    assert set(RULES) == set(Action)
    assert set().union(*KEYS.values()) == set(Action)


@pytest.mark.parametrize(
    ("post", "case", "expected"),
    [
        pytest.param(at("public_health_nurse", "north"), a_case("north"), "yes", id="own centre"),
        pytest.param(at("public_health_nurse", "north"), a_case("north2"), "yes", id="main centre sees its sub-centre"),
        pytest.param(
            at("public_health_nurse", "north2"), a_case("north"), "403", id="sub-centre does not see its main"
        ),
        pytest.param(at("public_health_nurse", "south"), a_case("north"), "403", id="another centre may know"),
        pytest.param(at("centre_head", "south"), a_case("north"), "403", id="head of another centre"),
        pytest.param(
            at("public_health_nurse", "south"), a_case("north", confidential=True), "404", id="sealed, another centre"
        ),
        pytest.param(at("public_health_nurse", "north"), a_case("north", confidential=True), "yes", id="sealed, own"),
        pytest.param(at("ytk_coordinator", "south"), a_case("north"), "yes", id="council secretariat sees the town"),
        pytest.param(at("process_designer", "north"), a_case("north"), "404", id="designer"),
        pytest.param(at("statistics_clerk", "north"), a_case("north"), "404", id="statistics"),
        pytest.param(at("city_hall_executive", "north"), a_case("north"), "404", id="mayor"),
        pytest.param(at("system_administrator", "north"), a_case("north"), "404", id="administrator"),
        pytest.param(at("registry_clerk", "north"), a_case("north"), "404", id="other division"),
        pytest.param(at("welfare_caseworker", "north"), a_case("north"), "404", id="welfare office"),
        pytest.param(HIBARI, a_case("north"), "404", id="partner"),
        pytest.param(
            partner("centre_head", "hibari", "nursery"), a_case("north"), "404", id="a head, but of a partner"
        ),
        pytest.param(
            at("public_health_nurse", "north"), a_case("north", municipality_id="fuji"), "404", id="other municipality"
        ),
        pytest.param(
            at("ytk_coordinator", "north"), a_case("north", municipality_id="fuji"), "404", id="secretariat elsewhere"
        ),
    ],
)
def test_who_sees_a_case(post, case, expected):
    assert answer(an_actor(post), Action.VIEW_CASE, case) == expected


def test_nobody_without_a_posting_sees_anything():
    for action in Action:
        assert answer(an_actor(), action, a_case(), a_task()) == "404"


@pytest.mark.parametrize(
    ("post", "task", "expected"),
    [
        pytest.param(at("public_health_nurse", "north"), a_task(), "yes", id="own lane, own centre"),
        pytest.param(at("public_health_nurse", "north"), a_task(centre="north2"), "yes", id="own lane, sub-centre"),
        pytest.param(at("midwife", "north"), a_task(), "403", id="another lane"),
        pytest.param(at("nurse", "north"), a_task("visitor"), "yes", id="two names of one trade"),
        pytest.param(at("centre_head", "north"), a_task(), "yes", id="head covers"),
        pytest.param(at("integrated_support_lead", "north"), a_task(), "yes", id="lead covers"),
        pytest.param(at("centre_head", "north2"), a_task(), "403", id="head of a sub-centre does not cover its main"),
        pytest.param(at("centre_head", "south"), a_task(), "403", id="head of another centre"),
        pytest.param(at("public_health_nurse", "south"), a_task(), "403", id="own lane, another centre"),
        pytest.param(at("ytk_coordinator", "south"), a_task("ytk_coordinator"), "yes", id="whole-town lane"),
        pytest.param(at("ytk_coordinator", "south"), a_task(), "403", id="whole-town role, another lane"),
        pytest.param(
            at("welfare_caseworker", "north"), a_task("welfare_caseworker"), "yes", id="other division's task"
        ),
        pytest.param(at("welfare_caseworker", "south"), a_task("welfare_caseworker"), "404", id="same, another place"),
        pytest.param(Post("registry_clerk"), a_task("registry_clerk"), "yes", id="a division without centres"),
        pytest.param(Post("public_health_nurse"), a_task(), "403", id="a centre's role without a centre"),
        pytest.param(at("data_protection_officer", "north"), a_task(), "403", id="officer reads, does not work"),
        pytest.param(at("process_designer", "north"), a_task("process_designer"), "404", id="designer"),
        pytest.param(
            HIBARI,
            a_task("nursery_teacher", partner_id="hibari"),
            "yes",
            id="sent to us",
        ),
        pytest.param(
            HIBARI,
            a_task("nursery_teacher", partner_id="other"),
            "404",
            id="sent to others",
        ),
        pytest.param(HIBARI, a_task("nursery_teacher"), "404", id="sent to nobody yet"),
        pytest.param(HIBARI, a_task("nursery_teacher", assignee_id="tanaka"), "yes", id="given by name"),
        pytest.param(HIBARI, a_task(assignee_id="tanaka"), "404", id="given by name, but not our trade"),
        pytest.param(HIBARI, a_task(partner_id="hibari"), "404", id="not our lane"),
        pytest.param(
            partner("centre_head", "hibari", "nursery"), a_task(partner_id="hibari"), "404", id="no cover at a partner"
        ),
    ],
)
def test_who_completes_a_task(post, task, expected):
    assert answer(an_actor(post), Action.COMPLETE_TASK, a_case(), task, linked_partners={"hibari"}) == expected


def test_what_was_sent_to_a_partner_is_its_work_only_while_a_ground_holds():
    task = a_task("nursery_teacher", partner_id="hibari")

    assert answer(TEACHER, Action.COMPLETE_TASK, a_case(), task, linked_partners={"hibari"}) == "yes"
    assert answer(TEACHER, Action.COMPLETE_TASK, a_case(), task) == "404"
    assert answer(TEACHER, Action.VIEW_CASE, a_case(), linked_partners={"hibari"}) == "404"


def test_an_open_task_lets_an_outsider_in_while_it_stands():
    let_in = {"tasks": (a_task("nursery_teacher", partner_id="hibari"),), "linked_partners": {"hibari"}}

    assert answer(TEACHER, Action.VIEW_CASE, a_case(), **let_in) == "yes"
    assert answer(TEACHER, Action.VIEW_CASE, a_case(), field=Sensitivity.S1, **let_in) == "yes"
    assert answer(TEACHER, Action.VIEW_CASE, a_case(), field=Sensitivity.S2, **let_in) == "403"
    assert answer(TEACHER, Action.VIEW_CASE, a_case()) == "404"


def test_a_task_given_to_a_person_is_theirs_whatever_their_lane():
    midwife = an_actor(at("midwife", "north"))

    assert answer(midwife, Action.COMPLETE_TASK, a_case(), a_task(assignee_id="tanaka")) == "yes"
    assert answer(midwife, Action.COMPLETE_TASK, a_case(), a_task(assignee_id="suzuki")) == "403"


@pytest.mark.parametrize(
    ("post", "see", "do"),
    [
        pytest.param(at("counter_clerk", "north"), "yes", "yes", id="its lane at its centre"),
        pytest.param(at("public_health_nurse", "north"), "yes", "403", id="another lane at its centre"),
        pytest.param(at("counter_clerk", "south"), "403", "403", id="another centre"),
        pytest.param(at("ytk_coordinator", "south"), "yes", "yes", id="secretariat"),
        pytest.param(at("integrated_support_lead", "south"), "yes", "yes", id="lead of another centre"),
        pytest.param(at("centre_head", "north"), "yes", "yes", id="head of the centre"),
        pytest.param(at("centre_head", "south"), "403", "403", id="head of another centre"),
        pytest.param(at("process_designer", "north"), "404", "404", id="designer"),
        pytest.param(HIBARI, "404", "404", id="partner"),
    ],
)
def test_a_message_without_a_family_is_seen_at_its_centre_and_by_those_who_coordinate(post, see, do):
    task = a_task("counter_clerk")

    assert answer(an_actor(post), Action.VIEW_TASK, None, task) == see
    assert answer(an_actor(post), Action.COMPLETE_TASK, None, task) == do


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("centre_head", "yes"),
        ("integrated_support_lead", "yes"),
        ("public_health_nurse", "403"),
        ("process_designer", "404"),
    ],
)
def test_who_gives_work_to_another(role, expected):
    assert answer(an_actor(at(role, "north")), Action.REASSIGN_TASK, a_case(), a_task()) == expected


def test_a_family_is_taken_on_at_any_counter():
    for centre in ("north", "north2", "south"):
        assert answer(an_actor(at("counter_clerk", centre)), Action.OPEN_CASE) == "yes"
    assert answer(TEACHER, Action.OPEN_CASE) == "403"
    assert answer(an_actor(at("process_designer", "north")), Action.OPEN_CASE) == "403"


@pytest.mark.parametrize(
    ("post", "concern", "birth", "withdrawal"),
    [
        pytest.param(HIBARI, "yes", "403", "403", id="an agency"),
        pytest.param(at("public_health_nurse", "north"), "yes", "yes", "yes", id="the own centre"),
        pytest.param(at("public_health_nurse", "south"), "yes", "403", "403", id="another centre"),
        pytest.param(at("registry_clerk", "south"), "yes", "yes", "404", id="the register"),
        pytest.param(at("statistics_clerk", "south"), "404", "404", "404", id="nobody who works with families"),
    ],
)
def test_everybody_tells_a_concern_but_what_moves_a_family_on_comes_from_its_own(post, concern, birth, withdrawal):
    for name, said in [("concern_raised", concern), ("birth_registered", birth), ("consent_withdrawn", withdrawal)]:
        assert answer(an_actor(post), Action.SEND_MESSAGE, a_case(), MessageSubject(name)) == said


def test_a_sealed_family_of_another_centre_is_not_betrayed_by_its_news():
    nurse, sealed = an_actor(at("public_health_nurse", "south")), a_case(confidential=True)

    assert answer(nurse, Action.SEND_MESSAGE, sealed, MessageSubject("moved_out")) == "404"


@pytest.mark.parametrize("role", ["process_designer", "centre_head"])
def test_a_version_needs_a_second_person(role):
    actor = an_actor(at(role, "north"))

    own = policy.decide(Standing(actor, TODAY), Action.APPROVE_VERSION, ProposalSubject("tanaka"))

    assert own == Refused(Reason.OWN_PROPOSAL)
    assert answer(actor, Action.APPROVE_VERSION, None, ProposalSubject("suzuki")) == "yes"
    assert answer(actor, Action.APPROVE_VERSION) == "403"
    with pytest.raises(Forbidden) as caught:
        policy.require(Standing(actor, TODAY), Action.APPROVE_VERSION, ProposalSubject("tanaka"))
    assert caught.value.code == "own_proposal"


def test_case_staff_deploy_nothing_and_designers_read_no_families():
    for role, keys in KEYS.items():
        if Action.PROPOSE_VERSION in keys or Action.EDIT_DRAFT in keys:
            assert not keys & {Action.VIEW_CASE, Action.VIEW_TASK, Action.SEARCH_CASES}, role


def test_a_head_manages_the_people_of_the_own_centre_and_nobody_manages_themselves():
    head = an_actor(at("centre_head", "north"))
    administrator = an_actor(at("system_administrator", "north"))

    assert answer(head, Action.MANAGE_USERS, None, StaffSubject("suzuki", "north2")) == "yes"
    assert answer(head, Action.MANAGE_USERS, None, StaffSubject("suzuki", "south")) == "403"
    assert answer(head, Action.MANAGE_USERS, None, StaffSubject("tanaka", "north")) == "403"
    assert answer(administrator, Action.MANAGE_USERS, None, StaffSubject("suzuki", "south")) == "yes"
    assert answer(administrator, Action.MANAGE_USERS, None, StaffSubject("tanaka", "north")) == "403"
    assert answer(NURSE, Action.MANAGE_USERS, None, StaffSubject("suzuki", "north")) == "403"


def test_the_work_of_a_centre_is_shown_to_its_own_people():
    assert answer(NURSE, Action.VIEW_CENTRE_WORKLIST, None, CentreSubject("north2")) == "yes"
    assert answer(NURSE, Action.VIEW_CENTRE_WORKLIST, None, CentreSubject("south")) == "403"
    assert answer(NURSE, Action.VIEW_CENTRE_WORKLIST) == "yes"
    assert answer(NURSE, Action.SUPERVISE, None, CentreSubject("north")) == "403"


def test_whoever_runs_the_system_retries_an_incident_without_seeing_the_family():
    administrator = an_actor(at("system_administrator", "south"))

    assert answer(administrator, Action.RETRY_INCIDENT, a_case("north")) == "yes"
    assert answer(administrator, Action.VIEW_CASE, a_case("north")) == "404"
    assert answer(an_actor(at("centre_head", "south")), Action.RETRY_INCIDENT, a_case("north")) == "403"


@pytest.mark.parametrize(
    ("role", "levels"),
    [
        ("counter_clerk", "1"),
        ("public_health_nurse", "123"),
        ("childcare_care_manager", "12"),
        ("child_family_worker", "124"),
        ("centre_head", "1234"),
        ("data_protection_officer", "12345"),
        ("benefit_clerk", "1"),
    ],
)
def test_each_role_reads_its_levels_and_no_more(role, levels):
    standing = Standing(an_actor(at(role, "north")), TODAY, a_case())

    assert policy.levels(standing) == {Sensitivity(f"S{n}") for n in levels}


def test_the_case_team_reads_what_the_trade_alone_does_not():
    manager = an_actor(at("childcare_care_manager", "north"))

    assert answer(manager, Action.VIEW_CASE, a_case(), field=Sensitivity.S3) == "403"
    assert answer(manager, Action.VIEW_CASE, a_case(), field=Sensitivity.S3, team={"tanaka"}) == "yes"
    assert answer(manager, Action.VIEW_CASE, a_case(), field=Sensitivity.S5, team={"tanaka"}) == "403"


def test_two_postings_allow_what_each_allows_and_nothing_that_needs_both():
    both = an_actor(at("midwife", "south"), at("childcare_care_manager", "north"))

    assert answer(both, Action.VIEW_CASE, a_case("north")) == "yes"
    assert answer(both, Action.VIEW_CASE, a_case("north"), field=Sensitivity.S3) == "403"  # a midwife's, but at South
    assert answer(both, Action.COMPLETE_TASK, a_case("north"), a_task("midwife", "north")) == "403"


def test_under_one_hat_only_its_posting_counts():
    both = an_actor(at("process_designer", "north"), at("public_health_nurse", "north"))

    assert answer(both, Action.VIEW_CASE, a_case()) == "yes"
    assert answer(both.as_role("process_designer"), Action.VIEW_CASE, a_case()) == "404"


def test_a_refusal_is_raised_as_what_the_person_may_know():
    with pytest.raises(Forbidden) as refused:
        policy.require(Standing(NURSE, TODAY, a_case("south")), Action.VIEW_CASE)
    with pytest.raises(Hidden) as hidden:
        policy.require(Standing(TEACHER, TODAY, a_case()), Action.VIEW_CASE)

    assert (refused.value.code, hidden.value.code) == ("not_permitted", "not_found")
    assert hidden.value.refused.missing_ground == "CONSENT"


def test_leave_names_the_hat_it_was_given_to():
    both = an_actor(at("process_designer", "north"), at("public_health_nurse", "north"))

    assert policy.require(Standing(both, TODAY, a_case()), Action.VIEW_CASE) == Allowed("public_health_nurse")

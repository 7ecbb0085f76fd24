"""From rows to a standing: postings of the day, reach of centres, facts of the case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import access, organisation
from engine.access import Action, Allowed, NotHeld, policy
from engine.cases.case import Case, CaseUnknown
from engine.database import transaction
from engine.organisation import Municipality
from tests.engine.towns import NOW, TODAY, a_town


@pytest.fixture
def town(database):
    with transaction(database) as session:
        a_town(session)
        yield session


def an_actor(session, login, on=TODAY):
    return access.actor_for(session, organisation.staff_by_login(session, login), on=on)


def a_case(session, centre="north", **changes):
    case = Case(
        number="2026-00001",
        state="open",
        centre_id=organisation.centre_by_code(session, centre).id,
        version_id="v",
        opened_at=NOW,
        **changes,
    )
    session.add(case)
    session.flush()
    return case


def test_an_actor_carries_the_postings_of_the_day_with_the_reach_of_their_centre(town):
    actor = an_actor(town, "tanaka")

    [post] = actor.posts
    assert (actor.login, actor.name, post.role) == ("tanaka", "田中 花子", "public_health_nurse")
    assert post.centres == {organisation.centre_by_code(town, code).id for code in ("north", "north2", "north3")}
    assert actor.centre_id == organisation.centre_by_code(town, "north").id


def test_a_partner_s_actor_carries_the_kind_of_agency(town):
    [post] = an_actor(town, "yamada").posts

    assert (post.partner_kind, post.centre_id) == ("nursery", None)
    assert post.lanes == {"nursery_teacher"}


def test_whoever_has_left_has_no_postings(town):
    organisation.staff_by_login(town, "tanaka").employment_ends_on = TODAY

    assert an_actor(town, "tanaka").posts != ()
    assert an_actor(town, "tanaka", TODAY + timedelta(days=1)).posts == ()


def test_people_of_an_agency_no_longer_worked_with_have_no_postings(town):
    organisation.partner_by_code(town, "nursery").ended_on = TODAY
    town.flush()

    assert len(an_actor(town, "yamada").posts) == 1
    assert an_actor(town, "yamada", TODAY + timedelta(days=1)).posts == ()


def test_a_role_not_held_cannot_be_put_on(town):
    with pytest.raises(NotHeld):
        an_actor(town, "tanaka").as_role("centre_head")


@pytest.mark.parametrize(("centre", "sees"), [("north", True), ("north3", True), ("central", False)])
def test_a_standing_read_from_the_database_decides(town, centre, sees):
    case = a_case(town, centre)

    standing = access.load(town, an_actor(town, "tanaka"), case.id, on=TODAY)

    assert isinstance(policy.decide(standing, Action.VIEW_CASE), Allowed) is sees


def test_a_standing_knows_whether_the_family_is_sealed(town):
    case = a_case(town, "central", confidential=True)

    standing = access.load(town, an_actor(town, "tanaka"), case.id, on=TODAY)

    assert standing.case.confidential
    assert policy.decide(standing, Action.VIEW_CASE).hidden


def test_without_a_case_the_standing_is_towards_the_town(town):
    assert access.load(town, an_actor(town, "tanaka"), on=TODAY).case is None


def test_a_case_of_another_town_is_not_found(database, town):
    case = a_case(town)
    fuji = Municipality(code="222101", name_ja="富士市", name_en="Fuji")
    stranger = an_actor(town, "tanaka")
    stranger = access.Actor("x", "x", "x", fuji.id, stranger.roles)

    with pytest.raises(CaseUnknown):
        access.load(town, stranger, case.id, on=TODAY)

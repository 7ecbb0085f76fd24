"""Setting up a town, and asking about its places, people and numbers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import organisation
from engine.database import transaction
from engine.organisation import SetupRefused, passwords, places, staff
from engine.organisation.description import MunicipalityExists
from engine.organisation.staff import LoginTaken, PasswordTooShort, StaffNotFound, UnknownRole
from tests.engine.towns import NOW, PASSWORD, SINCE, TODAY, a_description, a_town


@pytest.fixture
def town(database):
    with transaction(database) as session:
        a_town(session)
        yield session


def test_a_town_is_set_up_as_described(town):
    assert organisation.municipality(town).name_ja == "和光市"
    assert [(centre.code, centre.kind) for centre in organisation.centres(town)] == [
        ("central", "main"),
        ("north", "main"),
        ("south", "main"),
        ("north2", "sub"),
        ("north3", "sub"),
    ]
    assert [partner.kind for partner in organisation.partners(town)] == ["hospital", "nursery"]
    assert [person.login for person, _ in organisation.staff_list(town, TODAY)] == ["suzuki", "tanaka", "yamada"]


def test_two_towns_share_an_engine_but_nothing_else(database):
    with transaction(database) as session:
        first = a_town(session).id
    with transaction(database) as session:
        second = a_town(session, municipality={"code": "222101", "name_ja": "富士市", "name_en": "Fuji"}, staff=[]).id

    with transaction(database, read_only=True, municipality_id=second) as session:
        assert organisation.municipality(session).name_ja == "富士市"
        assert organisation.staff_list(session, TODAY) == []
        assert len(organisation.centres(session)) == 5
        assert {town.id for town in organisation.municipalities(session)} == {first, second}


def test_the_same_town_is_not_set_up_twice(town):
    with pytest.raises(MunicipalityExists):
        a_town(town)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"municipality": {"code": "1"}}, "municipality: name_ja is missing"),
        ({"centers": []}, "centers: no such section"),
        ({"districts": [{"code": "a", "name": "あ", "centre": "west"}]}, "district a: there is no centre west"),
        ({"partners": [{"code": "x", "kind": "bank", "name_ja": "", "name_en": ""}]}, "there is no kind bank"),
        ({"staff": [{"login": "a", "name": "", "roles": [{"role": "mayor"}]}]}, "there is no role mayor"),
        ({"staff": [{"login": "a", "name": ""}, {"login": "a", "name": ""}]}, "staff: a is used twice"),
        ({"closing_days": [{"day": "令和8年"}]}, "closing_days 1: day must be a day like 2026-04-01"),
        ({"closing_days": [{"date": "2026-01-01"}]}, "closing_days 1: no such key date"),
        ({"municipality": []}, "municipality: write it as [municipality]"),
        ({"municipality": {"code": 1, "name_ja": "あ", "name_en": "A"}}, "municipality: code must be text"),
        ({"centres": {"code": "a"}}, "centres: write it as [[centres]]"),
        ({"centres": ["a"]}, "centres: write it as [[centres]]"),
        ({"districts": [{"code": "a", "name": "あ", "centre": ["x"]}]}, "districts 1: centre must be text"),
        ({"staff": [{"login": "a", "name": "", "password": "short"}]}, "staff 1: password must be text of at least 12"),
        ({"staff": [{"login": "a", "name": "", "roles": "nurse"}]}, "staff 1: roles must be a list of tables"),
        ({"staff": [{"login": "a", "name": "", "roles": [{"rôle": "nurse"}]}]}, "staff 1 role 1: role is missing"),
        ({"parameters": [{"name": "a", "value": [1]}]}, "parameters 1: value must be text, a number"),
        (
            {
                "staff": [
                    {"login": "a", "name": "", "roles": [{"role": "nurse", "centre": "north", "partner": "nursery"}]}
                ]
            },
            "not both",
        ),
        (
            {"centres": [{"code": "a", "name_ja": "", "name_en": "", "parent": "a"}], "districts": [], "staff": []},
            "centre a: there is no parent a",
        ),
    ],
)
def test_a_faulty_description_is_refused_with_its_places(database, changes, problem):
    with pytest.raises(SetupRefused) as caught, transaction(database) as session:
        a_town(session, **changes)

    assert any(problem in found.en for found in caught.value.problems)
    with transaction(database, read_only=True) as session:
        assert organisation.municipalities(session) == []


def test_what_is_new_in_the_description_is_added_and_the_rest_left_alone(town):
    described = a_description()
    larger = a_description(
        centres=[*described["centres"], {"code": "west", "name_ja": "西", "name_en": "West", "parent": "south"}],
        districts=[
            *described["districts"],
            {"code": "nishi", "name": "西中学校区", "centre": "west"},
            {"code": "chuo", "name": "中央中学校区", "centre": "west", "valid_from": "2027-04-01"},
        ],
        partners=[*described["partners"], {"code": "hub", "kind": "hub", "name_ja": "ひろば", "name_en": "Hub"}],
        staff=[
            {**described["staff"][0], "name": "別の名"},
            *described["staff"][1:],
            {"login": "mori", "name": "森 恵", "roles": [{"role": "partner_staff", "partner": "hub"}]},
        ],
        closing_days=[*described["closing_days"], {"day": "2027-06-01"}],
    )

    added = organisation.extend(town, larger, since=TODAY, now=NOW)
    again = organisation.extend(town, larger, since=TODAY, now=NOW)

    assert added == {
        "districts": 2, "staff": 1, "closing_days": 1, "parameters": 0, "centres": 1, "partners": 1
    }  # fmt: skip
    assert set(again.values()) == {0}
    assert organisation.centre_for_district(town, "chuo", date(2027, 4, 1)).code == "west"
    assert organisation.staff_by_login(town, "tanaka").name == "田中 花子"
    assert not organisation.business_calendar(town).is_business_day(date(2027, 6, 1))


def test_only_a_municipality_that_is_there_is_extended(town):
    with pytest.raises(places.PlaceNotFound):
        organisation.extend(
            town, a_description(municipality={"code": "1", "name_ja": "あ", "name_en": "A"}), since=TODAY, now=NOW
        )


def test_a_login_of_another_town_is_refused(town):
    with pytest.raises(SetupRefused) as caught:
        a_town(town, municipality={"code": "222101", "name_ja": "富士市", "name_en": "Fuji"})

    assert "staff tanaka: this login is taken" in [problem.en for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("district", "on", "centre"),
    [
        pytest.param("chuo", TODAY, "central", id="main centre"),
        pytest.param("kita", TODAY, "north2", id="sub-centre named by the map"),
        pytest.param("minami", date(2026, 3, 31), "south", id="last day of the old line"),
        pytest.param("minami", date(2026, 4, 1), "central", id="first day of the new line"),
        pytest.param("chuo", SINCE - timedelta(days=1), None, id="before the map begins"),
        pytest.param("nishi", TODAY, None, id="not on the map"),
    ],
)
def test_a_district_is_routed_to_its_centre_of_that_day(town, district, on, centre):
    found = organisation.centre_for_district(town, district, on)

    assert (found.code if found else None) == centre


def test_each_district_has_one_line_a_day(town):
    assert [line.code for line in organisation.districts_on(town, TODAY)] == ["chuo", "kita", "minami"]


def test_a_main_centre_reaches_its_sub_centres_and_no_further(town):
    code_of = {centre.id: centre.code for centre in organisation.centres(town)}
    ids = {code: centre_id for centre_id, code in code_of.items()}

    reach = organisation.centre_reach(town, [ids["north"], ids["north2"], ids["south"]])

    assert {code_of[top]: {code_of[one] for one in below} for top, below in reach.items()} == {
        "north": {"north", "north2", "north3"},
        "north2": {"north2"},
        "south": {"south"},
    }


@pytest.mark.parametrize("question", [organisation.centre_by_code, organisation.partner_by_code])
def test_an_unknown_code_is_not_found(town, question):
    with pytest.raises(places.PlaceNotFound):
        question(town, "nowhere")


def test_a_centre_without_a_care_manager_shows_as_vacant(town):
    person = organisation.add_staff(town, "mori", "森 恵")
    north = organisation.centre_by_code(town, "north")
    organisation.employ(town, person, "mch_care_manager", since=TODAY, centre_id=north.id)

    vacant = {(centre.code, role) for centre, role in organisation.vacancies(town, TODAY)}

    assert ("north", "childcare_care_manager") in vacant
    assert ("north", "mch_care_manager") not in vacant
    assert ("north", "mch_care_manager") in {
        (centre.code, role) for centre, role in organisation.vacancies(town, TODAY - timedelta(days=1))
    }


def test_a_posting_counts_from_its_first_to_its_last_day(town):
    person = organisation.add_staff(town, "mori", "森 恵")
    organisation.employ(town, person, "midwife", since=TODAY, until=TODAY + timedelta(days=1))

    held = [len(organisation.roles_of(town, person.id, TODAY + timedelta(days=n))) for n in (-1, 0, 1, 2)]

    assert held == [0, 1, 1, 0]


def test_an_unknown_role_and_a_taken_login_are_refused(town):
    person = organisation.staff_by_login(town, "tanaka")

    with pytest.raises(UnknownRole):
        organisation.employ(town, person, "mayor", since=TODAY)
    with pytest.raises(LoginTaken):
        organisation.add_staff(town, "tanaka", "別人")
    with pytest.raises(StaffNotFound):
        organisation.staff_by_login(town, "nobody")


@pytest.mark.parametrize(
    ("login", "password", "is_in"),
    [
        pytest.param("tanaka", PASSWORD, True, id="right"),
        pytest.param("tanaka", PASSWORD + "x", False, id="wrong password"),
        pytest.param("nobody", PASSWORD, False, id="unknown login"),
        pytest.param("suzuki", "", False, id="no password set"),
    ],
)
def test_only_the_right_login_and_password_open_the_door(town, login, password, is_in):
    found = organisation.sign_in(town, login, password, on=TODAY)

    assert (found is not None) is is_in


@pytest.mark.parametrize(
    ("ends_on", "active", "is_in"),
    [
        pytest.param(TODAY, True, True, id="last day"),
        pytest.param(TODAY - timedelta(days=1), True, False, id="day after the last"),
        pytest.param(None, False, False, id="switched off"),
    ],
)
def test_who_has_left_cannot_sign_in(town, ends_on, active, is_in):
    person = organisation.staff_by_login(town, "tanaka")
    person.employment_ends_on, person.active = ends_on, active

    assert (organisation.sign_in(town, "tanaka", PASSWORD, on=TODAY) is not None) is is_in


def test_a_password_has_a_least_length_and_is_kept_as_a_hash_only(town):
    person = organisation.staff_by_login(town, "suzuki")

    with pytest.raises(PasswordTooShort):
        organisation.set_password(person, "short")
    organisation.set_password(person, "長い合言葉は安全です。きっと")

    assert person.password_hash.startswith("$argon2id$")
    assert passwords.matches("長い合言葉は安全です。きっと", person.password_hash)


def test_a_weak_hash_is_renewed_at_sign_in(town, monkeypatch):
    person = organisation.staff_by_login(town, "tanaka")
    old = person.password_hash
    monkeypatch.setattr(staff.passwords, "is_outdated", lambda _hash: True)

    organisation.sign_in(town, "tanaka", PASSWORD, on=TODAY)

    assert person.password_hash != old
    assert passwords.matches(PASSWORD, person.password_hash)


def test_a_parameter_has_the_value_of_its_day(town):
    for value, day in ((5, date(2026, 4, 1)), (7, date(2026, 5, 1))):
        organisation.set_parameter(town, "limit", value, valid_from=day, now=NOW, by="x")

    found = [organisation.parameters_on(town, None, day).get("limit") for day in (SINCE, TODAY, date(2026, 5, 1))]

    assert found == [None, 5, 7]
    assert organisation.parameters_on(town, None, TODAY)["no_show_days"] == "business"


def test_of_two_values_for_one_day_the_later_entry_counts(town):
    organisation.set_parameter(town, "limit", 5, valid_from=TODAY, now=NOW)
    organisation.set_parameter(town, "limit", 6, valid_from=TODAY, now=NOW + timedelta(minutes=1))

    assert organisation.parameters_on(town, None, TODAY)["limit"] == 6


def test_the_description_may_hold_days_as_dates(database):
    description = a_description(closing_days=[{"day": date(2026, 6, 1)}])

    with transaction(database) as session:
        organisation.setup(session, description, since=SINCE, now=NOW)

        assert not organisation.business_calendar(session).is_business_day(date(2026, 6, 1))

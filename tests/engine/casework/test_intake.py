"""Opening a case: what is known afterwards, which centre owns it, and that one woman never has two cases."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine import definitions
from engine.cases import case as case_records
from engine.cases import family
from engine.cases.case import Case
from engine.casework import cases, form_catalogue
from engine.casework.cases import CaseAlreadyOpen
from engine.casework.form_catalogue import FormUnknown
from engine.clock import jst_day
from engine.database import transaction
from forms.compiler import AnswersRejected
from processes import bundle as bundles
from tests.engine.definitions.bundles import a_bundle
from tests.office import Office
from web import demo


def test_opening_a_case_does_the_first_two_steps_and_opens_the_next_work(office: Office) -> None:
    with office.acting("counter_clerk.north") as (session, actor, now):
        answers = form_catalogue.form(session, actor, "FM01").example(jst_day(now))

        opened = cases.open_case(session, actor, answers, now=now)

    assert {task.element for task in opened.opened} == {"sharing_consent", "interview"}
    view = office.show(opened.case_id)
    mother = view.persons[0]
    assert (view.state, view.centre, mother.relation, mother.name, mother.kana) == (
        "open",
        "north",
        "mother",
        "佐藤 みのり",
        "サトウ ミノリ",
    )
    assert mother.address == "埼玉県和光市本町1-1"
    assert [(p.track_id, p.due_on, p.fetus_count, p.state) for p in view.pregnancies] == [
        ("p1", date(2026, 11, 9), 1, "open")
    ]
    facts = office.facts(opened.case_id, "p1")
    assert (facts["due_on"], facts["fetus_count"], facts["handbook_issued"]) == ("2026-11-09", 1, True)
    assert office.facts(opened.case_id)["pregnant"] is True


@pytest.mark.parametrize(
    ("district", "counter", "owner"),
    [
        pytest.param("central", "north3", "central", id="a code, at another centre's counter (W6)"),
        pytest.param("中央中学校区", "north3", "central", id="its Japanese name"),
        pytest.param("北中学校区", "central", "north", id="another name"),
        pytest.param("　北 中学校区 ", "central", "north", id="a name with spaces"),
        pytest.param("ｃｅｎｔｒａｌ", "north", "central", id="a full-width code"),
        pytest.param("SOUTH", "north", "south", id="a code in capitals"),
        pytest.param("北第二中学校区", "central", "north2", id="a sub-centre's district"),
        pytest.param("不明", "central", "central", id="not known"),
    ],
)
def test_a_case_belongs_to_the_centre_of_its_district(town: Office, district: str, counter: str, owner: str) -> None:
    case_id = town.open_case(by=f"centre_head.{counter}", junior_high_district=district)

    assert town.show(case_id).centre == owner
    assert {task.centre for task in town.open_tasks(case_id)} == {owner}


@pytest.mark.parametrize("district", ["どこか別の市", "north9", "nort", "北中"])
def test_a_district_the_town_does_not_have_is_refused(town: Office, district: str) -> None:
    with pytest.raises(AnswersRejected) as refused:
        town.open_case(junior_high_district=district)

    assert refused.value.errors.keys() == {"junior_high_district"}
    assert town.open_tasks() == []


@pytest.mark.parametrize(
    ("known", "again"),
    [
        pytest.param(
            {"resident_id": "777"}, {"resident_id": "777", "family_name_kana": "スズキ"}, id="the resident id"
        ),
        pytest.param({"resident_id": "777"}, {"resident_id": "７７７ "}, id="the resident id in full width"),
        pytest.param({"resident_id": ""}, {"resident_id": ""}, id="kana and birth date"),
        pytest.param({"resident_id": ""}, {"resident_id": "778"}, id="kana and birth date, her id learnt since"),
        pytest.param({"resident_id": "777"}, {"resident_id": ""}, id="kana and birth date, her id not at hand"),
        pytest.param(
            {"resident_id": ""},
            {"resident_id": "", "family_name_kana": "さとう", "given_name_kana": "ﾐﾉﾘ"},
            id="hiragana",
        ),
        pytest.param({"resident_id": ""}, {"resident_id": "", "given_name_kana": "ミノーリ"}, id="a long mark"),
    ],
)
def test_a_woman_with_an_open_case_is_known(town: Office, known: dict[str, Any], again: dict[str, Any]) -> None:
    same = {"given_name_kana": "ミノリ"}
    case_id = town.open_case(**same | known)

    with pytest.raises(CaseAlreadyOpen) as refused:
        town.open_case(**same | again)

    assert refused.value.case_id == case_id


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"resident_id": "778"}, id="another resident id"),
        pytest.param({"resident_id": "", "birth_date": "1999-04-06"}, id="another birth date"),
        pytest.param({"resident_id": "", "given_name_kana": "ハナコ"}, id="another name"),
    ],
)
def test_another_woman_gets_a_case_of_her_own(town: Office, other: dict[str, Any]) -> None:
    case_id = town.open_case(resident_id="777", given_name_kana="ミノリ")

    another = town.open_case(**{"given_name_kana": "ミノリ"} | other)

    assert another != case_id


def test_who_may_not_see_the_case_is_told_only_that_there_is_one(town: Office) -> None:
    town.open_case(resident_id="777", by="centre_head.central", junior_high_district="central")

    with pytest.raises(CaseAlreadyOpen) as refused:
        town.open_case(resident_id="777", by="counter_clerk.north")

    assert refused.value.case_id is None


def test_after_a_case_was_closed_a_new_one_may_be_opened(town: Office) -> None:
    case_id = town.open_case(resident_id="777")
    with transaction(town.engine, municipality_id=town.town) as session:
        case_records.load(session, case_id).close("resolved", town.now)

    another = town.open_case(resident_id="777")

    assert another != case_id


def test_answers_that_are_not_sound_open_nothing(town: Office) -> None:
    with pytest.raises(AnswersRejected) as rejected:
        town.open_case(edd="令和99年13月1日", family_name="")

    assert {"edd", "family_name"} <= set(rejected.value.errors)
    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        assert session.scalars(select(Case)).all() == []


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        pytest.param({"edd": "2096-11-09"}, "edd", id="due in 70 years"),
        pytest.param({"edd": "2027-02-16"}, "edd", id="a day over 45 weeks"),
        pytest.param({"edd": "2026-03-01"}, "edd", id="over five weeks ago"),
        pytest.param({"birth_date": "2026-04-05"}, "birth_date", id="a mother born yesterday"),
        pytest.param({"birth_date": "1955-11-09"}, "birth_date", id="a mother of 71"),
    ],
)
def test_days_no_pregnancy_can_have_open_nothing(town: Office, answers: dict[str, str], field: str) -> None:
    with pytest.raises(AnswersRejected) as rejected:
        town.open_case(**answers)

    assert list(rejected.value.errors) == [field]
    assert town.open_tasks() == []


def test_unlikely_days_are_only_remarked_on(town: Office) -> None:
    assert town.open_case(edd="2027-02-15", birth_date="2018-11-09")


def test_two_counters_opening_a_case_for_one_woman_at_the_same_moment_open_one(office: Office) -> None:
    results = _at_once(office, [{"resident_id": "777"}, {"resident_id": "777"}])

    assert sorted(type(result).__name__ for result in results) == ["CaseAlreadyOpen", "Opened"]


def test_cases_opened_at_the_same_moment_get_numbers_of_their_own(office: Office) -> None:
    results = _at_once(office, [{"resident_id": str(n), "given_name_kana": f"ミノリ{'アイウエ'[n]}"} for n in range(4)])

    assert {type(result).__name__ for result in results} == {"Opened"}
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        numbers = session.scalars(select(Case.number).order_by(Case.number)).all()
    assert numbers == ["2026-00001", "2026-00002", "2026-00003", "2026-00004"]


def _at_once(office: Office, families: list[dict[str, Any]]) -> list[object]:
    """Open cases from as many counters as there are families, all at the same moment."""
    together = threading.Barrier(len(families))
    results: list[object] = []

    def open_one(number: int, own: dict[str, Any]) -> None:
        with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
            example = form_catalogue.form(session, None, "FM01").example(office.today)  # type: ignore[arg-type]
        handbooks = [{"number": f"R{number}"}]
        together.wait(timeout=20)
        try:
            with office.acting("counter_clerk.north") as (session, actor, now):
                answers = {**example, "handbook_numbers": handbooks, **own}
                results.append(cases.open_case(session, actor, answers, now=now))
        except CaseAlreadyOpen as refused:
            results.append(refused)

    counters = [threading.Thread(target=open_one, args=item) for item in enumerate(families)]
    for counter in counters:
        counter.start()
    for counter in counters:
        counter.join(timeout=60)
    return results


def test_the_first_case_of_a_fiscal_year_begins_a_new_count(town: Office) -> None:
    town.open_case()
    town.advance(to=date(2027, 3, 31))
    last = town.open_case()
    town.advance(to=date(2027, 4, 1))

    first = town.open_case()

    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        numbers = [case_records.load(session, case_id).number for case_id in (last, first)]
        assert len(family.members(session, first)) == 1
    assert numbers == ["2026-00002", "2027-00001"]


def test_new_families_start_on_the_bundle_published_last_that_can_open_a_case(town: Office) -> None:
    shipped = bundles.read(demo.BUNDLE)
    copy = bundles.from_files(
        {
            path.replace("seamless_support", "our_town"): content.replace(b"seamless_support", b"our_town")
            for path, content in shipped.files.items()
        }
    )

    started = [town.show(town.open_case()).version]
    for published in (copy, a_bundle()):  # the second has no notification form: it holds side pathways only
        with transaction(town.engine, municipality_id=town.town) as session:
            proposal = definitions.propose(session, published, by="designer", now=town.now)
            definitions.approve(session, proposal.id, by="head", now=town.now)
        started.append(town.show(town.open_case()).version)

    assert started == [shipped.version, copy.version, copy.version]


def test_a_version_without_the_notification_form_opens_cases_with_the_form_before_it(town: Office) -> None:
    without = a_bundle()
    renamed = {
        path.replace("town/", "seamless_support/"): content.replace(b'"town"', b'"seamless_support"')
        for path, content in without.files.items()
    }
    without = bundles.from_files(renamed)
    with transaction(town.engine, municipality_id=town.town) as session:
        before = definitions.in_force(session)
        proposal = definitions.propose(session, without, by="designer", now=town.now)
        definitions.approve(session, proposal.id, by="head", now=town.now)

    opened = town.show(town.open_case())

    assert without.name == "seamless_support"
    assert (opened.version, before) == (without.version, [bundles.read(demo.BUNDLE).version])


def test_where_no_version_ever_had_the_notification_form_it_says_so(
    town: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form_catalogue, "NOTIFICATION_FORM", "in_no_version")

    with pytest.raises(FormUnknown):
        town.open_case()

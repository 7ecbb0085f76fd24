"""同意と共有: who agreed to what, and who can see the family."""

from __future__ import annotations

from pytest_bdd import given, parsers, then, when

from features.steps.families import ABOUT, FAMILY
from features.steps.town import Town

AGENCIES = {"医療機関": "hospital", "保育所等": "nursery", "学校": "school"}
RECEIVERS = {"学校": "school", "教育委員会": "boe", "転出先": "other_muni"}
GROUNDS = {
    "同意": "CONSENT",
    "要対協の法の根拠": "CWA_25_2",
    "学校保健の法の根拠": "SCHOOL_LAW",
    "ほかの公的機関の職務": "APPI_69_2_3",
}
LOGINS = {
    "医療機関": "partner_staff.hospital",
    "保育所等": "partner_staff.nursery",
    "学校": "partner_staff.school",
}
AGENCY = "(?P<agency>医療機関|保育所等|学校)"


@then(parsers.re(FAMILY + "は" + AGENCY + "への共有に同意して(?P<state>いる|いない)"))
def agreed(town: Town, family: str, agency: str, state: str) -> None:
    about = town.about(family)
    assert bool(town.known(about).get(f"consent_{AGENCIES[agency]}")) is (state == "いる")
    assert town.consented(about, AGENCIES[agency]) is (state == "いる")


@then(parsers.re(AGENCY + "の職員に" + FAMILY + "は見えない"))
def is_not_seen(town: Town, agency: str, family: str) -> None:
    assert not town.can_see(LOGINS[agency], town.about(family))


@then(parsers.re("(?P<who>学校|教育委員会|病院)の一覧に" + ABOUT + "の「(?P<name>[^」]+)」が(?P<state>ある|ない)"))
def partner_list(town: Town, who: str, whom: str, name: str, state: str) -> None:
    about = town.about(whom)
    seen = [task for task in town.list_of(town.login(who)) if (task.case_id, task.name) == (about.case_id, name)]
    assert (len(seen) == 1) is (state == "ある")


@then(
    parsers.re(
        ABOUT
        + "のことは(?P<agency>学校|教育委員会|転出先)に"
        + "(?P<ground>同意|要対協の法の根拠|学校保健の法の根拠|ほかの公的機関の職務)に基づいて伝えられている"
    )
)
def disclosed(town: Town, whom: str, agency: str, ground: str) -> None:
    assert GROUNDS[ground] in town.grounds(town.about(whom), RECEIVERS[agency])


@then(parsers.re(ABOUT + "のことは(?P<agency>学校|転出先)に伝えられていない"))
def not_disclosed(town: Town, whom: str, agency: str) -> None:
    assert town.grounds(town.about(whom), RECEIVERS[agency]) == []


@given(parsers.re(FAMILY + "が" + AGENCY + "への同意を撤回した"))
@when(parsers.re(FAMILY + "が" + AGENCY + "への同意を撤回する"))
def withdraw(town: Town, family: str, agency: str) -> None:
    town.withdraw_consent(town.about(family), AGENCIES[agency])

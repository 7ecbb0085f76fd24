"""同意と共有: who agreed to what, and who can see the family."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from features.steps.families import FAMILY
from features.steps.town import Town

AGENCIES = {"医療機関": "hospital", "保育所等": "nursery", "学校": "school"}
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


@when(parsers.re(FAMILY + "が" + AGENCY + "への同意を撤回する"))
def withdraw(town: Town, family: str, agency: str) -> None:
    town.withdraw_consent(town.about(family), AGENCIES[agency])

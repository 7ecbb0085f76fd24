"""記録・知らせ・手紙: what is known, who has been told, what has been sent."""

from __future__ import annotations

from pytest_bdd import given, parsers, then

from features.steps import words
from features.steps.town import Town

ABOUT = r"(?P<whom>[^\sのがをにはへ、。「」]+家(?:の(?:第[一二三]子|[一二三]回目の妊娠))?)"


def table(datatable: list[list[str]]) -> dict[str, str]:
    """A table of two columns, label and words; `\\n`-free as written."""
    return {row[0].strip(): row[1].strip() for row in datatable}


@then(parsers.re(ABOUT + r"の支援レベルは(?:L)?(?P<level>\d)である"))
def the_level_is(town: Town, whom: str, level: str) -> None:
    about = town.about(whom)
    assert town.known(about).get("risk_level") == int(level)
    assert town.show(about.case_id).level == int(level)


@then(parsers.re(ABOUT + r"の支援レベルは(?:L)?(?P<level>\d)以上である"))
def the_level_is_at_least(town: Town, whom: str, level: str) -> None:
    assert town.known(town.about(whom))["risk_level"] >= int(level)


@then(parsers.re(ABOUT + r"を主に担うのは(?P<who>\S+)である"))
def led_by(town: Town, whom: str, who: str) -> None:
    assert town.known(town.about(whom))["owner_role"] == words.role(who)


@then(parsers.re(ABOUT + r"の(?P<what>点数)は(?P<number>\d+)である"))
def the_score_is(town: Town, whom: str, what: str, number: str) -> None:
    assert town.known(town.about(whom))[words.FACTS[what]] == int(number)


@then(parsers.re(ABOUT + r"の(?P<what>受診の状況|所在の把握|現認|通告の種別|登録の区分)は「(?P<state>[^」]+)」である"))
def the_state_is(town: Town, whom: str, what: str, state: str) -> None:
    assert town.known(town.about(whom)).get(words.FACTS[what]) == words.STATES[state]


@then(parsers.re(ABOUT + r"は要対協に登録されて(?P<state>いる|いない)"))
def registered(town: Town, whom: str, state: str) -> None:
    assert bool(town.known(town.about(whom)).get("council_registered")) is (state == "いる")


@then(parsers.re(r"(?P<who>\S+)に(?:" + ABOUT + r"について)?「(?P<news>[^」]+)」と知らされている"))
def told(town: Town, who: str, whom: str | None, news: str) -> None:
    assert town.told(words.role(who), news, town.about(whom) if whom else None) >= 1


@then(parsers.re(r"(?P<who>\S+)に" + ABOUT + r"について「(?P<news>[^」]+)」と(?P<times>\d+)回だけ知らされている"))
def told_so_often(town: Town, who: str, whom: str, news: str, times: str) -> None:
    assert town.told(words.role(who), news, town.about(whom)) == int(times)


@then(parsers.re(r"センター長の未確認のこどもは(?P<number>\d+)人である"))
def unseen_children(town: Town, number: str) -> None:
    assert town.unseen(town.login("センター長")) == int(number)


@then(parsers.re(r"(?P<who>\S+)に(?:" + ABOUT + r"について)?「(?P<news>[^」]+)」とはまだ知らされていない"))
def not_told(town: Town, who: str, whom: str | None, news: str) -> None:
    assert town.told(words.role(who), news, town.about(whom) if whom else None) == 0


@then(parsers.re(r"(?P<who>\S+)に引継ぎ未受領が(?P<number>\d+)件と見える"))
def not_received(town: Town, who: str, number: str) -> None:
    assert town.not_received(town.login(who)) == (int(number), int(number))


@then(parsers.re(ABOUT + r"に「(?P<kind>[^」]+)」の手紙が(?P<number>\d+)通出ている"))
def letters(town: Town, whom: str, kind: str, number: str) -> None:
    sent = [each for each in town.letters(town.about(whom)) if each.kind == words.LETTERS[kind]]
    assert len([each for each in sent if each.state != "suppressed"]) == int(number)


@given(parsers.re(ABOUT + r"に「(?P<kind>[^」]+)」の手紙が出ている"))
@then(parsers.re(ABOUT + r"に「(?P<kind>[^」]+)」の手紙が出ている"))
def a_letter(town: Town, whom: str, kind: str) -> None:
    letters(town, whom, kind, "1")


@then(parsers.re(ABOUT + r"に「(?P<kind>[^」]+)」の手紙は出ていない"))
def no_letter(town: Town, whom: str, kind: str) -> None:
    letters(town, whom, kind, "0")


@then(parsers.re(ABOUT + "に届く手紙はひとつもない"))
def no_letter_leaves(town: Town, whom: str) -> None:
    waiting = [each.kind for each in town.letters(town.about(whom)) if each.state == "queued"]
    assert waiting == []


@then(parsers.re(ABOUT + r'の予定に"(?P<day>[^"]+)"の「(?P<name>[^」]+)」がある'))
def is_coming(town: Town, whom: str, day: str, name: str) -> None:
    coming = [(str(each.on), each.name) for each in town.upcoming(town.about(whom))]
    assert (day, name) in coming, f"coming are {coming}"


@then(parsers.re(ABOUT + r"の予定に「(?P<name>[^」]+)」はない"))
def is_not_coming(town: Town, whom: str, name: str) -> None:
    assert name not in [each.name for each in town.upcoming(town.about(whom))]


@then(parsers.re(r"(?P<agency>\S+)に受理が返されている"))
def acknowledged(town: Town, agency: str) -> None:
    assert town.outgoing("acknowledgement")


@then(parsers.re(r"児童相談所に" + ABOUT + r"の「(?P<kind>[^」]+)」が出されている"))
def the_cgc_is_told(town: Town, whom: str, kind: str) -> None:
    sent = town.outgoing("cgc_notification", town.about(whom))
    assert [each.payload["kind"] for each in sent][-1:] == [words.STATES[kind]]


@then(parsers.re(r"児童相談所に(?P<number>\d+)件の通告・送致が出されている"))
def the_cgc_has_notices(town: Town, number: str) -> None:
    assert len(town.outgoing("cgc_notification")) == int(number)


@then(parsers.re(r"児童相談所に" + ABOUT + r"のことは伝えられていない"))
def the_cgc_is_not_told(town: Town, whom: str) -> None:
    assert town.outgoing("cgc_notification", town.about(whom)) == []


@then(parsers.re(ABOUT + r"の引継ぎが(?P<to>学校|転出先)へ送られている"))
def handed_over(town: Town, whom: str, to: str) -> None:
    sent = [each.payload["kind"] for each in town.outgoing("handover", town.about(whom))]
    assert {"学校": "school", "転出先": "move"}[to] in sent


@then(parsers.re(ABOUT + r"に給付の案内が(?P<state>続いている|出ている)"))
def benefit_is_checked(town: Town, whom: str, state: str) -> None:
    assert town.outgoing("benefit_check", town.about(whom))


@then(parsers.re(ABOUT + "に1回目と2回目の給付の案内が続いている"))
def both_benefits_are_checked(town: Town, whom: str) -> None:
    assert {each.payload["benefit"] for each in town.outgoing("benefit_check", town.about(whom))} == {"preg1", "preg2"}


@then(parsers.re(ABOUT + "の妊婦給付の認定は取り消されている"))
def benefit_is_cancelled(town: Town, whom: str) -> None:
    assert town.outgoing("benefit_cancelled", town.about(whom))


@then(parsers.re(ABOUT + r"の次の見直しは今日から(?P<days>\d+)日後である"))
def review_in(town: Town, whom: str, days: str) -> None:
    assert (town.next(town.about(whom), "見直しの時期") - town.today).days == int(days)


@then("処理は一つも止まっていない")
def nothing_has_stopped(town: Town) -> None:
    assert town.incidents() == []

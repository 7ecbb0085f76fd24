"""家族: how the town comes to know a family, and what the registers tell of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pytest_bdd import given, parsers, then, when

from engine.casework.further_pregnancy import PregnancyUnderWay
from features.steps import words
from features.steps.knowledge import table
from features.steps.town import About, Town

FAMILY_NAME = r"[^\sのがをにはへ、。「」]+家"
FAMILY = r"(?P<family>[^\sのがをにはへ、。「」]+家)"
ABOUT = r"(?P<whom>[^\sのがをにはへ、。「」]+家(?:の(?:第[一二三]子|[一二三]回目の妊娠))?)"
DAY = r'"(?P<day>\d{4}-\d\d-\d\d)"'
WEEKS = 9


def _notified(town: Town, family: str, **answers: Any) -> None:
    weeks = int(answers.get("gestational_weeks", WEEKS))
    by = answers.pop("by", "counter_clerk.north")
    due_on = town.today + timedelta(days=280 - weeks * 7)
    town.families[family] = town.open_case(
        family_name=family.removesuffix("家"), by=by, **{"edd": due_on.isoformat(), **answers}
    )


@given(parsers.re(FAMILY + r"が妊娠届を出している"))
@given(parsers.re(FAMILY + r"が妊娠届を出した"))
@when(parsers.re(FAMILY + r"が妊娠届を出す"))
def notified(town: Town, family: str) -> None:
    _notified(town, family)


@given(parsers.re(FAMILY + r"が妊娠(?P<weeks>\d+)週で妊娠届を出している"))
@when(parsers.re(FAMILY + r"が妊娠(?P<weeks>\d+)週で妊娠届を出す"))
def notified_in_week(town: Town, family: str, weeks: str) -> None:
    _notified(town, family, gestational_weeks=int(weeks))


@given(parsers.re(FAMILY + r"が次のとおり妊娠届を出している:?"))
@when(parsers.re(FAMILY + r"が次のとおり妊娠届を出す:?"))
def notified_with(town: Town, family: str, datatable: list[list[str]]) -> None:
    told = table(datatable)
    answers: dict[str, Any] = {}
    if "胎児数" in told:
        answers["fetus_count"] = int(told.pop("胎児数"))
    if "妊娠週数" in told:
        answers["gestational_weeks"] = int(told.pop("妊娠週数"))
    if "分娩予定日" in told:
        answers["edd"] = told.pop("分娩予定日")
        left = (date.fromisoformat(answers["edd"]) - town.today).days
        answers["gestational_weeks"], answers["days"] = divmod(280 - left, 7)
    if "生年月日" in told:
        answers["birth_date"] = told.pop("生年月日")
    if "中学校区" in told:
        answers["junior_high_district"] = told.pop("中学校区")
    if "受けた窓口" in told:
        answers["by"] = f"counter_clerk.{told.pop('受けた窓口')}"
    if "医師の診断" in told:
        assert told.pop("医師の診断") == "まだ受けていない"
        answers |= {"not_yet_seen": True, "doctor_or_midwife": ""}
    if "届出人" in told:
        assert told.pop("届出人") == "代理人"
        answers |= {"applicant_type": "proxy", "proxy_name": "佐藤 健", "proxy_relation": "partner"}
    if "支援措置など" in told:
        assert told.pop("支援措置など") == "はい"
        answers["dv_flag"] = True
    assert not told, f"nobody knows how to notify {told}"
    _notified(town, family, **answers)


@given(parsers.re(FAMILY + r"の支援が始まっている"))
def a_family_under_way(town: Town, family: str) -> None:
    """Notified, consented, interviewed: an ordinary family without a finding."""
    notified(town, family)
    about = town.about(family)
    town.act(town.work(about, "同意書の説明と署名"))
    town.act(town.work(about, "本人との面接"))


@given(parsers.re(FAMILY + r"の支援がL(?P<level>\d)で始まっている"))
def a_family_of_level(town: Town, family: str, level: str) -> None:
    """As above, but with the level the professional judged; the second reader agrees and a plan is asked for."""
    notified(town, family)
    about = town.about(family)
    town.act(town.work(about, "同意書の説明と署名"))
    town.act(town.work(about, "本人との面接"), told={"判定（決定）": f"L{level}"})
    if level >= "2":
        town.act(town.work(about, "二人目の確認"), told={"確認後の判定": f"L{level}"})


@given(parsers.re(ABOUT + "の出産予定日は" + DAY + "である"))
@then(parsers.re(ABOUT + "の出産予定日は" + DAY + "である"))
def is_due(town: Town, whom: str, day: str) -> None:
    assert str(town.known(_pregnancy(town, whom))["due_on"]) == day


def _pregnancy(town: Town, whom: str) -> About:
    about = town.about(whom)
    return about if about.track else About(about.case_id, "p1")


@given(parsers.re(ABOUT + "の出産予定日が" + DAY + "に直された"))
@when(parsers.re(ABOUT + "の出産予定日が" + DAY + "に直される"))
def due_date_corrected(town: Town, whom: str, day: str) -> None:
    about = town.about(whom)
    town.receipt = town.send("due_date_corrected", about.case_id, track_id=about.track, due_on=day)


@given(parsers.re(FAMILY + "に" + DAY + "生まれの子が登録された"))
@given(parsers.re(FAMILY + "に" + DAY + "生まれの子が登録されている"))
@when(parsers.re(FAMILY + "に" + DAY + "生まれの子が登録される"))
def born(town: Town, family: str, day: str) -> None:
    town.receipt = town.send("birth_registered", town.about(family).case_id, born_on=day)
    town.let_the_worker_run()


@given(parsers.re(FAMILY + "に今日生まれた子が登録されている"))
@when(parsers.re(FAMILY + "に今日生まれた子が登録される"))
def born_today(town: Town, family: str) -> None:
    born(town, family, town.today.isoformat())


@given(parsers.re(FAMILY + r"で(?P<days>\d+)日前に生まれた子が登録されている"))
def born_before(town: Town, family: str, days: str) -> None:
    born(town, family, (town.today - timedelta(days=int(days))).isoformat())


@given(parsers.re(FAMILY + "に" + DAY + "予定の次の妊娠の届出があった"))
@when(parsers.re(FAMILY + "に" + DAY + "予定の次の妊娠の届出がある"))
def pregnant_again(town: Town, family: str, day: str) -> None:
    town.receipt = town.send(
        "pregnancy_notified", town.about(family).case_id, by="counter_clerk.north", due_on=day, fetus_count=1
    )


@when(parsers.re(FAMILY + r"が次の妊娠の届を窓口に出す"))
def notified_again(town: Town, family: str) -> None:
    town.notify_again(town.about(family).case_id)


@then("いまの妊娠が続いているとして受けられない")
def taken_for_the_same_pregnancy(town: Town) -> None:
    assert isinstance(town.refused, PregnancyUnderWay)


@given(parsers.re(ABOUT + r"について(?P<loss>流産|死産)の知らせが届いた"))
@when(parsers.re(ABOUT + r"について(?P<loss>流産|死産)の知らせが届く"))
def lost(town: Town, whom: str, loss: str) -> None:
    about = town.about(whom)
    town.receipt = town.send(
        "pregnancy_lost", about.case_id, track_id=about.track, lost_on=town.today.isoformat(), kind=words.LOSSES[loss]
    )


@given(parsers.re(ABOUT + r"の死亡の知らせが届いた"))
@when(parsers.re(ABOUT + r"の死亡の知らせが届く"))
def died(town: Town, whom: str) -> None:
    about = town.about(whom)
    town.receipt = town.send("died", about.case_id, track_id=about.track, died_on=town.today.isoformat())


@given(parsers.re(FAMILY + r"の転出の知らせが届いた"))
@when(parsers.re(FAMILY + r"の転出の知らせが届く"))
def moved_out(town: Town, family: str) -> None:
    town.receipt = town.send(
        "moved_out", town.about(family).case_id, moved_on=town.today.isoformat(), to_municipality="となり市"
    )


@given(parsers.re(FAMILY + r"の転入の知らせが届いた"))
@when(parsers.re(FAMILY + r"の転入の知らせが届く"))
def moved_in(town: Town, family: str) -> None:
    town.receipt = town.send(
        "moved_in", town.about(family).case_id, moved_on=town.today.isoformat(), from_municipality="となり市"
    )


@given(parsers.re(ABOUT + "について気になる知らせが届いた"))
@when(parsers.re(ABOUT + "について気になる知らせが届く"))
def concern(town: Town, whom: str) -> None:
    about = town.about(whom)
    town.receipt = town.send("concern_raised", about.case_id, track_id=about.track, concern="心配な様子がある")


@then(parsers.re(FAMILY + r"のケースは(?P<state>進行中|終結)である"))
def the_case_is(town: Town, family: str, state: str) -> None:
    assert town.show(town.about(family).case_id).state == {"進行中": "open", "終結": "closed"}[state]


@then(parsers.re(FAMILY + r"のケースはまだ終わっていない"))
def the_case_goes_on(town: Town, family: str) -> None:
    the_case_is(town, family, "進行中")


@then(parsers.re(FAMILY + r"の担当は(?P<centre>\S+)センターである"))
def the_centre_is(town: Town, family: str, centre: str) -> None:
    codes = {"北": "north", "中央": "central", "南": "south", "北第二": "north2", "北第三": "north3"}
    assert town.show(town.about(family).case_id).centre == codes[centre]


@then(parsers.re(FAMILY + r"には妊娠が(?P<pregnancies>\d+)つ、子が(?P<children>\d+)人いる"))
def the_family_has(town: Town, family: str, pregnancies: str, children: str) -> None:
    shown = town.show(town.about(family).case_id)
    assert (len(shown.pregnancies), len(shown.children)) == (int(pregnancies), int(children))


@then(parsers.re(ABOUT + r"の記録は(?P<state>妊娠中|出産|流産・死産|支援中|死亡|終了)である"))
def the_record_is(town: Town, whom: str, state: str) -> None:
    about = town.about(whom)
    shown = town.show(about.case_id)
    found = {each.track_id: each.state for each in (*shown.pregnancies, *shown.children)}
    states = {
        "妊娠中": "open",
        "支援中": "open",
        "出産": "born",
        "流産・死産": "lost",
        "死亡": "died",
        "終了": "closed",
    }
    assert found[about.track or ""] == states[state]


@then(parsers.re(r"町には家族が(?P<number>\d+)つある"))
def families_known(town: Town, number: str) -> None:
    assert len(town.cases()) == int(number)


@given(parsers.re(ABOUT + r"について次の質問票\(EPDS\)が届いた:?"))
def a_questionnaire_came(town: Town, whom: str, datatable: list[list[str]]) -> None:
    town.record(_pregnancy(town, whom), "epds", {"実施時期": "妊娠期", **table(datatable)})


@when(parsers.re(FAMILY + "の支援を終える申し出がある"))
def closure_is_asked(town: Town, family: str) -> None:
    town.ask_to_close(town.about(family))


@given(parsers.re(ABOUT + "から産婦健診を受けたと聞いている"))
def postpartum_checkup_is_done(town: Town, whom: str) -> None:
    town.record(_pregnancy(town, whom), "contact_note", {"産婦健診を受けた": "はい"})

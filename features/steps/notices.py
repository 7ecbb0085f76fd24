"""他機関からの連絡: a notice comes, is acknowledged, matched, and a person says whose it is."""

from __future__ import annotations

from pytest_bdd import given, parsers, then, when

from engine.casework import telling
from features.steps.families import ABOUT, FAMILY
from features.steps.town import Town

SENDERS = {"児童相談所": "child_family_worker.cgc", "保育所": "nursery_teacher.nursery", "病院": "midwife.hospital"}


CHECKUPS = {
    "1か月児健診": "1m",
    "3〜4か月児健診": "3_4m",
    "6〜7か月児健診": "6_7m",
    "9〜10か月児健診": "9_10m",
    "種類のない健診": None,
}


@given(parsers.re("病院から" + ABOUT + "の「(?P<checkup>[^」]+)」の結果が届いた"))
@when(parsers.re("病院から" + ABOUT + "の「(?P<checkup>[^」]+)」の結果が届く"))
def result(town: Town, whom: str, checkup: str) -> None:
    about, kind = town.about(whom), CHECKUPS[checkup]
    told = {"checkup_type": kind} if kind else {}
    town.receipt = town.send(
        "checkup_result",
        about.case_id,
        track_id=about.track,
        by=SENDERS["病院"],
        examined_on=town.today.isoformat(),
        **told,
    )


@given(parsers.re(r"(?P<agency>児童相談所|保育所|病院)から連絡が届いた"))
@when(parsers.re(r"(?P<agency>児童相談所|保育所|病院)から連絡が届く"))
def notice(town: Town, agency: str) -> None:
    town.receipt = town.send("notice_received", by=SENDERS[agency], summary="心配な家庭がある")


@given(parsers.re(r"(?P<agency>児童相談所|保育所|病院)から" + FAMILY + "についての連絡が届いた"))
@when(parsers.re(r"(?P<agency>児童相談所|保育所|病院)から" + FAMILY + "についての連絡が届く"))
def notice_about(town: Town, agency: str, family: str) -> None:
    town.receipt = town.send(
        "notice_received", town.about(family).case_id, by=SENDERS[agency], summary="心配な家庭がある"
    )


@when(parsers.re(r"(?P<agency>児童相談所|保育所|病院)から同じ連絡がもう一度届く"))
def same_notice(town: Town, agency: str) -> None:
    inbox = town.inbox()[-1]
    town.receipt = town.send("notice_received", by=SENDERS[agency], message_id=inbox.message_id, summary="同じ")


@then(parsers.re(r"連絡は(?P<status>人の確認待ち|重複|届いた)とされる"))
def receipt(town: Town, status: str) -> None:
    assert town.receipt.status == {"人の確認待ち": "needs_person", "重複": "duplicate", "届いた": "delivered"}[status]


@when(parsers.re(r"(?P<who>\S+)が「(?P<name>[^」]+)」で" + FAMILY + "のこととする"))
def it_is_theirs(town: Town, who: str, name: str, family: str) -> None:
    task = town.work(None, name)
    told = {"結果": "今あるケースに加える", "該当ケース": town.about(family).case_id}
    town.act(task, by=town.login(who), told=told)


@when("だれのことか分からない出生の知らせが届く")
def nobody_knows_whose(town: Town) -> None:
    town.receipt = town.send("birth_registered", resident_id="9999999", born_on=town.today.isoformat())


@when(parsers.re("保育所がセンターに「(?P<what>[^」]+)」と知らせる"))
def tells_the_centre(town: Town, what: str) -> None:
    with town.acting(SENDERS["保育所"]) as (session, actor, now):
        payload = {"name": "高橋 さくら", "summary": what, "urgency": "A"}
        telling.tell(session, actor, payload, message_id="知らせ", now=now)


@then(parsers.re("保育所の知らせは「(?P<state>受け付けました|対応しています)」である"))
def told_is(town: Town, state: str) -> None:
    with town.acting(SENDERS["保育所"]) as (session, actor, now):
        (sent,) = telling.told(session, actor, now=now)
    assert sent.dealt_with is (state == "対応しています")

"""What runs on every page: drafts, kanji, conditions, lists, worklist keys."""

from __future__ import annotations

import json
import time

import pytest
from playwright.sync_api import Page, expect

from forms.dates import DateError, parse_day
from tests.web.frontend.looking import refused
from tests.web.frontend.site import Answer, Received, Site

FORM = """<main id="main"><h1>訪問</h1><form method="post" action="/done" data-draft-url="/draft" novalidate>
<input type="hidden" name="csrf_token" value="secret">
<label for="note">記録</label><textarea id="note" name="note"></textarea>
<label for="who">名前</label><input id="who" name="who">
<label for="pin">暗証</label><input id="pin" name="pin" type="password">
<label for="age">年</label><input id="age" name="age">
<p id="grown" data-show-if='{"op":"ge","args":[{"field":"age"},18]}'>おとな</p>
<fieldset class="field"><legend>見た</legend><div class="choices">
<label><input type="checkbox" name="seen" value="neck">首</label>
<label><input type="checkbox" name="seen" value="bruise">あざ</label></div></fieldset>
<p id="bruise" data-show-if='{"op":"and","args":[{"op":"contains","args":[{"field":"seen"},"bruise"]},
 {"op":"not","args":[{"op":"in","args":[{"field":"who"},["x","y"]]}]}]}'>場所</p>
<div class="dynamic-list" data-list="siblings" data-max="3">
<template data-row-template><fieldset class="list-row" data-row>
<legend>きょうだい <span data-row-number>1</span></legend>
<label for="siblings[0].name">名前</label><input id="siblings[0].name" name="siblings[0].name">
<label for="siblings[0].age">年</label><input id="siblings[0].age" name="siblings[0].age">
<span class="adult" data-show-if='{"op":"ge","args":[{"field":"age"},18]}'>おとな</span>
<button name="remove_row" value="siblings[0]" data-row-remove>消す</button></fieldset></template>
<button name="add_row" value="siblings" data-row-add>加える</button></div>
<label for="on">日</label><input id="on" name="on" data-day>
<button id="send" name="act" value="complete">完了する</button><span role="status" data-draft-status></span>
</form></main>"""


@pytest.fixture
def form(page: Page, site: Site) -> Page:
    site.put("/draft", Answer('{"saved_at":"2026-04-10T10:42:00+09:00"}', "application/json"), method="PUT")
    site.put("/done", Answer("done"), method="POST")
    page.goto(site.page("/", FORM))
    return page


def drafts(site: Site) -> list[dict[str, list[str]]]:
    return [_fields(one) for one in site.sent("PUT", "/draft")]


def _fields(received: Received) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in json.loads(received.body)["fields"]:
        fields.setdefault(name, []).append(value)
    return fields


def test_what_is_typed_is_on_the_server_within_three_seconds(form: Page, site: Site) -> None:
    form.locator("#note").press_sequentially("玄関先で会えた", delay=20)
    expect(form.locator("[data-draft-status]")).to_have_text("下書き 10:42 に保存", timeout=3000)

    assert drafts(site)[-1]["note"] == ["玄関先で会えた"]
    assert site.sent("PUT", "/draft")[-1].headers["X-CSRFToken"] == "token-1"
    assert refused(form) == []


def test_steady_typing_does_not_put_the_draft_off(form: Page, site: Site) -> None:
    """Within 3 seconds of the first letter by the browser's own clock: how fast letters come from here says nothing."""
    form.evaluate("addEventListener('input', (event) => { window.typedAt ??= event.timeStamp; }, { capture: true })")
    started = time.monotonic()
    while not drafts(site) and time.monotonic() - started < 15:
        form.locator("#note").press_sequentially("あ", delay=0)
        form.wait_for_timeout(150)

    sent_after = form.evaluate(
        "performance.getEntriesByType('resource').find((one) => one.name.endsWith('/draft')).startTime - typedAt"
    )
    assert drafts(site)
    assert sent_after <= 3000


def test_secrets_do_not_go_into_a_draft(form: Page, site: Site) -> None:
    form.locator("#pin").fill("1234")
    form.locator("#note").fill("x")
    expect(form.locator("[data-draft-status]")).to_have_text("下書き 10:42 に保存")

    assert set(drafts(site)[-1]) >= {"note"}
    assert not {"csrf_token", "pin"} & set(drafts(site)[-1])


def test_a_draft_that_fails_is_tried_again(form: Page, site: Site) -> None:
    answers = [Answer("", status=503), Answer('{"saved_at_text":"10:43"}', "application/json")]
    site.put("/draft", lambda _: answers.pop(0), method="PUT")

    form.locator("#note").fill("大事なこと")

    expect(form.locator("[data-draft-status][data-state=failed]")).to_be_visible()
    expect(form.locator("[data-draft-status]")).to_have_text("下書き 10:43 に保存", timeout=6000)


def test_a_refused_draft_shows_the_servers_sentence(form: Page, site: Site) -> None:
    problem = json.dumps({"code": "task_already_completed", "detail": "鈴木さんが先に完了しました。"})
    site.put("/draft", Answer(problem, "application/problem+json", 409), method="PUT")

    form.locator("#note").fill("x")

    expect(form.locator("[data-draft-status]")).to_have_text("鈴木さんが先に完了しました。")


def test_leaving_asks_only_while_something_is_unsaved(form: Page, site: Site) -> None:
    asked: list[str] = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    site.page("/next", "<h1>次</h1>")
    form.locator("#note").fill("x")
    expect(form.locator("[data-draft-status]")).to_have_text("下書き 10:42 に保存")

    form.goto(site.url + "/next")
    assert asked == []

    site.put("/draft", Answer("", status=503), method="PUT")
    form.goto(site.url + "/")
    form.locator("#note").press_sequentially("y")
    expect(form.locator("[data-draft-status][data-state=failed]")).to_be_visible()
    form.goto(site.url + "/next")
    assert asked == ["beforeunload"]


def test_enter_that_confirms_kanji_does_not_submit(form: Page, site: Site) -> None:
    form.locator("#who").focus()
    session = form.context.new_cdp_session(form)

    session.send("Input.imeSetComposition", {"text": "さとう", "selectionStart": 3, "selectionEnd": 3})
    form.keyboard.press("Enter")
    session.send("Input.insertText", {"text": "佐藤"})
    form.evaluate(
        "document.querySelector('#who').dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', keyCode: 229, bubbles: true, cancelable: true}))"
    )
    form.wait_for_timeout(200)

    assert site.sent("POST", "/done") == []
    assert form.locator("#who").input_value() == "佐藤"


def test_a_composition_that_never_ended_does_not_lock_the_form(form: Page, site: Site) -> None:
    form.locator("#who").focus()
    form.locator("#who").dispatch_event("compositionstart")

    form.locator("#send").click()
    form.wait_for_url("**/done")

    assert len(site.sent("POST", "/done")) == 1


def test_a_plain_enter_still_submits(form: Page, site: Site) -> None:
    form.locator("#age").fill("3")
    form.keyboard.press("Enter")
    form.wait_for_url("**/done")

    assert len(site.sent("POST", "/done")) == 1


def test_later_listeners_do_not_see_the_confirming_enter(form: Page) -> None:
    seen = form.evaluate(
        """() => {
          let seen = 0;
          const field = document.querySelector('#who');
          field.addEventListener('keydown', () => { seen += 1; });
          const press = (more) => field.dispatchEvent(
            new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true, ...more}));
          const free = [press({isComposing: true}), press({keyCode: 229})];
          return [seen, ...free];
        }"""
    )

    assert seen == [0, False, False]


def test_a_form_is_sent_once(form: Page, site: Site) -> None:
    site.put("/done", lambda _: (time.sleep(0.5), Answer("done"))[1], method="POST")

    form.evaluate("for (let i = 0; i < 3; i++) document.querySelector('#send').click()")
    form.wait_for_url("**/done")

    assert len(site.sent("POST", "/done")) == 1


@pytest.mark.parametrize(
    ("age", "shown"),
    [
        pytest.param("18", True, id="at the border"),
        pytest.param("17", False, id="below"),
        pytest.param("２０", True, id="full width"),
        pytest.param("9", False, id="a number, not a text"),
        pytest.param("", False, id="not known"),
    ],
)
def test_show_if_compares_as_the_server_does(form: Page, age: str, shown: bool) -> None:
    form.locator("#age").fill(age)

    expect(form.locator("#grown")).to_be_visible(visible=shown)


def test_show_if_looks_into_ticked_boxes(form: Page) -> None:
    expect(form.locator("#bruise")).to_be_hidden()

    form.get_by_label("あざ").check()
    expect(form.locator("#bruise")).to_be_visible()

    form.locator("#who").fill("x")
    expect(form.locator("#bruise")).to_be_hidden()


def test_rows_of_a_list_are_numbered_without_gaps(form: Page, site: Site) -> None:
    add = form.get_by_role("button", name="加える")
    for name in ("そら", "うみ", "はな"):
        add.press("Enter")
        form.locator(":focus").fill(name)
    expect(add).to_be_hidden()

    form.locator("[data-row-remove]").nth(1).click()

    names = form.locator("[data-row] input[name$='.name']")
    assert [names.nth(n).get_attribute("name") for n in range(2)] == ["siblings[0].name", "siblings[1].name"]
    assert [names.nth(n).input_value() for n in range(2)] == ["そら", "はな"]
    assert form.locator("[data-row-number]").all_inner_texts() == ["1", "2"]
    assert form.locator("label[for='siblings[1].name']").count() == 1
    expect(form.locator("[data-draft-status]")).to_have_text("下書き 10:42 に保存")
    assert drafts(site)[-1]["siblings[1].name"] == ["はな"]
    assert site.sent("POST", "/done") == []


def test_a_condition_in_a_row_reads_the_row(form: Page) -> None:
    add = form.get_by_role("button", name="加える")
    add.click()
    add.click()

    form.locator("[id='siblings[1].age']").fill("19")

    expect(form.locator(".adult").nth(0)).to_be_hidden()
    expect(form.locator(".adult").nth(1)).to_be_visible()


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        pytest.param("R8.4.10", "令和8年4月10日(金) 2026年", id="short"),
        pytest.param("令和元年５月１日", "令和元年5月1日(水) 2019年", id="first year, full width"),
        pytest.param("S64.1.7", "昭和64年1月7日(土) 1989年", id="last day of Showa"),
        pytest.param("H31.4.30", "平成31年4月30日(火) 2019年", id="last day of Heisei"),
        pytest.param("2026/4/10", "令和8年4月10日(金) 2026年", id="Gregorian"),
        pytest.param("令和8年4月", "", id="not whole yet"),
        pytest.param("R8.2.30", "2026年2月30日はありません。日付を確かめてください", id="no such day"),
        pytest.param(
            "令和99年1月1日", "西暦2117年です。1873年から2100年までの日付を入れてください", id="beyond every family"
        ),
        pytest.param(
            "平成32年5月1日",
            "この日は令和2年5月1日(金)です。元号と年を確かめてください",
            id="a year its era never had",
        ),
        pytest.param("R0.4.10", "令和0年はありません。日付を確かめてください", id="no year 0"),
    ],
)
def test_a_day_is_repeated_in_wareki(form: Page, written: str, hint: str) -> None:
    form.locator("#on").fill(written)

    expect(form.locator(".wareki")).to_have_text(hint)


@pytest.mark.parametrize(
    "written",
    ["令和99年1月1日", "平成32年5月1日", "S64.1.8", "H31.5.1", "R8.2.30", "1872/12/31", "2101-01-01", "R0.4.10"],
)
def test_the_echo_of_a_day_is_wrong_where_the_server_refuses_it(form: Page, written: str) -> None:
    with pytest.raises(DateError):
        parse_day(written)

    form.locator("#on").fill(written)

    expect(form.locator(".wareki.wrong")).not_to_be_empty()


def test_the_error_summary_has_the_focus_and_leads_to_the_field(page: Page, site: Site) -> None:
    page.goto(
        site.page(
            "/",
            '<main><h1>x</h1><div data-error-summary tabindex="-1"><a href="#field">直す</a></div>'
            '<p class="field"><label for="field">欄</label><input id="field" name="field"></p></main>',
        )
    )
    expect(page.locator("[data-error-summary]")).to_be_focused()

    page.get_by_role("link", name="直す").click()

    expect(page.locator("#field")).to_be_focused()


def test_the_worklist_is_walked_by_keyboard(page: Page, site: Site) -> None:
    rows = "".join(
        f'<li class="work-row"><label><input type="checkbox" aria-label="{n}"></label>'
        f'<a class="work-link" href="/tasks/{n}">仕事{n}</a></li>'
        for n in range(3)
    )
    page.goto(
        site.page(
            "/",
            '<main><h1>今日</h1><input data-search aria-label="さがす">'
            f'<form data-worklist><ul class="work-rows">{rows}</ul></form></main>',
        )
    )
    site.page("/tasks/2", "<h1>仕事2</h1>")

    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    assert page.locator("[data-search]").input_value() == ""
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="仕事0")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="仕事2")).to_be_focused()
    page.keyboard.press("Enter")

    page.wait_for_url("**/tasks/2")


def test_htmx_works_under_the_policy_and_stores_nothing(page: Page, site: Site) -> None:
    site.put("/piece", Answer("<p>届いた</p>"), method="POST")
    page.goto(
        site.page(
            "/",
            '<main><h1>x</h1><button hx-post="/piece" hx-target="#here" hx-push-url="/there">送る</button>'
            '<div id="here"></div></main>',
        )
    )

    page.get_by_role("button", name="送る").click()

    expect(page.locator("#here")).to_have_text("届いた")
    assert site.sent("POST", "/piece")[0].headers["X-CSRFToken"] == "token-1"
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert refused(page) == []

"""The designer's page: what is opened and saved loses nothing, and everything can be done without a mouse."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.web.frontend.looking import axe_violations, refused
from tests.web.frontend.site import Answer, Received, Site
from tests.web.frontend.test_viewer import LOGO_IS_ON_TOP

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent / "diagrams"
SHIPPED = ROOT / "processes" / "seamless_support"
CORPUS = [*sorted(HERE.glob("*.bpmn")), *sorted(SHIPPED.glob("*.bpmn"))]
CHECKUP = (HERE / "checkup.bpmn").read_text("utf-8")
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
VOCABULARY = {
    "facts": {"due_on": {"type": "date", "scope": "track"}, "risk_level": {"type": "int", "scope": "case"}},
    "parameters": {"no_show_days": "business"},
    "functions": {
        "days_after": {
            "parameters": [{"name": "day", "type": "date"}, {"name": "n", "type": "int"}],
            "result": "date",
            "ja": "何日後",
            "en": "Days after",
        }
    },
    "operations": {
        "send_letter": {
            "parameters": [{"name": "kind", "type": "str", "required": True, "choices": ["invite", "remind"]}],
            "results": {},
            "ja": "通知を送る",
            "en": "Send a letter",
        }
    },
    "exits": {"absent": {"ja": "不在", "en": "Absent"}, "refused": {"ja": "拒否", "en": "Refused"}},
    "lanes": {"保健師": "public_health_nurse", "センター長": "centre_head", "助産師": "midwife"},
    "forms": [
        {"key": "FM05_visit", "title_ja": "訪問記録", "title_en": "Visit"},
        {"key": "FM09", "title_ja": "電話", "title_en": "Call"},
    ],
    "agencies": [{"code": "school", "label_ja": "学校", "label_en": "School"}],
    "decisions": [{"id": "risk_level", "name": "レベル"}],
    "processes": [{"id": "no_show", "name": "未受診", "locals": ["visit_number"]}],
    "messages": {"birth_registered": {"payload": [], "ja": "出生が登録された", "en": "A birth was registered"}},
}
FINDINGS = {
    "findings": [
        {"element": element, "level": level, "rule": rule, "message_ja": ja, "message_en": en}
        for element, level, rule, ja, en in (
            ("to_rate", "warning", "condition", "条件を確かめてください。", "Check it."),
            ("home_visit", "error", "form", "様式がありません。", "No form."),
            ("elsewhere", "error", "file", "図がありません。", "No diagram."),
        )
    ]
}


class Desk:
    """A draft on a server: one diagram, its version, and who saved what."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self.saved: list[str] = []
        self.version = 1

    def open(self, xml: str, *, language: str = "ja", findings: dict | None = None) -> None:
        self.xml = xml
        self.site.put("/diagram", lambda _: Answer(self.xml, "application/xml", headers={"ETag": f'"{self.version}"'}))
        self.site.put("/diagram", self.save, method="PUT")
        self.site.put("/vocabulary", Answer(json.dumps(VOCABULARY), "application/json"))
        self.site.put("/lint", Answer(json.dumps(findings or {"findings": []}), "application/json"), method="POST")
        self.page.goto(
            self.site.page(
                "/",
                '<main id="main"><h1>図</h1><div class="designer" data-designer data-diagram-url="/diagram" '
                'data-save-url="/diagram" data-lint-url="/lint" data-vocabulary-url="/vocabulary"></div></main>',
                entries=("app", "designer"),
                language=language,
            )
        )
        self.page.locator("body[data-ready='1']").wait_for()

    def save(self, received: Received) -> Answer:
        if received.headers.get("If-Match") != f'"{self.version}"':
            return Answer("{}", "application/problem+json", 412)
        assert received.headers["X-CSRFToken"] == "token-1"
        self.saved.append(received.body)
        self.xml = received.body
        self.version += 1
        return Answer("", status=200, headers={"ETag": f'"{self.version}"'})

    def press_save(self) -> etree._Element:
        self.page.get_by_role("button", name="保存する").press("Enter")
        saved = self.page.locator(".designer-bar .designer-status[data-level=success]")
        expect(saved).to_contain_text("に保存しました")
        return etree.fromstring(self.saved[-1].encode())

    def choose(self, id: str) -> None:
        self.page.locator(f".designer-elements button[data-element={id}]").press("Enter")
        expect(self.page.locator(f".designer-elements button[data-element={id}][aria-pressed=true]")).to_be_visible()

    def setting(self, key: str) -> Locator:
        return self.page.locator(f"[id='setting-{key}']")

    def type(self, key: str, text: str) -> None:
        self.setting(key).fill(text)
        self.setting(key).press("Tab")


@pytest.fixture
def desk(page: Page, site: Site) -> Desk:
    return Desk(page, site)


def node(root: etree._Element, id: str) -> etree._Element:
    return next(one for one in root.iter() if one.get("id") == id)


def settings_of(root: etree._Element, id: str) -> dict[str, str]:
    return {one.get("name", ""): one.get("value", "") for one in node(root, id).iter(f"{SPIFF}property")}


USUAL = {("cancelActivity", "true"), ("isInterrupting", "true"), ("isMarkerVisible", "true")}
"""What the editor takes as said where it is not written; the last is the cross in a branching."""


def inside(root: etree._Element) -> list[str]:
    """Every element with its attributes, its own text and how it nests: settings, conditions, arrows, places drawn."""
    found = []
    for element in root.iter(etree.Element):
        path = "/".join(reversed([_called(one) for one in [element, *element.iterancestors()]]))
        attributes = sorted(
            (name, _number(value))
            for name, value in element.attrib.items()
            if "XMLSchema-instance" not in name and (name, value) not in USUAL
        )
        found.append(f"{path} {attributes} {(element.text or '').strip()}")
    return sorted(found)


def _called(element: etree._Element) -> str:
    return f"{str(element.tag).split('}')[-1]}#{element.get('id', '')}"


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_opening_and_saving_loses_nothing(desk: Desk, path: Path) -> None:
    before = etree.fromstring(path.read_bytes())
    desk.open(path.read_text("utf-8"))

    after = desk.press_save()

    assert inside(after) == inside(before)
    assert sorted(after.xpath("//@id")) == sorted(before.xpath("//@id"))


def test_every_extension_element_of_spiffworkflow_is_in_the_corpus() -> None:
    listed = json.loads((ROOT / "web/frontend/src/diagram/spiffworkflow.json").read_text())
    elements = {one["name"] for one in listed["types"] if "superClass" in one}
    attributes = {one["name"] for type_ in listed["types"] if "extends" in type_ for one in type_["properties"]}

    corpus = [etree.fromstring(path.read_bytes()) for path in HERE.glob("*.bpmn")]
    written = {str(one.tag).removeprefix(SPIFF) for root in corpus for one in root.iter(f"{SPIFF}*")}
    used = {str(name).removeprefix(SPIFF) for root in corpus for one in root.iter(etree.Element) for name in one.attrib}

    assert {one[0].lower() + one[1:] for one in elements} <= {one[0].lower() + one[1:] for one in written}
    assert attributes <= used


def test_saving_is_refused_when_the_file_cannot_be_kept_whole(desk: Desk) -> None:
    desk.open(CHECKUP.replace('targetRef="told" />', 'targetRef="nowhere" />'))

    status = desk.page.locator(".designer-bar .designer-status[data-level=error]")
    expect(status).to_contain_text("この図は保存できません")
    expect(status.locator("li").first).to_contain_text("nowhere")
    desk.page.get_by_role("button", name="保存する").press("Enter")
    desk.page.wait_for_timeout(300)

    assert desk.saved == []


def test_somebody_elses_saving_is_not_overwritten(desk: Desk) -> None:
    desk.open(CHECKUP)
    desk.version += 1
    desk.choose("home_visit")
    desk.type("name", "家を訪ねる")

    desk.page.get_by_role("button", name="保存する").press("Enter")

    expect(desk.page.locator(".designer-bar .designer-status")).to_contain_text("別の人がこの図を保存しました")
    assert desk.saved == []
    with desk.page.expect_download() as download:
        desk.page.get_by_role("button", name="ファイルに取り出す").click()
    assert "家を訪ねる" in download.value.path().read_text("utf-8")


def test_two_savings_in_a_row_go_through(desk: Desk) -> None:
    desk.open(CHECKUP)
    desk.press_save()
    desk.choose("home_visit")
    desk.type("name", "家を訪ねる")

    root = desk.press_save()

    assert node(root, "home_visit").get("name") == "家を訪ねる"
    assert len(desk.saved) == 2


def test_leaving_asks_only_with_unsaved_changes(desk: Desk) -> None:
    asked: list[str] = []
    desk.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    desk.site.page("/next", "<h1>次</h1>")
    desk.open(CHECKUP)
    desk.page.goto(desk.site.url + "/next")
    assert asked == []

    desk.open(CHECKUP)
    desk.choose("home_visit")
    desk.type("name", "家を訪ねる")
    desk.page.goto(desk.site.url + "/next")
    assert asked == ["beforeunload"]


def test_the_settings_of_a_task_are_written_as_the_engine_reads_them(desk: Desk) -> None:
    desk.open(CHECKUP)
    desk.choose("home_visit")

    desk.setting("form").select_option("FM09")
    desk.type("due", "days_after(today, 14)")
    desk.type("late", "days_after(today, 21)")
    desk.setting("priority").select_option("high")
    expect(desk.setting("sent_to")).to_contain_text("学校(school)")
    desk.setting("sent_to").select_option("school")
    desk.setting("visit").select_option("yes")
    desk.setting("receipt").select_option("yes")
    desk.setting("exits-refused").uncheck()
    desk.type("documentation", "会えるまで。")

    root = desk.press_save()
    assert settings_of(root, "home_visit") == {
        "form": "FM09",
        "due": "days_after(today, 14)",
        "exits": "absent",
        "late": "days_after(today, 21)",
        "priority": "high",
        "receipt": "yes",
        "sent_to": "school",
        "visit": "yes",
    }
    assert node(root, "home_visit").findtext(f"{BPMN}documentation") == "会えるまで。"
    assert node(root, "home_visit").find(f".//{SPIFF}instructionsForEndUser").text == "玄関先でもよい。"


def test_no_other_way_out_asks_for_a_reason(desk: Desk) -> None:
    desk.open(CHECKUP)
    desk.choose("home_visit")
    desk.type("documentation", "")

    desk.setting("exits-none").check()

    expect(desk.page.locator(".designer-settings")).to_contain_text("理由を「説明」に書いてください")
    assert settings_of(desk.press_save(), "home_visit")["exits"] == "none"


def test_a_setting_that_was_typed_and_not_left_is_saved(desk: Desk) -> None:
    desk.open(CHECKUP)
    desk.choose("home_visit")
    desk.setting("due").fill("days_after(today, 3)")

    desk.page.keyboard.press("Control+s")
    expect(desk.page.locator(".designer-bar .designer-status[data-level=success]")).to_be_visible()

    assert settings_of(etree.fromstring(desk.saved[-1].encode()), "home_visit")["due"] == "days_after(today, 3)"


@pytest.mark.parametrize("id", ["HomeVisit", "1st", "home-visit", "told"])
def test_an_id_that_cannot_be_is_refused_with_a_sentence(desk: Desk, id: str) -> None:
    desk.open(CHECKUP)
    desk.choose("home_visit")

    desk.type("id", id)

    expect(desk.page.locator(".designer-settings .field-error")).to_be_visible()
    assert node(desk.press_save(), "home_visit") is not None


def test_conditions_and_the_default_flow(desk: Desk) -> None:
    desk.open(CHECKUP)
    desk.choose("to_rate")
    desk.type("condition", 'outcome == "absent"')
    desk.choose("was_seen")
    expect(desk.setting("default-flow")).to_have_value("to_letter")

    desk.setting("default-flow").select_option("to_rate")

    root = desk.press_save()
    assert node(root, "was_seen").get("default") == "to_rate"


def test_a_timer_gets_the_quotes_a_duration_needs(desk: Desk) -> None:
    desk.open(CHECKUP)
    desk.choose("visit_late")

    desk.setting("timer-kind").select_option("timeDuration")
    desk.type("timer", "P14D")
    desk.setting("interrupting").check()

    root = desk.press_save()
    assert node(root, "visit_late_timer").findtext(f"{BPMN}timeDuration") == '"P14D"'
    assert node(root, "visit_late_timer").find(f"{BPMN}timeDate") is None
    assert node(root, "visit_late").get("cancelActivity") in (None, "true")


def test_operation_decision_and_called_diagram(desk: Desk) -> None:
    desk.open(CHECKUP)
    desk.choose("send_letter")
    desk.setting("operation").select_option("send_letter")
    desk.type("parameter-kind", '"invite"')
    desk.choose("follow_up")
    desk.setting("called").select_option("no_show")
    desk.type("locals-value-0", "risk_level + 1")

    root = desk.press_save()
    operator = node(root, "send_letter").find(f".//{SPIFF}serviceTaskOperator")
    parameters = [dict(one.attrib) for one in operator.iter(f"{SPIFF}parameter")]
    assert parameters == [{"id": "kind", "type": "str", "value": '"invite"'}]
    assert operator.find(f"{SPIFF}retry").get("retries") == "3"
    assert settings_of(root, "follow_up") == {"visit_number": "risk_level + 1"}


def test_a_message_is_made_once_and_referred_to(desk: Desk) -> None:
    desk.open(CHECKUP)
    desk.choose("home_visit")
    for _ in range(2):
        desk.page.locator("#command-add-step").select_option("bpmn:BoundaryEvent bpmn:MessageEventDefinition")
        desk.page.get_by_role("button", name="加える", exact=True).press("Enter")
        desk.setting("message").select_option("birth_registered")
        desk.choose("home_visit")

    root = desk.press_save()
    messages = root.findall(f"{BPMN}message")
    assert [(one.get("id"), one.get("name")) for one in messages] == [("message_birth_registered", "birth_registered")]
    assert len(root.findall(f".//{BPMN}messageEventDefinition[@messageRef='message_birth_registered']")) == 2


def test_a_step_is_added_named_and_moved_by_keyboard_alone(desk: Desk) -> None:
    desk.open(CHECKUP)
    page = desk.page
    page.locator(".designer-elements button").first.focus()
    for _ in range(40):
        if page.locator(":focus").get_attribute("data-element") == "rate_risk":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#command-add-step").focus()
    page.locator("#command-add-step").select_option("bpmn:UserTask")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(desk.setting("name")).to_be_focused()
    page.keyboard.type("助言する")
    page.keyboard.press("Tab")
    page.keyboard.type("")
    desk.type("id", "give_advice")
    desk.setting("lane").select_option("lane_head")

    root = desk.press_save()
    assert node(root, "give_advice").get("name") == "助言する"
    assert "give_advice" in [one.text for one in node(root, "lane_head").findall(f"{BPMN}flowNodeRef")]
    assert "give_advice" not in [one.text for one in node(root, "lane_nurse").findall(f"{BPMN}flowNodeRef")]
    flow = root.find(f".//{BPMN}sequenceFlow[@targetRef='give_advice']")
    assert flow.get("sourceRef") == "rate_risk"


def test_a_step_goes_between_two_and_others_make_room(desk: Desk) -> None:
    desk.open(CHECKUP)
    desk.choose("to_visit")

    desk.page.locator("#command-add-step").select_option("bpmn:ManualTask")
    desk.page.get_by_role("button", name="加える", exact=True).press("Enter")
    expect(desk.setting("name")).to_be_focused()
    desk.type("id", "prepare_visit")

    root = desk.press_save()
    assert root.find(f".//{BPMN}sequenceFlow[@targetRef='prepare_visit']").get("sourceRef") == "start"
    assert root.find(f".//{BPMN}sequenceFlow[@sourceRef='prepare_visit']").get("targetRef") == "home_visit"
    boxes = {
        shape.get("bpmnElement"): (float(shape[0].get("x")), float(shape[0].get("width")))
        for shape in root.iter("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape")
    }
    assert boxes["start"][0] + boxes["start"][1] < boxes["prepare_visit"][0]
    assert boxes["prepare_visit"][0] + boxes["prepare_visit"][1] < boxes["home_visit"][0]


def test_connect_delete_and_undo_by_keyboard(desk: Desk) -> None:
    desk.open(CHECKUP)
    desk.choose("send_letter")
    desk.page.locator("#command-connect").select_option("rate_risk")
    desk.page.get_by_role("button", name="つなぐ", exact=True).press("Enter")
    desk.choose("told")
    desk.page.get_by_role("button", name="この要素を消す").press("Enter")
    expect(desk.page.locator("button[data-element=told]")).to_have_count(0)

    desk.page.get_by_role("button", name="元に戻す").press("Enter")
    expect(desk.page.locator("button[data-element=told]")).to_have_count(1)

    root = desk.press_save()
    assert root.find(f".//{BPMN}sequenceFlow[@sourceRef='send_letter'][@targetRef='rate_risk']") is not None


def test_findings_stand_on_the_elements_and_in_a_list_that_leads_there(desk: Desk) -> None:
    desk.open(CHECKUP, findings=FINDINGS)
    page = desk.page

    entries = page.locator(".designer-findings .findings > li")
    expect(entries).to_have_count(3)
    expect(page.locator(".designer-findings .designer-status")).to_have_text("直すところ 2件、確かめるところ 1件")
    expect(page.locator(".mark.error")).to_have_text("✕ 直す 1")
    expect(page.locator(".mark.warning")).to_have_text("▲ 確かめる 1")
    assert entries.filter(has_text="図がありません。").get_by_role("button").count() == 0

    page.get_by_role("button", name="示す: 様式がありません。").press("Enter")

    expect(page.locator("button[data-element=home_visit][aria-pressed=true]")).to_be_visible()
    expect(page.locator(".designer-settings")).to_contain_text("様式がありません。")
    assert axe_violations(page) == []


def test_a_change_is_checked_again(desk: Desk) -> None:
    desk.open(CHECKUP)
    expect(desk.page.locator(".designer-findings .designer-status")).to_have_text("直すところはありません")
    asked = len(desk.site.sent("POST", "/lint"))

    desk.choose("home_visit")
    desk.type("name", "家を訪ねる")
    desk.page.wait_for_timeout(1500)

    assert len(desk.site.sent("POST", "/lint")) == asked + 1
    assert "家を訪ねる" in desk.site.sent("POST", "/lint")[-1].body


def test_a_word_is_put_into_the_expression_at_the_cursor(desk: Desk) -> None:
    desk.open(CHECKUP)
    desk.choose("home_visit")
    desk.setting("late").focus()

    desk.page.get_by_text("式に使えることば").press("Enter")
    desk.page.get_by_role("button", name="days_after(day: date, n: int) → date 何日後").press("Enter")
    desk.page.get_by_role("button", name="due_on date").press("Enter")

    expect(desk.setting("late")).to_have_value("days_after(due_on")


def test_a_walk_by_mouse_meets_no_english_no_refusal_and_no_axe_violation(desk: Desk) -> None:
    """Palette, context pad, replace menu, colours of states: with the policy of the designer's page."""
    desk.open(CHECKUP, findings=FINDINGS)
    page = desk.page
    assert axe_violations(page) == []
    walked = ["home_visit", "was_seen", "visit_late", "start", "finished", "send_letter", "checkup_pool", "lane_nurse"]
    for id in walked:
        desk.choose(id)
        replace = page.locator(".djs-context-pad [data-action=replace]")
        if replace.count():
            replace.click()
            _leave_menu(page)
    desk.choose("home_visit")
    page.locator(".djs-context-pad [data-action=replace]").click()
    page.locator(".djs-popup").wait_for()
    assert axe_violations(page) == []
    page.locator(".djs-popup .entry", has_text="手動タスク").click()
    desk.choose("to_rate")
    page.locator("[data-element-id=home_visit] .djs-hit").first.click()
    page.locator(".djs-context-pad [data-action='append.end-event']").click()

    assert json.loads(page.locator("[data-designer]").get_attribute("data-missing")) == []
    assert refused(page) == []
    assert axe_violations(page) == []


def _leave_menu(page: Page) -> None:
    """Close it as a person does: the library's menu hears keys a moment after it is seen, so a quick Escape is lost."""
    menu = page.locator(".djs-popup")
    menu.wait_for()
    for _ in range(30):
        page.keyboard.press("Escape")
        try:
            menu.wait_for(state="detached", timeout=500)
        except TimeoutError:
            continue
        return
    pytest.fail("expected Escape to close the menu, but it stands")


def test_new_elements_get_ids_in_lower_snake_case(desk: Desk) -> None:
    desk.open(CHECKUP)
    desk.choose("rate_risk")
    desk.page.locator("#command-add-step").select_option("bpmn:IntermediateCatchEvent bpmn:TimerEventDefinition")
    desk.page.get_by_role("button", name="加える", exact=True).press("Enter")
    expect(desk.setting("id")).to_have_value(re.compile(r"^intermediate_catch_event_[a-z0-9]+$"))

    root = desk.press_save()

    assert all(id == id.lower() for id in root.xpath("//@id"))


def test_the_page_speaks_english_too(desk: Desk) -> None:
    desk.open(CHECKUP, language="en", findings=FINDINGS)

    expect(desk.page.get_by_role("button", name="Save")).to_be_visible()
    expect(desk.page.locator(".designer-findings")).to_contain_text("No form.")
    desk.choose("home_visit")
    expect(desk.page.locator("label[for=setting-due]")).to_have_text("Due")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_mark_of_bpmn_io_is_wholly_visible(desk: Desk, width: int) -> None:
    desk.page.set_viewport_size({"width": width, "height": 1000})
    desk.open(CHECKUP)
    desk.page.locator(".bjs-powered-by").scroll_into_view_if_needed()

    assert desk.page.evaluate(LOGO_IS_ON_TOP)


def test_a_file_that_is_no_diagram_is_said_in_words(page: Page, site: Site) -> None:
    site.put("/diagram", Answer("<html>", "application/xml"))
    body = '<main><h1>図</h1><div class="designer" data-designer data-diagram-url="/diagram"></div></main>'
    page.goto(site.page("/", body, entries=("app", "designer")))
    page.locator("body[data-ready='failed']").wait_for()

    expect(page.get_by_role("alert")).to_contain_text("この図を開けません")

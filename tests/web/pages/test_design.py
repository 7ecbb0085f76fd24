"""業務設計 with two people: what differs is said, a proposal goes back, and nobody undoes a colleague's publication."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from tests.web.pages.conftest import DESIGNER, HEAD, PagesTown, Someone

CONSENT = "processes/seamless_support/consent.bpmn"


def a_draft(designer: Someone, title: str = "夏の見直し") -> str:
    return designer.post("/design/drafts", {"title": title}).headers["Location"]


def change(designer: Someone, draft: str, path: str, old: str, new: str) -> None:
    address = f"{draft}/files/{path}"
    read = designer.get(address)
    before = read.get_data(as_text=True)
    assert old in before
    headers = {"X-CSRFToken": designer.csrf(), "If-Match": read.headers["ETag"]}
    answer = designer.client.put(address, data=before.replace(old, new).encode(), headers=headers)
    assert answer.status_code == 204, answer.get_data(as_text=True)


def propose(designer: Someone, draft: str) -> str:
    """The address of the proposal."""
    page = designer.post(f"{draft}/proposal", {"note": "説明"}, follow_redirects=True).get_data(as_text=True)
    found = re.search(r"/design/proposals/[0-9A-Z]+", page)
    assert found is not None, page
    return found[0]


def first_step(designer: Someone, draft: str) -> str:
    """The name of a human task of the consent diagram."""
    drawing = designer.get(f"{draft}/files/{CONSENT}").get_data(as_text=True)
    found = re.search(r'<bpmn:userTask id="\w+" name="([^"]+)"', drawing)
    assert found is not None
    return found[1]


def renamed(designer: Someone, title: str, to: str) -> str:
    """A draft in which one task of the consent diagram has another name."""
    draft = a_draft(designer, title)
    change(designer, draft, CONSENT, f'name="{first_step(designer, draft)}"', f'name="{to}"')
    return draft


def test_the_approver_reads_what_differs_and_sees_it_marked(pages_town: PagesTown):
    designer, head = pages_town.as_(DESIGNER), pages_town.as_(HEAD)
    proposal = propose(designer, renamed(designer, "夏", "同意をていねいに説明する"))

    page = head.get(proposal).get_data(as_text=True)
    marks = head.get(f"{proposal}/marks/consent").get_json()

    assert "から「同意をていねいに説明する」に変わりました" in page
    assert f'data-state-url="{proposal}/marks/consent"' in page
    assert len(marks["changed"]) == 1
    assert (marks["added"], marks["removed"]) == ([], [])
    assert head.get(f"{proposal}/marks/intake").status_code == 404


def test_a_proposal_goes_back_with_a_comment_and_comes_again(pages_town: PagesTown):
    designer, head = pages_town.as_(DESIGNER), pages_town.as_(HEAD)
    draft = renamed(designer, "夏", "同意を説明")
    proposal = propose(designer, draft)

    wordless = head.post(f"{proposal}/return", {"comment": "  "})
    returned = head.post(f"{proposal}/return", {"comment": "名前を長くしてください"}, follow_redirects=True)
    seen = designer.get(draft).get_data(as_text=True)
    late = head.post(proposal)
    change(designer, draft, CONSENT, 'name="同意を説明"', 'name="同意をよく説明する"')
    again = propose(designer, draft)
    published = head.post(again, follow_redirects=True).get_data(as_text=True)

    assert wordless.status_code == 422
    assert "何を直せばよいか" in wordless.get_data(as_text=True)
    assert "差し戻しました" in returned.get_data(as_text=True)
    assert "名前を長くしてください" in seen
    assert late.status_code == 409
    assert again != proposal
    assert "公開しました" in published


def test_the_proposer_withdraws_and_cannot_return_the_own_proposal(pages_town: PagesTown):
    designer, head = pages_town.as_(DESIGNER), pages_town.as_(HEAD)
    draft = renamed(designer, "夏", "同意を説明")
    proposal = propose(designer, draft)

    own = designer.post(f"{proposal}/return", {"comment": "x"})
    foreign = head.post(f"{proposal}/withdrawal")
    withdrawn = designer.post(f"{proposal}/withdrawal")

    assert own.status_code == 403
    assert foreign.status_code == 403
    assert withdrawn.headers["Location"] == draft
    assert "頼んだ人が取り下げました" in head.get(proposal).get_data(as_text=True)


def test_an_overtaken_proposal_is_refused_with_the_way_on(pages_town: PagesTown):
    designer, head = pages_town.as_(DESIGNER), pages_town.as_(HEAD)
    early = renamed(designer, "夏", "同意をまず説明する")
    old = propose(designer, early)
    late = a_draft(designer, "秋")
    toml = "processes/seamless_support/bundle.toml"
    change(designer, late, toml, "consent_days = 14", "consent_days = 21")
    head.post(propose(designer, late))

    refused = head.post(old)
    asked = designer.post(f"{early}/proposal", {"note": ""})
    page = designer.get(f"{early}/bring-up").get_data(as_text=True)
    designer.post(f"{early}/bring-up")
    brought = designer.get(f"{early}/files/{toml}").get_data(as_text=True)
    published = head.post(propose(designer, early), follow_redirects=True).get_data(as_text=True)

    assert refused.status_code == 409
    assert "別の版が公開されました" in refused.get_data(as_text=True)
    assert asked.headers["Location"] == f"{early}/bring-up"
    assert "きまりと数" in page
    assert "consent_days = 21" in brought
    assert "公開しました" in published


def test_where_both_changed_a_diagram_the_designer_chooses(pages_town: PagesTown):
    designer, head = pages_town.as_(DESIGNER), pages_town.as_(HEAD)
    mine = renamed(designer, "夏", "夏の同意")
    head.post(propose(designer, renamed(designer, "秋", "秋の同意")))

    silent = designer.post(f"{mine}/bring-up")
    chosen = designer.post(f"{mine}/bring-up", {f"keep:{CONSENT}": "own"})

    assert silent.status_code == 422
    assert chosen.status_code == 303
    assert "夏の同意" in designer.get(f"{mine}/files/{CONSENT}").get_data(as_text=True)
    assert "取り入れる変更はありません" in designer.get(f"{mine}/bring-up").get_data(as_text=True)


@pytest.mark.parametrize("act", ["", "/return", "/withdrawal"])
def test_who_may_only_look_decides_nothing(pages_town: PagesTown, act: str):
    designer, nurse = pages_town.as_(DESIGNER), pages_town.as_("public_health_nurse.north")
    proposal = propose(designer, renamed(designer, "夏", "同意を説明"))

    answer = nurse.post(proposal + act, {"comment": "x"})

    assert answer.status_code == 403
    assert "承認を待つ版" in designer.get("/design").get_data(as_text=True)


def test_the_editor_says_the_diagram_in_words_without_scripts(pages_town: PagesTown):
    designer = pages_town.as_(DESIGNER)
    draft = a_draft(designer)

    page = designer.get(f"{draft}/edit/{CONSENT}").get_data(as_text=True)

    assert "図を直すにはJavaScriptが要ります" in page
    assert first_step(designer, draft) in page


def test_taking_out_a_call_is_told_beside_the_drawing(pages_town: PagesTown):
    """The check-up at 3 to 4 months: its name stays behind, and its days as numbers that nothing reads any more."""
    designer = pages_town.as_(DESIGNER)
    draft, path = a_draft(designer), "processes/seamless_support/childhood.bpmn"
    drawing = designer.get(f"{draft}/files/{path}").get_data(as_text=True)
    tree = etree.fromstring(drawing.encode())
    names = ("id", "sourceRef", "targetRef")
    gone = {each.get("id") for each in tree.iter() if "checkup_3_4m" in [each.get(name) for name in names]}
    for each in [each for each in tree.iter() if gone & {each.get("id"), each.get("bpmnElement"), each.text}]:
        each.getparent().remove(each)

    headers = {"X-CSRFToken": designer.csrf()}
    as_saved = designer.client.post(f"{draft}/lint/{path}", data=drawing.encode(), headers=headers).get_json()
    without = designer.client.post(f"{draft}/lint/{path}", data=etree.tostring(tree), headers=headers).get_json()

    assert as_saved["findings"] == []
    assert len(gone) == 3
    told = [each for each in without["findings"] if each["rule"] == "parameter_unused"]
    (name,) = [each for each in without["findings"] if each["rule"] == "name_of_nothing"]
    assert len(told) + 1 == len(without["findings"]), without["findings"]
    assert "Check-up at 3 to 4 months" in name["message_en"]
    assert {each["element"] for each in without["findings"]} == {""}
    assert any("checkup_3_4m_invite_months" in each["message_ja"] for each in told)

"""Both languages are complete, and no page mixes them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import web
from forms.expressions import parse
from tests.web.pages.conftest import DESIGNER, HEAD, PagesTown
from web.pages.conditions import condition_json

WEB = Path(web.__file__).parent
METHODS = [("pages/**.py", "python"), ("templates/**.html", "jinja2")]
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


def msgids() -> set[str]:
    found = extract_from_dir(str(WEB), METHODS, keywords={"_": None, "ngettext": (1, 2)})
    return {text if isinstance(text, str) else text[0] for _file, _line, text, _comments, _context in found}


def catalogue(language: str) -> Catalog:
    with (WEB / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_text_has_its_place_in_the_catalogue(language: str):
    known = {m.id if isinstance(m.id, str) else m.id[0]: m.string for m in catalogue(language) if m.id}

    assert msgids() == known.keys()
    assert all(known.values())


def test_no_english_text_is_japanese():
    for message in catalogue("en"):
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        if message.id:
            assert not [text for text in texts if JAPANESE.search(text)], message.id


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_compiled_catalogue_is_the_written_one(language: str):
    with (WEB / "translations" / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = dict(written(message) for message in read_mo(file) if message.id)

    assert compiled == dict(written(message) for message in catalogue(language) if message.id)


def written(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Id and text with all their plural forms."""
    return tuple([message.id] if isinstance(message.id, str) else message.id), tuple(
        [message.string] if isinstance(message.string, str) else message.string
    )


def test_pages_in_english_contain_no_japanese_text_of_the_pages(pages_town: PagesTown):
    texts = [text for text in msgids() if len(text) > 3 and "%(" not in text and JAPANESE.search(text)]
    head, designer = pages_town.as_(HEAD), pages_town.as_(DESIGNER)
    case, task = f"/cases/{pages_town.case_id()}", f"/tasks/{pages_town.task('interview').id}"
    for someone in (head, designer):
        someone.client.set_cookie("tsunagu_language", "en")
    pages = {
        path: head.get(path).get_data(as_text=True)
        for path in (
            *("/", "/?of=me", "/?of=waiting", "/cases", "/cases/new", "/coming", "/post", "/supervision", "/design"),
            *("/accessibility", "/help", "/nowhere", task, f"{task}/could-not", case, f"{case}/plan"),
            *(f"{case}/records", f"{case}/consents", f"{case}/diagram", f"{case}/add", f"{case}/visit"),
            f"{case}/news/birth_registered",
        )
    }
    pages["draft"] = designer.post("/design/drafts", {"title": "x"}, follow_redirects=True).get_data(as_text=True)

    mixed = {path: [text for text in texts if text in page] for path, page in pages.items()}

    assert {path: found for path, found in mixed.items() if found} == {}


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ('kind == "proxy"', '{"op":"eq","args":[{"field":"kind"},"proxy"]}'),
        ("weeks >= 28 and not late", '{"op":"and","args":[{"op":"ge","args":[{"field":"weeks"},28]},'
         '{"op":"not","args":[null]}]}'),
        ('kind in ["a", "b"]', '{"op":"in","args":[{"field":"kind"},["a","b"]]}'),
        ('includes(kind, "a")', '{"op":"contains","args":[{"field":"kind"},"a"]}'),
        ("1 < weeks <= 9", '{"op":"and","args":[{"op":"lt","args":[1,{"field":"weeks"}]},'
         '{"op":"le","args":[{"field":"weeks"},9]}]}'),
        ("days_after(today, 3) > today", None),
    ],
)  # fmt: skip
def test_conditions_are_said_to_the_browser_as_trees(source: str, tree: str | None):
    assert condition_json(parse(source), {"kind", "weeks"}, {}) == tree

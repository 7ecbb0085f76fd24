"""What is said to people, is said: both languages, every setting in the README, every parameter explained."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping

import pytest

from forms.functions import FUNCTIONS
from forms.sentences import Sentence
from processes.vocabulary import AGENCIES, EXITS, LANES, MESSAGES, OPERATIONS
from processes.vocabulary.lanes import ROLES
from tests.conventions.sources import ROOT, texts
from web import refusals, settings, wording

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
VARIABLE = re.compile(r"\bTSUNAGU_[A-Z][A-Z_]*[A-Z]\b")
# Read by tests and by the benchmark only, which people who run the system never set.
OF_TESTS = re.compile(r"TSUNAGU_(TEST|SOAK|BENCH)_?")

VOCABULARY: Mapping[str, Mapping[str, Sentence]] = {
    "exit": EXITS,
    "operation": {operation.id: operation.sentence for operation in OPERATIONS.values()},
    "message": {message.name: message.sentence for message in MESSAGES.values()},
    "function": {name: signature.description for name, signature in FUNCTIONS.items()},
}


def is_bilingual(sentence: Sentence) -> bool:
    """Whether it is Japanese on one side and English on the other."""
    return bool(
        JAPANESE.search(sentence.ja) and re.search(r"[A-Za-z]", sentence.en) and not JAPANESE.search(sentence.en)
    )


def sentences_of(module: object) -> Iterator[tuple[str, Sentence]]:
    """Every sentence of a module of words, by the name under which it stands."""
    for name, value in inspect.getmembers(module):
        if isinstance(value, Sentence):
            yield name, value
        if isinstance(value, Mapping) and not name.startswith("__"):
            for key, entry in value.items():
                if isinstance(entry, Sentence):
                    yield f"{name}[{key}]", entry
                if isinstance(entry, refusals.Refusal):
                    yield f"{name}[{key}].title", entry.title
                    yield f"{name}[{key}].detail", entry.detail


@pytest.mark.parametrize(
    ("kind", "code"), [(kind, code) for kind, words in VOCABULARY.items() for code in words], ids=lambda part: part
)
def test_every_word_of_the_vocabulary_is_said_in_both_languages(kind: str, code: str):
    assert is_bilingual(VOCABULARY[kind][code]), VOCABULARY[kind][code]


@pytest.mark.parametrize("kind", list(VOCABULARY))
def test_no_two_words_of_a_kind_read_the_same(kind: str):
    """Whoever chooses among them sees only the sentences."""
    for language in ("ja", "en"):
        said = [sentence.text(language) for sentence in VOCABULARY[kind].values()]
        assert sorted(said) == sorted(set(said))


def test_every_lane_is_a_role_with_a_japanese_name():
    assert set(LANES.values()) <= set(ROLES)
    assert [name for name in LANES if not JAPANESE.search(name)] == []


def test_every_sentence_of_the_doors_is_said_in_both_languages():
    lame = [
        name for module in (wording, refusals) for name, sentence in sentences_of(module) if not is_bilingual(sentence)
    ]

    assert lame == []


def test_every_setting_stands_in_the_readme():
    readme = (ROOT / "README.md").read_text()
    asked: list[str] = []

    class Noting(dict[str, str]):
        def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
            asked.append(name)
            return default

    settings.read(Noting())

    assert len(asked) > 10
    assert [name for name in asked if f"`{name}`" not in readme] == []


def test_every_variable_named_in_the_code_stands_in_the_readme():
    readme = (ROOT / "README.md").read_text()
    named = {
        (path, name)
        for path, text in texts(but=("tests/", "docs/", "README.md", "CHANGELOG.md", "Makefile", "web/static/"))
        for name in VARIABLE.findall(text)
        if not OF_TESTS.match(name)
    }

    assert {(path, name) for path, name in named if f"`{name}`" not in readme} == set()


def test_the_readme_names_no_variable_that_nothing_reads():
    code = "\n".join(text for path, text in texts(but=("tests/", "web/static/")) if path.endswith(".py"))
    documented = set(re.findall(r"`TSUNAGU_([A-Z_]+)`", (ROOT / "README.md").read_text()))

    assert documented
    assert {name for name in documented if f'"{name}"' not in code and f"TSUNAGU_{name}" not in code} == set()


def test_every_kind_of_agency_has_its_words():
    assert set(AGENCIES) == set(wording.AGENCIES)

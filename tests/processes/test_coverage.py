"""The search for gaps, overlaps and hidden rows, against brute force."""

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.values import ValueType
from processes import dmn
from processes.coverage import Limits, examine
from processes.decisions import DecisionGap, DecisionOverlap
from tests.processes.drawings import a_table

NUMBERS = range(-1, 6)
WORDS = ("a", "b", "c")
TRUTHS = (True, False)

number_cell = st.one_of(
    st.just("-"),
    st.integers(0, 4).map(str),
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "!="]), st.integers(0, 4)),
    st.builds("{}{}..{}{}".format, st.sampled_from("[]"), st.integers(0, 4), st.integers(0, 4), st.sampled_from("[]")),
    st.builds("not({})".format, st.integers(0, 4)),
    st.just("< 1, > 3"),
)
word_cell = st.sampled_from(["-", '"a"', '"b"', '"a","b"', 'not("a")', 'not("a","b")'])
truth_cell = st.sampled_from(["-", "true", "false"])
row = st.tuples(st.tuples(number_cell, word_cell, truth_cell), st.just(("1",)))
TYPES = {"n": ValueType.INT, "w": ValueType.STR, "t": ValueType.BOOL}
INPUTS = {"n": "integer", "w": "string", "t": "boolean"}


def read(rows, policy):
    return dmn.read("x.dmn", a_table(*rows, inputs=INPUTS, policy=policy))


def every_case():
    for number, word, truth in product(NUMBERS, WORDS, TRUTHS):
        yield {"n": number, "w": word, "t": truth}


def outcome(decision, names):
    try:
        decision.decide(names, {})
    except DecisionGap:
        return "gap"
    except DecisionOverlap:
        return "overlap"
    return "one"


@settings(max_examples=150, deadline=None)
@given(st.lists(row, min_size=1, max_size=5))
def test_unique_gaps_and_overlaps_are_found_exactly(rows):
    decision = read(rows, "UNIQUE")

    coverage = examine(decision, TYPES, {}, {})

    outcomes = {outcome(decision, names) for names in every_case()}
    assert coverage.certain
    assert (coverage.gap is not None) == ("gap" in outcomes)
    assert bool(coverage.overlaps) == ("overlap" in outcomes)


@settings(max_examples=100, deadline=None)
@given(st.lists(row, min_size=1, max_size=5))
def test_hidden_rows_of_first_tables_are_found_exactly(rows):
    decision = read(rows, "FIRST")

    coverage = examine(decision, TYPES, {}, {})

    winning = set()
    for names in every_case():
        matching = [
            number
            for number, rule in enumerate(decision.rules)
            if all(test.holds(names[key], {}, {}) for key, test in zip("nwt", rule.tests, strict=True))
        ]
        winning.update(matching[:1])
    assert set(coverage.hidden) == set(range(len(rows))) - winning


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.tuples(st.sampled_from(["-", "< m", ">= m", "m", "> 2", "<= 2"])), st.just(("1",))),
        min_size=1,
        max_size=4,
    )
)
def test_cells_that_look_at_another_fact_are_followed(rows):
    decision = dmn.read("x.dmn", a_table(*rows, inputs={"n": "integer"}))

    coverage = examine(decision, {"n": ValueType.INT, "m": ValueType.INT}, {}, {})

    outcomes = {outcome(decision, {"n": n, "m": m}) for n, m in product(range(-3, 8), repeat=2)}
    assert (coverage.gap is not None) == ("gap" in outcomes)
    assert bool(coverage.overlaps) == ("overlap" in outcomes)


def gap_of(*rows, inputs, types, limits=None, parameters=None, **more):
    table = a_table(*((cells, ("1",)) for cells in rows), inputs=inputs, **more)
    return examine(dmn.read("x.dmn", table), types, parameters or {}, limits or {}).gap


LEVEL = {"inputs": {"risk_level": "integer"}, "types": {"risk_level": ValueType.INT}}
FOUR = (["0"], ["1"], ["2"], ["[3..4]"])


def test_a_fact_with_limits_needs_no_rows_beyond_them():
    assert gap_of(*FOUR, **LEVEL, limits={"risk_level": Limits(0, 4)}) is None
    assert gap_of(*FOUR, **LEVEL) == {"risk_level": -1}


def test_allowed_values_close_the_domain_of_a_text():
    kind = {"inputs": {"kind": "string"}, "types": {"kind": ValueType.STR}}

    assert gap_of(['"a"'], ['"b"'], **kind, allowed={"kind": '"a","b"'}) is None
    assert gap_of(['"a"'], ['"b"'], **kind) is not None


def test_whole_numbers_have_nothing_between_them_and_fractions_do():
    rows = (["<= 3"], [">= 4"])

    assert gap_of(*rows, inputs={"n": "integer"}, types={"n": ValueType.INT}) is None
    assert gap_of(*rows, inputs={"n": "double"}, types={"n": ValueType.FLOAT}) == {"n": 3.5}


def test_a_parameter_counts_with_its_shipped_value():
    rows = (["< cutoff"], ["> 9"])

    assert gap_of(*rows, inputs={"n": "integer"}, types={"n": ValueType.INT}, parameters={"cutoff": 10}) is None
    assert gap_of(*rows, inputs={"n": "integer"}, types={"n": ValueType.INT}, parameters={"cutoff": 9}) == {"n": 9}


def test_unknown_values_are_no_gap_but_may_overlap():
    kind = {"inputs": {"n": "integer"}}
    decision = dmn.read("x.dmn", a_table((["null"], ["1"]), (["-"], ["2"]), **kind))

    coverage = examine(decision, {"n": ValueType.INT}, {}, {})

    assert coverage.gap is None
    assert coverage.overlaps == ((0, 1, {"n": None}),)


@pytest.mark.timeout(60)
def test_a_wide_table_is_searched_in_time():
    names = [f"r{number}" for number in range(16)]
    rows = [["true" if column == number else "-" for column in range(16)] for number in range(16)]
    rows.append(["false"] * 16)

    assert gap_of(*rows, inputs=dict.fromkeys(names, "boolean"), types=dict.fromkeys(names, ValueType.BOOL)) is None


@pytest.mark.timeout(60)
@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST"])
def test_a_table_beyond_all_reason_ends_and_invents_nothing(policy):
    """Sixty rows over twenty inputs that no search can exhaust; the last row answers what the others do not."""
    dice = random.Random(7)
    names = [f"r{number}" for number in range(20)]
    rows = [[dice.choice(["-", "true", "false", "-"]) for _ in names] for _ in range(60)]
    rows.append(["-"] * 20)
    table = a_table(*((cells, ("1",)) for cells in rows), inputs=dict.fromkeys(names, "boolean"), policy=policy)

    coverage = examine(dmn.read("x.dmn", table), dict.fromkeys(names, ValueType.BOOL), {}, {})

    assert coverage.gap is None
    for first, second, example in coverage.overlaps:
        for row in (first, second):
            assert all(
                cell == "-" or (cell == "true") is example[name] for cell, name in zip(rows[row], names, strict=True)
            )

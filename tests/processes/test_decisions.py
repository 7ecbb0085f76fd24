"""Deciding with tables."""

import pytest

from forms.values import ValueType
from processes import dmn
from processes.decisions import DecisionFaulty, DecisionGap, DecisionOverlap
from tests.processes.drawings import a_table


def a_decision(*rows, policy="UNIQUE", inputs=None, outputs=None, **more):
    table = a_table(*rows, inputs=inputs or {"score": "integer"}, outputs=outputs, policy=policy, **more)
    return dmn.read("processes/town/level.dmn", table)


def test_a_unique_table_gives_the_outputs_of_the_row_that_matches():
    decision = a_decision(
        ([">= 9"], ['"high"', "true"]), (["< 9"], ['"low"', "false"]), outputs={"level": "string", "call": "boolean"}
    )

    assert decision.decide({"score": 9}, {}) == {"level": "high", "call": True}


def test_a_unique_table_refuses_two_matches():
    decision = a_decision(([">= 9"], ['"a"']), ([">= 5"], ['"b"']))

    with pytest.raises(DecisionOverlap) as refused:
        decision.decide({"score": 9}, {})
    assert refused.value.rules == ("row_0", "row_1")


def test_no_match_is_a_gap_that_names_the_unknown_input_but_no_value():
    decision = a_decision(([">= 9"], ['"a"']), (["< 9"], ['"b"']))

    with pytest.raises(DecisionGap) as refused:
        decision.decide({"score": None}, {})
    assert refused.value.unknown == ("score",)


def test_first_takes_the_first_match():
    decision = a_decision(([">= 9"], ['"a"']), (["-"], ['"b"']), policy="FIRST")

    assert decision.decide({"score": 12}, {}) == {"result": "a"}
    assert decision.decide({}, {}) == {"result": "b"}


def test_collect_gives_every_match_in_order():
    decision = a_decision(([">= 5"], ['"a"']), ([">= 9"], ['"b"']), (["< 2"], ['"c"']), policy="COLLECT")

    assert decision.decide({"score": 9}, {}) == [{"result": "a"}, {"result": "b"}]
    assert decision.decide({"score": 3}, {}) == []


def test_inputs_and_outputs_are_expressions():
    decision = a_decision(([">= cutoff"], ["cutoff + 1"]), (["< cutoff"], ["0"]), inputs={"score + 1": "integer"})

    assert decision.decide({"score": 8, "cutoff": 9}, {}) == {"result": 10}


@pytest.mark.parametrize(("policy", "aggregation"), [("PRIORITY", ""), ("COLLECT", "SUM"), ("ANY", "")])
def test_a_table_with_another_policy_decides_nothing(policy, aggregation):
    decision = a_decision((["-"], ["1"]), policy=policy, aggregation=aggregation)

    with pytest.raises(DecisionFaulty):
        decision.decide({"score": 1}, {})


def test_a_table_with_an_unreadable_cell_decides_nothing():
    decision = a_decision((["a b"], ["1"]))

    assert decision.faults
    with pytest.raises(DecisionFaulty):
        decision.decide({"score": 1}, {})


@pytest.mark.parametrize(
    ("cells", "kind"),
    [(("1", "2"), ValueType.INT), (("1", "2.5"), ValueType.FLOAT)],
)
def test_a_column_of_whole_numbers_counts_days(cells, kind):
    decision = a_decision((["< 2"], [cells[0]]), ([">= 2"], [cells[1]]), outputs={"days": "number"})

    assert decision.output_types({"score": ValueType.INT}) == {"days": kind}

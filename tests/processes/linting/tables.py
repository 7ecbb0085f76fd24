"""Decision tables."""

from __future__ import annotations

from processes.bundle import Bundle
from tests.processes.drawings import a_bundle, a_table
from tests.processes.linting.cases import refuses


def table(*rows: tuple[list[str], list[str]], inputs: dict[str, str] | None = None, **more: object) -> Bundle:
    data = a_table(*rows, inputs=inputs or {"score": "integer"}, **more)  # type: ignore[arg-type]
    return a_bundle(tables={"level": data})


ALL = (["-"], ['"a"'])


@refuses("dmn_policy", "table_level")
def other_policy():
    return table(ALL, policy="ANY")


@refuses("dmn_policy", "table_level")
def aggregation():
    return table(ALL, policy="COLLECT", aggregation="SUM")


@refuses("dmn_one_decision", "second")
def two_decisions():
    return table(ALL, more='<decision id="second" name="二つめ" />')


@refuses("duplicate_decision", "level")
def duplicate_decision():
    data = a_table(ALL, inputs={"score": "integer"})
    return a_bundle(tables={"level": data, "level_2": data})


@refuses("dmn_id_style", "Decision_1")
def decision_id_style():
    return table(ALL, id="Decision_1")


@refuses("dmn_cell", "cell_0_0")
def unreadable_cell():
    return table((["a b"], ['"a"']))


@refuses("dmn_cell", "row_0")
def row_with_a_missing_cell():
    return table(([], ['"a"']))


@refuses("dmn_cell", "input_0")
def input_without_expression():
    return table(ALL, inputs={"": "integer"})


@refuses("dmn_shape", "level")
def table_without_rows():
    return table()


@refuses("dmn_input", "input_0")
def input_with_an_unknown_name():
    return table(ALL, inputs={"scoore": "integer"})


@refuses("dmn_input", "input_0")
def input_of_another_type():
    return table(ALL, inputs={"score": "boolean"})


@refuses("dmn_cell_value", "cell_0_0")
def text_without_quotes():
    return table((["abc"], ['"a"']), (["-"], ['"b"']), policy="FIRST")


@refuses("dmn_cell_value", "cell_0_0")
def cell_of_another_type():
    return table((['"9"'], ['"a"']), (["-"], ['"b"']), policy="FIRST")


@refuses("dmn_output", "result_0_0")
def output_that_does_not_fit_the_fact():
    return table((["-"], ['"high"']), outputs={"risk_level": "string"})


@refuses("dmn_output_empty", "result_0_0")
def output_that_is_empty():
    return table(([">= 5"], [""]), (["-"], ['"b"']), policy="FIRST")


@refuses("dmn_gap", "level")
def gap_in_a_unique_table():
    return table((["< 5"], ['"a"']), (["> 5"], ['"b"']))


@refuses("dmn_gap")
def levels_beyond_four_are_no_gap():
    rows = [([cell], ['"a"']) for cell in ("0", "1", "[2..4]")]
    return table(*rows, inputs={"risk_level": "integer"})


@refuses("dmn_gap_possible", "level")
def gap_that_may_be_impossible():
    rows = [(["< 5", "-"], ['"a"']), ([">= 5", "> 5"], ['"b"'])]
    return table(*rows, inputs={"score": "integer", "score + 1": "integer"})


@refuses("dmn_overlap", "row_1")
def overlap():
    return table((["<= 5"], ['"a"']), ([">= 5"], ['"b"']))


@refuses("dmn_overlap_possible", "row_1")
def overlap_that_may_be_impossible():
    rows = [(["< 5", "-"], ['"a"']), (["-", "> 9"], ['"b"'])]
    return table(*rows, inputs={"score": "integer", "score + 1": "integer"})


@refuses("dmn_row_hidden", "row_1")
def hidden_row():
    return table(([">= 5"], ['"a"']), ([">= 9"], ['"b"']), (["-"], ['"c"']), policy="FIRST")

"""Cells of decision tables as dmn-js writes them."""

from datetime import date

import pytest

from forms.values import ExpressionError
from processes import unary


def holds(cell: str, given: object, **names: object) -> bool:
    return unary.parse(cell).holds(given, names, {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "given", "expected"),
    [
        pytest.param("-", None, True, id="a dash matches the unknown"),
        pytest.param("", "x", True, id="an empty cell matches anything"),
        pytest.param('"a","b"', "b", True, id="one of a list"),
        pytest.param('"a","b"', "c", False, id="none of a list"),
        pytest.param('["a","b"]', "a", True, id="a list in brackets"),
        pytest.param('"a,b"', "a,b", True, id="a comma inside a text"),
        pytest.param('not("a")', "b", True, id="not"),
        pytest.param('not("a","b")', "b", False, id="not a list"),
        pytest.param('not("a")', None, False, id="the unknown is not known to differ"),
        pytest.param(">= 8", 8, True, id="at least, the border"),
        pytest.param("< 8", 8, False, id="less, the border"),
        pytest.param("-3", -3, True, id="a negative number"),
        pytest.param("!= 3", 4, True, id="unlike"),
        pytest.param("[4..7]", 7, True, id="closed end"),
        pytest.param("]4..7[", 7, False, id="open end"),
        pytest.param("(4..7)", 4, False, id="open start in round brackets"),
        pytest.param("< 3, > 5", 6, True, id="one of two comparisons"),
        pytest.param("]1..3[, ]4..7[", 5, True, id="two intervals"),
        pytest.param('>= date("2026-04-01")', date(2026, 4, 1), True, id="a day"),
        pytest.param('[date("2026-04-01")..date("2027-03-31")]', date(2027, 4, 1), False, id="days between"),
        pytest.param("true", True, True, id="yes"),
        pytest.param("true", 1, False, id="yes is not one"),
        pytest.param("false", None, False, id="no is not unknown"),
        pytest.param("null", None, True, id="null matches the unknown"),
        pytest.param("null", 0, False, id="null is not nought"),
        pytest.param(">= 8", None, False, id="the unknown has no order"),
    ],
)
def test_a_cell_says_which_values_it_matches(cell, given, expected):
    assert holds(cell, given) is expected


def test_a_cell_may_compare_with_a_parameter():
    assert holds(">= cutoff + 1", 10, cutoff=9)
    assert not holds(">= cutoff", 10, cutoff=None)


@pytest.mark.parametrize("cell", ["a b", '"a', "[1..", "1,", ",1", "not(", ">", "[1..2", 'date("2026-13-01")', ">> 3"])
def test_a_cell_that_is_no_unary_test_is_refused(cell):
    with pytest.raises(ExpressionError):
        unary.parse(cell)


def test_values_of_different_kinds_have_no_order():
    with pytest.raises(ExpressionError):
        holds(">= 3", "three")

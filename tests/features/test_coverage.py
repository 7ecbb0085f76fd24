"""What the report of the walked diagrams counts on."""

from tests.features import coverage


def test_an_outline_is_expected_under_the_names_its_rows_give_it() -> None:
    names = {name for _file, name in coverage.expected()}

    assert {"1歳6か月児健診の案内・時期・期限", "3歳児健診の案内・時期・期限"} <= names
    assert not [name for name in names if "<" in name]

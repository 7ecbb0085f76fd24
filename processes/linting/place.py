"""Where a finding is, as a municipal officer would say it: the diagram's name and the step's, not only ids."""

from __future__ import annotations

from pathlib import PurePosixPath

from forms.sentences import Sentence
from processes.bundle import MANIFEST, Bundle
from processes.decisions import Decision
from processes.element_words import called, file_called, flow_called, kind_words
from processes.model import Diagram

_SHEETS = {
    ".bpmn": Sentence("図", "Diagram"),
    ".dmn": Sentence("判定表", "Table"),
    ".form": Sentence("様式", "Form"),
}


def place(bundle: Bundle, file: str, element: str) -> Sentence:
    """`図「家庭訪問」の作業「訪問する」`; an element nobody knows is left out, it stands in the finding itself."""
    sheet = _sheet(bundle, file)
    inside = _inside(bundle, file, element) if element else None
    if inside is None:
        return sheet
    return Sentence(f"{sheet.ja}の{inside.ja}", f"{sheet.en}, {inside.en}")


def _sheet(bundle: Bundle, file: str) -> Sentence:
    path = PurePosixPath(file)
    if path.name == MANIFEST:
        return Sentence("きまりと数(bundle.toml)", "Rules and numbers (bundle.toml)")
    name, kind = file_called(bundle, file), _SHEETS.get(path.suffix)
    return Sentence(f"{kind.ja}「{name.ja}」", f'{kind.en} "{name.en}"') if kind else name


def _inside(bundle: Bundle, file: str, element: str) -> Sentence | None:
    if file in bundle.diagrams:
        return _in_diagram(bundle, bundle.diagrams[file], element)
    if file in bundle.tables:
        return _in_table(bundle.tables[file], element)
    form = bundle.forms.get(PurePosixPath(file).stem) if file.endswith(".form") else None
    field = next((field for field in form.fields() if field.key == element), None) if form else None
    if field is not None:
        return Sentence(f"欄「{field.label.ja}」", f'field "{field.label.en}"')
    if PurePosixPath(file).name == MANIFEST:
        return Sentence(f"「{element}」", f'"{element}"')
    return None


def _in_diagram(bundle: Bundle, diagram: Diagram, element: str) -> Sentence | None:
    for process in diagram.processes:
        if node := process.nodes.get(element):
            kind, name = kind_words(node), called(node, bundle)
            return Sentence(f"{kind.ja}「{name.ja}」", f'{kind.en} "{name.en}"')
        if flow := process.flows.get(element):
            return flow_called(process, flow, bundle)
        if lane := process.lane_ids.get(element):
            return Sentence(f"レーン「{lane}」", f'lane "{lane}"')
    return None


def _in_table(table: Decision, element: str) -> Sentence | None:
    columns = {column.id: column.label for column in table.inputs}
    columns |= {column.id: column.label for column in table.outputs}
    for number, row in enumerate(table.rules, 1):
        if element == row.id:
            return Sentence(f"{number}行目", f"row {number}")
        cells = {id: column.label for column, id in zip(table.inputs, row.cell_ids, strict=False)}
        cells |= {id: column.label for column, id in zip(table.outputs, row.result_ids, strict=False)}
        if element in cells:
            return Sentence(f"{number}行目の「{cells[element]}」", f'row {number}, "{cells[element]}"')
    if element in columns:
        return Sentence(f"列「{columns[element]}」", f'column "{columns[element]}"')
    return None

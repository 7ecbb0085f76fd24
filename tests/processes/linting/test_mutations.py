"""A fault put into the shipped bundle heads the list with its true cause, and what still runs is not refused."""

from __future__ import annotations

import pytest

from engine.workflow.spiff import load
from processes.linting import lint_bundle
from tests.processes.linting.faults import FAULTS
from tests.processes.linting.mutations import Mutation


@pytest.mark.parametrize("mutation", FAULTS, ids=lambda mutation: f"{mutation.name} ({mutation.first})")
def test_the_true_cause_of_a_fault_comes_first(mutation: Mutation):
    bundle = mutation.bundle()
    findings = lint_bundle(bundle)
    errors = [finding for finding in findings if finding.level == "error"]

    assert findings[: len(errors)] == errors
    assert next((finding.rule for finding in errors), None) == mutation.first, errors
    assert len(errors) <= mutation.most, errors
    if mutation.first is None:
        load(bundle)  # what may be published can be run


def test_there_are_many_faults_of_many_kinds():
    assert len({mutation.name + mutation.file for mutation in FAULTS}) == len(FAULTS) >= 150
    assert len({mutation.first for mutation in FAULTS}) >= 60

"""The faults, each with the rule that must head the list. Those without a rule still run and may be published."""

from __future__ import annotations

from tests.processes.linting.faults.drawn import RENAMED, TAKEN_OUT, TWICE_OR_ROUND
from tests.processes.linting.faults.of_a_kind import HARMLESS, UNSUPPORTED
from tests.processes.linting.faults.written import REPEATED, TIMED, WRITTEN_WRONG

FAULTS = [*TAKEN_OUT, *RENAMED, *WRITTEN_WRONG, *TWICE_OR_ROUND, *REPEATED, *TIMED, *UNSUPPORTED, *HARMLESS]

"""Which nodes and sequence flows of the diagrams the scenarios walked, and whether that is all of them.

Each test process collects what its scenarios walked; under xdist the workers hand it to the process that started them
with their last message. A run that left out any scenario (by choice, by an early stop) is reported but not judged:
the scenarios expected are counted from the files, so that nothing a selection hides can pass for complete.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from gherkin.parser import Parser  # type: ignore[import-untyped]

from processes import bundle
from processes.model import Process

ROOT = Path(__file__).resolve().parents[2]
FEATURES = ROOT / "features"
BUNDLE = ROOT / "processes" / "seamless_support"
REPORT = ROOT / "var" / "feature_coverage.txt"
HANDED = "walked_by_features"

Step = tuple[str, str, str | None]


@dataclass
class Walked:
    """What the scenarios of a run did: (file, scenario) -> how often it ran, and every step they took."""

    scenarios: Counter[tuple[str, str]] = field(default_factory=Counter)
    steps: set[Step] = field(default_factory=set)

    def dumped(self) -> dict[str, Any]:
        """As plain lists, for the way between processes."""
        return {
            "scenarios": [[file, name, count] for (file, name), count in sorted(self.scenarios.items())],
            "steps": [list(step) for step in sorted(self.steps, key=str)],
        }

    def add(self, dumped: Mapping[str, Any]) -> None:
        for file, name, count in dumped["scenarios"]:
            self.scenarios[file, name] += count
        self.steps |= {(process, node, flow) for process, node, flow in dumped["steps"]}


WALKED = pytest.StashKey[Walked]()
REPORTED = pytest.StashKey[str]()


def collect(config: pytest.Config, steps: Iterable[Step]) -> None:
    """Add what one scenario walked to what this process knows."""
    config.stash.setdefault(WALKED, Walked()).steps.update(steps)


def count(config: pytest.Config, file: str, name: str) -> None:
    """Note that a scenario ran."""
    config.stash.setdefault(WALKED, Walked()).scenarios[Path(file).name, name] += 1


# --- what there is to walk ---


@dataclass(frozen=True)
class DiagramCoverage:
    """One diagram: how many of its nodes and flows were walked, and which flows were not."""

    process: str
    name: str
    nodes: int
    nodes_walked: int
    flows: int
    missing: tuple[str, ...]

    @property
    def flows_walked(self) -> int:
        return self.flows - len(self.missing)


def measure(processes: Mapping[str, Process], steps: Iterable[Step]) -> list[DiagramCoverage]:
    """Every diagram with what was walked of it. A flow counts as walked when a token took it."""
    nodes = {(process, node) for process, node, _ in steps}
    flows = {(process, flow) for process, _, flow in steps if flow is not None}
    return [
        DiagramCoverage(
            process.id,
            process.name,
            len(process.nodes),
            sum((process.id, node) in nodes for node in process.nodes),
            len(process.flows),
            tuple(sorted(flow for flow in process.flows if (process.id, flow) not in flows)),
        )
        for process in processes.values()
    ]


def expected() -> Counter[tuple[str, str]]:
    """How often each scenario of the feature files runs when all of them do."""
    counted: Counter[tuple[str, str]] = Counter()
    for path in sorted(FEATURES.glob("**/*.feature")):
        document = Parser().parse(path.read_text(encoding="utf-8"))
        for child in document["feature"]["children"]:
            scenario = child.get("scenario")
            if scenario is not None:
                for name in _names(scenario):
                    counted[path.name, name] += 1
    return counted


def _names(scenario: Mapping[str, Any]) -> list[str]:
    """What a scenario is called each time it runs: an outline's name may hold the words of its row."""
    if not scenario["examples"]:
        return [scenario["name"]]
    return [
        _filled(scenario["name"], examples["tableHeader"]["cells"], row["cells"])
        for examples in scenario["examples"]
        for row in examples["tableBody"]
    ]


def _filled(name: str, header: list[Mapping[str, str]], row: list[Mapping[str, str]]) -> str:
    for title, cell in zip(header, row, strict=True):
        name = name.replace(f"<{title['value']}>", cell["value"])
    return name


def report(walked: Walked) -> tuple[str, bool]:
    """The table, and whether the run may pass: not everything ran, or every flow was walked."""
    covered = measure(bundle.read(BUNDLE).processes, walked.steps)
    left_out = {name: number for name, number in expected().items() if walked.scenarios[name] < number}
    total, done = sum(each.flows for each in covered), sum(each.flows_walked for each in covered)
    lines = [
        f"{'diagram':22} {'nodes':>9} {'flows':>9}  flows not walked",
        *(
            f"{each.process:22} {each.nodes_walked:4}/{each.nodes:<4} {each.flows_walked:4}/{each.flows:<4}  "
            + ", ".join(each.missing)
            for each in covered
        ),
        f"{walked.scenarios.total()} scenarios walked {done} of {total} flows ({100 * done / max(total, 1):.1f} %).",
    ]
    if left_out:
        lines.append(f"{len(left_out)} scenarios did not run, so this is not judged.")
    elif done < total:
        lines.append("Every scenario ran, but not every flow was walked.")
    return "\n".join(line.rstrip() for line in lines), bool(left_out) or done == total


# --- at the end of the run ---


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """A worker has ended: take over what its scenarios walked."""
    handed = getattr(node, "workeroutput", {}).get(HANDED)
    if handed:
        node.config.stash.setdefault(WALKED, Walked()).add(handed)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Hand over what was walked, or judge it where all of it has come together."""
    walked = session.config.stash.get(WALKED, None)
    if walked is None:
        return
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[HANDED] = walked.dumped()
        return
    text, passes = report(walked)
    session.config.stash[REPORTED] = text
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(text + "\n", encoding="utf-8")
    if not passes and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    text = config.stash.get(REPORTED, None)
    if text is not None:
        terminalreporter.section("diagrams walked by the features")
        terminalreporter.write_line(text)

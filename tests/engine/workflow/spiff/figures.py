"""What the compaction proof amounted to, printed at the end: models, seeds, steps, where the library erred."""

from __future__ import annotations

from collections import Counter
from typing import Any

PROPERTY = "compaction"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Add up what the chunks have noted, from whichever process they ran in."""
    found: dict[str, Counter[str]] = {}
    seeds: dict[str, list[int]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, noted in getattr(report, "user_properties", ()):
                if name == PROPERTY:
                    found.setdefault(noted["peer"], Counter()).update(noted["counts"])
                    seeds.setdefault(noted["peer"], []).extend(noted["seeds"])
    if not found:
        return
    terminalreporter.section("compaction: saved and loaded after every step, beside a peer")
    for peer, counts in found.items():
        first, last = min(seeds[peer]), max(seeds[peer])
        told = f"{counts['models']} models (seeds {first} to {last}), {counts['steps']} steps"
        terminalreporter.line(f"{peer}: {told}, all equal but {counts['raised']} that a fault of the library ended")

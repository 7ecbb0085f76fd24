"""Running BPMN: the only package that imports SpiffWorkflow, and it answers in our words.

`load` reads a bundle version once into shared `Specs`; `start` and `restore` give a `Run` of one instance; a `Run`
takes one act (complete, catch, fire_due, retry, …), runs to the next wait and says in its `Progress` what changed
and what stands now.

It knows no database, no family and no staff: facts, calendar, decisions and operations come in through `Surroundings`.
It reads no clock. A step that fails is parked, listed and can be retried; it never stops the rest of the instance.

What is kept of an instance is only where its tokens stand (`compact`); who did what when belongs to the tables above.
The library's traps, and the test that watches each, are in tests/engine/workflow/spiff/test_conformance.py.
"""

from engine.workflow.spiff.compact import StateTooNew, StateUnreadable
from engine.workflow.spiff.parser import ModelRefused, Specs, load
from engine.workflow.spiff.progress import Catch, DueTimer, Failure, OpenTask, Progress, Thrown, Walk
from engine.workflow.spiff.run import CatchNotWaiting, FailureNotFound, Run, TaskNotReady, restore, start
from engine.workflow.spiff.surroundings import ServiceCall, Surroundings

__all__ = [
    "Catch",
    "CatchNotWaiting",
    "DueTimer",
    "Failure",
    "FailureNotFound",
    "ModelRefused",
    "OpenTask",
    "Progress",
    "Run",
    "ServiceCall",
    "Specs",
    "StateTooNew",
    "StateUnreadable",
    "Surroundings",
    "TaskNotReady",
    "Thrown",
    "Walk",
    "load",
    "restore",
    "start",
]

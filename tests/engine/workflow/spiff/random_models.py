"""Random block-structured models, the same from the same seed, as BPMN XML that the untouched library runs too."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random

from tests.engine.workflow.spiff.diagrams import definitions, message

OUTCOMES = ("a", "b", "c")


@dataclass
class Scope:
    """One process or subprocess being drawn."""

    nodes: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)


class Model:
    """A random model.

    xml: the file. tracks: event subprocess -> name of its message; their names and all others are told by `process`.
    blocks: parallel or inclusive join -> numbers of the ids drawn between its split and itself.
    loose: numbers of ids on the paths of non-interrupting events, which may outlive the block around them.
    ambiguous: a subprocess may run several times at once, so that an element does not tell which.
    wild: also the shapes in which the untouched library is known to err (traps 4 and 16, and joins inside loops).
    """

    def __init__(self, seed: int, *, wild: bool = False) -> None:
        self.random, self.wild = Random(seed), wild
        self.count = 0
        self.budget = self.random.randint(4, 26)
        self.processes: list[str] = []
        self.tracks: list[str] = []
        self.blocks: dict[str, range] = {}
        self.loose: list[range] = []
        self.ambiguous = False
        self.messages = 0
        main = self._process("main", depth=0, tracks=self.random.choice((0, 0, 1, 2)))
        self.xml = definitions(main, *self.processes)

    def sources(self) -> dict[str, str]:
        """Flow id -> the node it leaves."""
        return dict(re.findall(r'<sequenceFlow id="(\w+)" sourceRef="(\w+)"', self.xml.decode()))

    def behind(self, node: str) -> set[str]:
        """Every node that a token which leaves this one may come to in the same scope."""
        ends = re.findall(r'sourceRef="(\w+)" targetRef="(\w+)"', self.xml.decode())
        found, edge = set(), {node}
        while edge:
            edge = {target for source, target in ends if source in edge} - found
            found |= edge
        return found

    def _process(self, id: str, depth: int, tracks: int = 0) -> str:
        scope = Scope()
        self._body(scope, depth, inside=frozenset())
        for _ in range(tracks):
            self._track(scope, depth)
        return f'<process id="{id}" isExecutable="true">{"".join(scope.nodes)}{"".join(scope.flows)}</process>'

    def _body(self, scope: Scope, depth: int, inside: frozenset[str], start: str = "") -> None:
        first = self._node(scope, "startEvent", start, 'isInterrupting="false"' if start else "")
        entry, leave = self._block(scope, depth, inside)
        last = self._node(scope, "endEvent")
        self._flow(scope, first, entry)
        self._flow(scope, leave, last)

    def _track(self, scope: Scope, depth: int) -> None:
        inner = Scope()
        self._body(inner, depth + 1, frozenset(), start=message(self._message()))
        id = self._id("track")
        scope.nodes.append(
            f'<subProcess id="{id}" triggeredByEvent="true">{"".join(inner.nodes)}{"".join(inner.flows)}</subProcess>'
        )
        self.tracks.append(id)

    def _block(self, scope: Scope, depth: int, inside: frozenset[str]) -> tuple[str, str]:
        """Entry and exit node of a new block. `inside`: kinds of the blocks around it in this scope."""
        self.budget -= 1
        if self.budget <= 0 or depth > 5:
            return self._task(scope)
        kinds = [
            "task",
            "sequence",
            "sequence",
            "exclusive",
            "parallel",
            "boundary",
            "boundary",
            "catch",
            "either",
            "repeated",
            "repeated",
        ]
        kinds += ["inclusive", "inclusive", "loop"]
        tame = not self.wild
        if not (tame and "inclusive" in inside):
            kinds += ["subprocess", "call", "call"]
        else:
            kinds = [kind for kind in kinds if kind not in ("inclusive", "loop")]
        if tame and "loop" in inside:
            kinds = [kind for kind in kinds if kind not in ("parallel", "inclusive")]
        kind = self.random.choice(kinds)
        drawn: tuple[str, str] = getattr(self, f"_{kind}")(scope, depth + 1, inside | {kind})
        return drawn

    def _task(self, scope: Scope, depth: int = 0, inside: frozenset[str] = frozenset()) -> tuple[str, str]:
        task = self._node(scope, self.random.choice(("userTask", "userTask", "manualTask")))
        return task, task

    def _sequence(self, scope: Scope, depth: int, inside: frozenset[str]) -> tuple[str, str]:
        first, last = self._block(scope, depth, inside - {"sequence"})
        for _ in range(self.random.randint(1, 2)):
            entry, leave = self._block(scope, depth, inside)
            self._flow(scope, last, entry)
            last = leave
        return first, last

    def _exclusive(self, scope: Scope, depth: int, inside: frozenset[str]) -> tuple[str, str]:
        return self._gateways(scope, depth, inside, "exclusiveGateway", conditions=True)

    def _parallel(self, scope: Scope, depth: int, inside: frozenset[str]) -> tuple[str, str]:
        return self._gateways(scope, depth, inside, "parallelGateway", conditions=False)

    def _inclusive(self, scope: Scope, depth: int, inside: frozenset[str]) -> tuple[str, str]:
        return self._gateways(scope, depth, inside, "inclusiveGateway", conditions=True)

    def _gateways(
        self, scope: Scope, depth: int, inside: frozenset[str], tag: str, conditions: bool
    ) -> tuple[str, str]:
        split, join = self._id("split"), self._id("join")
        before = self.count
        several = tag == "inclusiveGateway"  # enough branches and outcomes that often more than one is taken
        branches = self.random.randint(3, 4) if several else self.random.randint(2, 3)
        default = self._id("flow")
        scope.nodes.append(f'<{tag} id="{split}"' + (f' default="{default}"/>' if conditions else "/>"))
        for place in range(branches):
            entry, leave = self._block(scope, depth, inside)
            if not conditions:
                self._flow(scope, split, entry)
            elif place == 0:
                self._flow(scope, split, entry, id=default)
            else:
                chosen = self.random.sample(OUTCOMES, 2 if several else self.random.randint(1, 2))
                self._flow(scope, split, entry, " or ".join(f'outcome == "{outcome}"' for outcome in chosen))
            self._flow(scope, leave, join)
        scope.nodes.append(f'<{tag} id="{join}"/>')
        if tag != "exclusiveGateway":
            self.blocks[join] = range(before + 1, self.count + 1)
        return split, join

    def _loop(self, scope: Scope, depth: int, inside: frozenset[str]) -> tuple[str, str]:
        merge = self._node(scope, "exclusiveGateway")
        entry, leave = self._block(scope, depth, inside)
        asked, _ = self._task(scope)
        onward = self._id("flow")
        choice = self._id("again")
        scope.nodes.append(f'<exclusiveGateway id="{choice}" default="{onward}"/>')
        after = self._node(scope, "exclusiveGateway")
        self._flow(scope, merge, entry)
        self._flow(scope, leave, asked)
        self._flow(scope, asked, choice)
        self._flow(scope, choice, merge, 'outcome == "a"')
        self._flow(scope, choice, after, id=onward)
        return merge, after

    def _repeated(self, scope: Scope, depth: int, inside: frozenset[str]) -> tuple[str, str]:
        loop = self.random.choice(
            (
                '<standardLoopCharacteristics loopMaximum="2"/>',
                '<standardLoopCharacteristics><loopCondition>outcome == "b"</loopCondition>'
                "</standardLoopCharacteristics>",
                '<standardLoopCharacteristics testBefore="true"><loopCondition>outcome == "b"</loopCondition>'
                "</standardLoopCharacteristics>",
                '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>2</loopCardinality>'
                "</multiInstanceLoopCharacteristics>",
                "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>",
                "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
                '<completionCondition>outcome == "c"</completionCondition></multiInstanceLoopCharacteristics>',
            )
        )
        if self.random.random() < 0.4 or (not self.wild and "inclusive" in inside):
            task = self._node(scope, "userTask", loop)
            return task, task
        self.ambiguous = True
        return self._subprocess(scope, depth, inside, loop)

    def _subprocess(self, scope: Scope, depth: int, inside: frozenset[str], loop: str = "") -> tuple[str, str]:
        inner = Scope()
        self._body(inner, depth, frozenset())
        id = self._id("sub")
        scope.nodes.append(f'<subProcess id="{id}">{loop}{"".join(inner.nodes)}{"".join(inner.flows)}</subProcess>')
        return id, id

    def _call(self, scope: Scope, depth: int, inside: frozenset[str]) -> tuple[str, str]:
        called = self._id("process")
        self.processes.append(self._process(called, depth))
        call = self._id("call")
        scope.nodes.append(f'<callActivity id="{call}" calledElement="{called}"/>')
        return call, call

    def _boundary(self, scope: Scope, depth: int, inside: frozenset[str]) -> tuple[str, str]:
        """An activity with one or two boundary events; their paths merge after it, or end on their own."""
        draw = self._task
        if not (not self.wild and "inclusive" in inside):
            draw = self.random.choice((self._task, self._subprocess, self._call))
        host, _ = draw(scope, depth, inside)
        after = self._node(scope, "exclusiveGateway")
        self._flow(scope, host, after)
        for _ in range(self.random.randint(1, 2)):
            interrupting = self.random.random() < 0.5
            before = self.count
            event = self._id("on")
            scope.nodes.append(
                f'<boundaryEvent id="{event}" attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}">'
                f"{self._event()}</boundaryEvent>"
            )
            entry, leave = (
                self._block(scope, depth, inside | {"loop"}) if self.random.random() < 0.4 else self._task(scope)
            )
            self._flow(scope, event, entry)
            self._flow(scope, leave, after if interrupting else self._node(scope, "endEvent"))
            if not interrupting:
                self.loose.append(range(before + 1, self.count + 1))
        return host, after

    def _catch(self, scope: Scope, depth: int, inside: frozenset[str]) -> tuple[str, str]:
        if self.random.random() < 0.3:
            task = self._id("receive")
            scope.nodes.append(
                f'<receiveTask id="{task}" {message(self._message())[len("<messageEventDefinition ") : -2]}/>'
            )
            return task, task
        event = self._node(scope, "intermediateCatchEvent", self._event())
        return event, event

    def _either(self, scope: Scope, depth: int, inside: frozenset[str]) -> tuple[str, str]:
        gate, after = self._node(scope, "eventBasedGateway"), self._node(scope, "exclusiveGateway")
        for _ in range(2):
            event = self._node(scope, "intermediateCatchEvent", self._event())
            entry, leave = self._block(scope, depth, inside)
            self._flow(scope, gate, event)
            self._flow(scope, event, entry)
            self._flow(scope, leave, after)
        return gate, after

    def _event(self) -> str:
        if self.random.random() < 0.5:
            return message(self._message())
        self.messages += 1
        return f'<timerEventDefinition><timeDuration>"PT{self.messages * 7}M"</timeDuration></timerEventDefinition>'

    def _message(self) -> str:
        self.messages += 1
        return f"message_{self.messages}"

    def _node(self, scope: Scope, tag: str, content: str = "", attributes: str = "") -> str:
        id = self._id(tag[:5])
        scope.nodes.append(f'<{tag} id="{id}" {attributes}>{content}</{tag}>')
        return id

    def _flow(self, scope: Scope, source: str, target: str, condition: str = "", id: str = "") -> None:
        inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        scope.flows.append(
            f'<sequenceFlow id="{id or self._id("flow")}" sourceRef="{source}" targetRef="{target}">'
            f"{inner}</sequenceFlow>"
        )

    def _id(self, kind: str) -> str:
        self.count += 1
        return f"{kind}_{self.count}"

"""Settings of human tasks and other properties."""

from __future__ import annotations

from collections.abc import Iterator

from forms.sentences import Sentence
from processes.linting.registry import Complaint, Subject, called, rule
from processes.model import HUMAN_TASKS, Node
from processes.vocabulary import AGENCIES, DONE, EXITS, MESSAGES, PRIORITY_WORDS, TASK_PROPERTIES, YES_NO_WORDS

_VISIT_FORM, _VISIT_NAME = "home_visit", "訪問"  # a form for visits, and how the name of one reads
_RECEIPT_FORM = "handover_receipt"


@rule("form_missing")
def form_missing(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes("userTask"):
        if not node.form:
            yield (
                process.file,
                node.id,
                Sentence(
                    "書き込む様式が決まっていません。"
                    "設定で様式を選ぶか、書くもののない仕事なら種類を手作業にしてください。",
                    "no form is chosen. "
                    "Choose one in its settings, or make it a task without a form if there is nothing to fill in.",
                ),
            )


@rule("unknown_form", whole=True, missing_from=(".form",))
def unknown_form(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes(*HUMAN_TASKS):
        if node.form and not subject.bundle.form_file(node.form):
            yield (
                process.file,
                node.id,
                Sentence(
                    f"様式「{node.form}」がありません。ある様式を選び直すか、様式を加えてください。",
                    f'the form "{node.form}" is not in the bundle. Mend the name or add the form.',
                ),
            )


@rule("exits_missing")
def exits_missing(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes(*HUMAN_TASKS):
        if not node.properties.get("exits"):
            yield (
                process.file,
                node.id,
                Sentence(
                    "「できなかったときの終わり方」が決まっていません。"
                    "「不在・来所なし」「拒否された」などから選ぶか、"
                    "要らないなら「ほかの終わり方はない」を選んで、理由を「説明」に書いてください。",
                    "there is no honest way out. "
                    "Choose ways out such as absent or refused, or say that there is none and why in its description.",
                ),
            )


@rule("exits_none_without_reason")
def exits_none_without_reason(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes(*HUMAN_TASKS):
        if node.properties.get("exits") == "none" and not node.documentation:
            yield (
                process.file,
                node.id,
                Sentence(
                    "「ほかの終わり方はない」とした理由を「説明」に書いてください。",
                    "say in its description why there is no other way out.",
                ),
            )


@rule("unknown_exit")
def unknown_exit(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes(*HUMAN_TASKS):
        for code in node.exits:
            if code == DONE:
                yield (
                    process.file,
                    node.id,
                    Sentence(
                        "「済んだ」(done)は、できなかったときの終わり方ではありません。消してください。",
                        "done is no exit. Remove it.",
                    ),
                )
            elif code not in EXITS:
                yield (
                    process.file,
                    node.id,
                    Sentence(
                        f"終わり方「{code}」はありません。一覧から選び直してください({', '.join(EXITS)})。",
                        f'there is no way out called "{code}". Choose from the list ({", ".join(EXITS)}).',
                    ),
                )


@rule("priority")
def priority(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes(*HUMAN_TASKS):
        told = node.properties.get("priority")
        if told is not None and told not in PRIORITY_WORDS and told not in tuple("123456789"):
            yield (
                process.file,
                node.id,
                Sentence(
                    f"優先度「{told}」は使えません。1から9の整数か {', '.join(PRIORITY_WORDS)} にしてください。",
                    f'the priority "{told}" is not known. Use 1 to 9 or {", ".join(PRIORITY_WORDS)}.',
                ),
            )


@rule("unknown_agency")
def unknown_agency(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes(*HUMAN_TASKS):
        told = node.properties.get("sent_to")
        if told is not None and told not in AGENCIES:
            yield (
                process.file,
                node.id,
                Sentence(
                    f"送り先「{told}」という機関の種類はありません。使えるのは {', '.join(AGENCIES)} です。",
                    f'there is no kind of agency "{told}". There are {", ".join(AGENCIES)}.',
                ),
            )


@rule("visit")
def visit(subject: Subject) -> Iterator[Complaint]:
    """`visit` is yes or no; no needs a reason in the documentation."""
    yield from _yes_or_no(subject, "visit", Sentence("家庭を訪ねる仕事", "going to the family"))


@rule("visit_not_said", "warning", whole=True, missing_from=(".bpmn",))
def visit_not_said(subject: Subject) -> Iterator[Complaint]:
    """Once, where a bundle calls no step a visit though one reads like it: who goes out would carry an empty list.

    A bundle that says so of any step knows the setting; what else it calls a visit is its own business.
    """
    tasks = [(process, node) for process, node in subject.nodes(*HUMAN_TASKS)]
    if any("visit" in node.properties for _, node in tasks):
        return
    for process, node in tasks:
        if node.form == _VISIT_FORM or _VISIT_NAME in (node.name or ""):
            yield (
                process.file,
                node.id,
                Sentence(
                    "訪問のように見えますが、どの作業も訪問先の一覧に出ない設定です。出かける人に一覧が要るなら、"
                    "設定「家庭を訪ねる仕事」を「訪ねる」(visit = yes)にしてください。"
                    "要らなければ、そのままで構いません。",
                    "it reads like a visit, but no task of this bundle is set to be on the list of visits. "
                    'Set "Goes to the family\'s home" to yes (visit = yes) where people need that list; else leave it.',
                ),
            )
            return


@rule("receipt")
def receipt(subject: Subject) -> Iterator[Complaint]:
    """`receipt` is yes or no; no needs a reason in the documentation."""
    yield from _yes_or_no(subject, "receipt", Sentence("受け取りを待つ仕事", "waiting for a receipt"))


@rule("receipt_not_said", "warning")
def receipt_not_said(subject: Subject) -> Iterator[Complaint]:
    """A step with the form of a receipt says whether it waits for one, so that none is missing in the head's figure."""
    for process, node in subject.nodes(*HUMAN_TASKS):
        if "receipt" not in node.properties and node.form == _RECEIPT_FORM:
            yield (
                process.file,
                node.id,
                Sentence(
                    "引継ぎの受け取りを待つように見えますが、「引継ぎ未受領」に数えられません。"
                    "受け取りを待つなら receipt を yes に、待たないなら no にして理由を説明に書いてください。",
                    f'"{called(node)}" seems to wait for a receipt but will not be among the hand-overs not received. '
                    "Set receipt to yes; or to no, with the reason in its description.",
                ),
            )


def _yes_or_no(subject: Subject, name: str, what: Sentence) -> Iterator[Complaint]:
    for process, node in subject.nodes(*HUMAN_TASKS):
        told = node.properties.get(name)
        if told is not None and told not in YES_NO_WORDS:
            yield (
                process.file,
                node.id,
                Sentence(
                    f"{what.ja}かどうか({name})に「{told}」は使えません。yes か no にしてください。",
                    f'{name} ({what.en}) cannot be "{told}". Use yes or no.',
                ),
            )
        elif told == "no" and not node.documentation:
            yield (
                process.file,
                node.id,
                Sentence(
                    f"{what.ja}ではないとしています。その理由を説明に書いてください。",
                    f"{name} ({what.en}) is said to be no. Write the reason into its description.",
                ),
            )


@rule("property_twice")
def property_twice(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes():
        for name in node.doubled:
            yield (
                process.file,
                node.id,
                Sentence(
                    f"設定「{name}」が二度書かれています。一つにしてください。",
                    f'the setting "{name}" is written more than once. Keep one.',
                ),
            )


@rule("unknown_property")
def unknown_property(subject: Subject) -> Iterator[Complaint]:
    """Human tasks have settings, call activities hand locals (declared facts), throwing nodes hand payload keys."""
    for process, node in subject.nodes():
        allowed = _allowed(subject, node)
        for name in node.properties:
            if allowed is not None and name not in allowed:
                known = f"使えるのは {', '.join(sorted(allowed))} です。" if allowed else "ここには設定を書けません。"
                yield (
                    process.file,
                    node.id,
                    Sentence(
                        f"設定「{name}」はありません。{known}消すか、名前を直してください。",
                        f'there is no setting "{name}" here'
                        + (f" (there are {', '.join(sorted(allowed))})." if allowed else ".")
                        + " Remove it or mend its name.",
                    ),
                )


def _allowed(subject: Subject, node: Node) -> frozenset[str] | None:
    """The property names a node may have; None when that cannot be told without the bundle."""
    if node.is_human:
        return frozenset(TASK_PROPERTIES)
    if node.kind == "callActivity":
        return frozenset(subject.bundle.facts) if subject.bundle.whole else None
    if node.throws and node.message:
        if node.message in MESSAGES:
            return frozenset(parameter.name for parameter in MESSAGES[node.message].payload)
        return frozenset(subject.bundle.facts) if subject.bundle.whole else None
    return frozenset()

"""Versions: a family stays on the version it began with, a new one begins on what is published, nothing else runs."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select

from engine import definitions
from engine.cases.case import Case
from engine.cases.family import Person
from engine.cases.submission import Submission
from engine.casework import cases, people, tasks
from engine.clock import now as clock_now
from engine.database import transaction
from engine.definitions import VersionUnknown
from engine.workflow import versions
from engine.workflow.event import Event
from engine.workflow.instance import Instance, InstanceState
from engine.workflow.task import Task
from engine.workflow.versions import NothingPublished
from forms.compiler import AnswersRejected
from processes import bundle as bundles
from processes.bundle import Bundle
from tests.engine.towns import NOW, a_town
from tests.office import Office
from web import shipped

ADDED = (
    '{"type": "textfield", "key": "added_later", "id": "added_later", "label": "あとからの問い", '
    '"validate": {"required": true}, "properties": {"label_en": "Added later"}}'
)
NEW_NAME = "転出の引継ぎ票を作る（新）"


def changed_bundle(file: str, old: str, new: str) -> Bundle:
    """The shipped bundle with one text of one file replaced."""
    files = dict(bundles.read(shipped.FOLDER).files)
    (path,) = (path for path in files if path.endswith(f"/{file}"))
    before = files[path].decode()
    assert old in before
    files[path] = before.replace(old, new, 1).encode()
    return bundles.from_files(files)


def propose(office: Office, bundle: Bundle) -> str:
    with transaction(office.engine, municipality_id=office.town) as session:
        return definitions.propose(session, bundle, by="designer", now=clock_now(session)).id


def publish(office: Office, bundle: Bundle) -> str:
    """Publish it with a second person's approval; the id of the version."""
    proposal_id = propose(office, bundle)
    with transaction(office.engine, municipality_id=office.town) as session:
        definitions.approve(session, proposal_id, by="head", now=clock_now(session))
    return bundle.version


def pinned(office: Office, case_id: str) -> set[str]:
    """The versions of the instances and of the tasks of a case."""
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        of_instances = session.scalars(select(Instance.version_id).where(Instance.case_ref == case_id))
        of_tasks = session.scalars(select(Task.version_id).where(Task.case_ref == case_id))
        return {*of_instances, *of_tasks}


def test_a_family_stays_on_its_version_to_the_end_while_another_begins_on_the_new_one(office: Office) -> None:
    first = bundles.read(shipped.FOLDER).version
    old = office.open_case()
    second = publish(office, changed_bundle("move_out.bpmn", 'name="転出の引継ぎ票を作る"', f'name="{NEW_NAME}"'))
    new = office.open_case()
    assert first != second

    for case_id in (old, new):
        office.send("moved_out", case_id, moved_on="2026-04-30")
    names = {case_id: office.task(case_id, "move_handover").name for case_id in (old, new)}
    for case_id in (old, new):
        office.finish(case_id, "move_handover")
        for task in office.open_tasks(case_id, element="move_acknowledgement"):
            office.finish_task(task)

    assert names == {old: "転出の引継ぎ票を作る", new: NEW_NAME}
    assert (pinned(office, old), pinned(office, new)) == ({first}, {second})
    assert office.show(old).state == "closed"
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        assert set(session.scalars(select(Instance.state))) == {InstanceState.ENDED}


def test_a_family_is_asked_by_the_form_of_its_version(town: Office) -> None:
    """The new version asks one thing more, and it must be answered."""
    old = town.open_case()
    answers = town.example(town.task(old, "sharing_consent"))
    publish(town, changed_bundle("sharing_consent.form", '"components": [', f'"components": [{ADDED},'))
    new = town.task(town.open_case(), "sharing_consent")

    with pytest.raises(AnswersRejected) as refused, town.acting("centre_head.north") as (session, actor, now):
        tasks.complete_task(session, actor, new.id, answers=answers, now=now)
    assert set(refused.value.errors) == {"added_later"}

    town.finish(old, "sharing_consent")
    assert town.open_tasks(old, element="sharing_consent") == []


def test_a_timer_of_a_pinned_family_fires_by_its_own_version(office: Office) -> None:
    old = office.open_case()
    publish(office, changed_bundle("bundle.toml", "late_letter_week = 28", "late_letter_week = 20"))
    new = office.open_case()

    office.advance(to=office.today.replace(month=7, day=1))

    assert office.open_tasks(old, element="letter_reply") == []
    assert office.task(new, "letter_reply").case_id == new


def test_a_version_that_is_only_proposed_runs_nowhere(office: Office) -> None:
    first = bundles.read(shipped.FOLDER).version
    propose(office, changed_bundle("bundle.toml", "late_letter_week = 28", "late_letter_week = 20"))

    case_id = office.open_case()

    assert pinned(office, case_id) == {first}


def test_a_version_nobody_knows_is_not_found(office: Office) -> None:
    with (
        transaction(office.engine, municipality_id=office.town) as session,
        pytest.raises(VersionUnknown),
    ):
        versions.load(session, "0" * 64)


def test_before_anything_is_published_no_family_is_taken_on_and_nothing_is_written(database: Engine) -> None:
    with transaction(database) as session:
        town = a_town(session).id
    with transaction(database, municipality_id=town) as session:
        tanaka = people.actor_of(session, "tanaka")
        assert tanaka is not None

    with pytest.raises(NothingPublished), transaction(database, municipality_id=town) as session:
        cases.open_case(session, tanaka, {"family_name": "佐藤"}, now=NOW)

    with transaction(database, read_only=True, municipality_id=town) as session:
        for record in (Case, Person, Submission, Instance, Task, Event):
            assert session.scalar(select(func.count()).select_from(record)) == 0, record.__tablename__

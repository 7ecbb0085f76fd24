"""The ledger: written without waiting, sequenced once, and every alteration found and named."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engine import audit
from engine.audit import AuditEntry, AuditHead, AuditLeaf, FaultKind, Head, sequencer
from engine.audit.entry import leaf_data
from engine.audit.merkle import leaf_hash
from engine.database import new_id, transaction
from engine.schema.protection import protect
from engine.schema.tables import immutable_tables

NOW = datetime(2026, 4, 10, 1, 0, tzinfo=UTC)
SCRIPT = Path(__file__).parents[3] / "tools" / "verify_ledger.py"


@pytest.fixture
def town() -> str:
    return new_id()


def write(database, town, count=1, **changes):
    """That many entries in one transaction; their ids."""
    with transaction(database, municipality_id=town) as session:
        return [
            audit.record(
                session, "task.completed", **{"by": "staff-1", "about": f"case-{number}", "now": NOW, **changes}
            )
            for number in range(count)
        ]


def sequence(database, town, **options):
    with transaction(database, municipality_id=town) as session:
        return audit.sequence(session, **options)


def verify(database, town, since=None, **options):
    with transaction(database, read_only=True, municipality_id=town) as session:
        return audit.verify(session, since, **options)


def a_ledger(database, town, runs=(4, 3, 6)):
    """Entries placed in several runs; their ids in order."""
    ids = []
    for count in runs:
        ids += write(database, town, count)
        assert sequence(database, town) == count
    return ids


def head_of(database, town) -> Head:
    with transaction(database, read_only=True, municipality_id=town) as session:
        latest = audit.latest_head(session)
        return Head(latest.tree_size, latest.root_hash)


@contextmanager
def an_intruder(database, town):
    """Somebody with the database's own password, who takes the triggers away first."""
    with transaction(database, municipality_id=town) as session:
        for table in immutable_tables():
            if database.dialect.name == "postgresql":
                session.execute(sa.text(f"DROP TRIGGER {table}_immutable ON {table}"))
            else:
                session.execute(sa.text(f"DROP TRIGGER {table}_no_update"))
                session.execute(sa.text(f"DROP TRIGGER {table}_no_delete"))
        yield session
        session.flush()
        protect(session.connection(), immutable_tables())


def test_a_fresh_ledger_is_sound(database, town):
    found = verify(database, town)

    assert found.is_sound
    assert (found.tree_size, found.checked, found.unsequenced) == (0, 0, 0)


def test_entries_wait_until_they_are_sequenced_and_then_verify(database, town):
    write(database, town, 5)
    assert verify(database, town).unsequenced == 5

    assert sequence(database, town) == 5
    assert sequence(database, town) == 0

    found = verify(database, town)
    assert found.is_sound
    assert (found.tree_size, found.checked, found.unsequenced) == (5, 5, 0)


def test_a_run_takes_no_more_than_it_was_asked_to(database, town):
    write(database, town, 5)

    assert [sequence(database, town, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert verify(database, town).is_sound


def test_an_entry_is_written_with_the_act_or_not_at_all(database, town):
    def act_and_fail():
        with transaction(database, municipality_id=town) as session:
            audit.record(session, "task.completed", by="a", about=None, now=NOW)
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_and_fail()

    assert sequence(database, town) == 0


def test_an_entry_keeps_what_it_was_given(database, town):
    details = {"outcome": "absent", "count": 3, "sealed": True, "ground": None, "to": ["b", "a"]}
    [entry_id] = write(database, town, details=details)

    with transaction(database, read_only=True, municipality_id=town) as session:
        entry = session.get(AuditEntry, (town, entry_id))

    assert (entry.at, entry.actor, entry.action, entry.about) == (NOW, "staff-1", "task.completed", "case-0")
    assert json.loads(entry.details) == details


def test_each_town_has_a_ledger_of_its_own(database, town):
    other = new_id()
    a_ledger(database, town)
    a_ledger(database, other, runs=(2,))

    assert verify(database, town).tree_size == 13
    assert verify(database, other).tree_size == 2


def test_an_entry_committed_late_still_finds_its_place(database, town, monkeypatch):
    write(database, town, 3)
    early = new_id()
    sequence(database, town)
    monkeypatch.setattr("engine.audit.entry.new_id", lambda: early)
    write(database, town)

    assert sequence(database, town) == 1
    assert verify(database, town).is_sound


def test_a_straggler_from_long_ago_is_found_when_everything_is_searched(database, town, monkeypatch):
    write(database, town, 3)
    sequence(database, town)
    old = sequencer.id_at(datetime.now(UTC) - timedelta(days=3))
    monkeypatch.setattr("engine.audit.entry.new_id", lambda: old)
    write(database, town)

    assert sequence(database, town) == 0
    assert verify(database, town).unsequenced == 1
    assert sequence(database, town, everything=True) == 1
    assert verify(database, town).is_sound


@pytest.mark.parametrize("statement", ["UPDATE {0} SET municipality_id = 'x'", "DELETE FROM {0}"])
@pytest.mark.parametrize("table", ["audit_entry", "audit_leaf", "audit_head"])
def test_the_database_refuses_to_change_the_ledger(database, town, table, statement):
    a_ledger(database, town)

    with pytest.raises(DBAPIError, match="never changed or deleted"), transaction(database) as session:
        session.execute(sa.text(statement.format(table)))

    assert verify(database, town).is_sound


@pytest.mark.parametrize("position", [0, 5, 12])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "case.viewed"),
        ("actor", "staff-2"),
        ("about", None),
        ("details", '{"a":1}'),
        ("at", NOW + timedelta(microseconds=1)),
        ("leaf_hash", b"\x00" * 32),
    ],
)
def test_an_altered_entry_is_named(database, town, position, column, value):
    ids = a_ledger(database, town)

    with an_intruder(database, town) as session:
        session.execute(sa.update(AuditEntry).where(AuditEntry.id == ids[position]).values({column: value}))

    fault = verify(database, town).fault
    assert (fault.kind, fault.position, fault.entry_id) == (FaultKind.ALTERED, position, ids[position])


def test_the_first_of_several_bad_entries_is_named(database, town):
    ids = a_ledger(database, town)

    with an_intruder(database, town) as session:
        session.execute(sa.update(AuditEntry).where(AuditEntry.id.in_([ids[9], ids[2], ids[6]])).values(actor="x"))

    assert verify(database, town).fault.entry_id == ids[2]


def test_an_alteration_that_mends_its_own_hashes_is_still_found(database, town):
    ids = a_ledger(database, town)

    with an_intruder(database, town) as session:
        entry = session.get(AuditEntry, (town, ids[5]))
        entry.actor = "staff-2"
        data = leaf_data(town, entry.id, entry.at, "staff-2", entry.action, entry.about, entry.details)
        entry.leaf_hash = leaf_hash(data)
        session.execute(sa.update(AuditLeaf).where(AuditLeaf.id == ids[5]).values(leaf_hash=entry.leaf_hash))

    fault = verify(database, town).fault
    assert (fault.kind, fault.position) == (FaultKind.REWRITTEN, 4)  # the run it stands in


@pytest.mark.parametrize("position", [0, 6, 12])
def test_a_deleted_entry_is_named(database, town, position):
    ids = a_ledger(database, town)

    with an_intruder(database, town) as session:
        session.execute(sa.delete(AuditEntry).where(AuditEntry.id == ids[position]))

    fault = verify(database, town).fault
    assert (fault.kind, fault.position, fault.entry_id) == (FaultKind.DELETED, position, ids[position])


def test_an_entry_deleted_with_its_place_is_found(database, town):
    ids = a_ledger(database, town)

    with an_intruder(database, town) as session:
        for record in (AuditEntry, AuditLeaf):
            session.execute(sa.delete(record).where(record.id == ids[5]))

    fault = verify(database, town).fault
    assert (fault.kind, fault.position) == (FaultKind.MISSING, 5)


def test_entries_that_changed_places_are_named(database, town):
    ids = a_ledger(database, town)

    with an_intruder(database, town) as session:
        for entry_id, position in ((ids[8], 100), (ids[10], 8), (ids[8], 10)):
            session.execute(sa.update(AuditLeaf).where(AuditLeaf.id == entry_id).values(position=position))

    fault = verify(database, town).fault
    assert (fault.kind, fault.position, fault.entry_id) == (FaultKind.REORDERED, 8, ids[10])


def test_a_ledger_cut_off_at_its_end_is_shorter_than_its_head(database, town):
    ids = a_ledger(database, town)

    with an_intruder(database, town) as session:
        for record in (AuditEntry, AuditLeaf):
            session.execute(sa.delete(record).where(record.id.in_(ids[-2:])))

    fault = verify(database, town).fault
    assert (fault.kind, fault.position) == (FaultKind.TRUNCATED, 11)


def test_a_ledger_cut_off_together_with_its_heads_is_shorter_than_the_head_kept_outside(database, town):
    ids = a_ledger(database, town)
    kept = head_of(database, town)

    with an_intruder(database, town) as session:
        for record in (AuditEntry, AuditLeaf):
            session.execute(sa.delete(record).where(record.id.in_(ids[7:])))
        session.execute(sa.delete(AuditHead).where(AuditHead.tree_size > 7))

    assert verify(database, town).is_sound
    assert verify(database, town, anchors=[kept]).fault.kind is FaultKind.TRUNCATED
    assert verify(database, town, kept).fault.kind is FaultKind.TRUNCATED


def test_a_ledger_longer_than_its_last_head_is_found(database, town):
    ids = a_ledger(database, town)

    with an_intruder(database, town) as session:
        session.execute(sa.delete(AuditHead).where(AuditHead.tree_size == 13))

    fault = verify(database, town).fault
    assert (fault.kind, fault.position, fault.entry_id) == (FaultKind.HEADLESS, 7, ids[7])


def test_a_ledger_written_anew_does_not_reach_the_head_kept_outside(database, town):
    a_ledger(database, town)
    kept = head_of(database, town)

    with an_intruder(database, town) as session:
        for record in (AuditLeaf, AuditHead):
            session.execute(sa.delete(record))
        session.execute(sa.update(AuditEntry).values(actor="x"))
        for entry in session.scalars(sa.select(AuditEntry).execution_options(populate_existing=True)):
            entry.leaf_hash = leaf_hash(
                leaf_data(town, entry.id, entry.at, "x", entry.action, entry.about, entry.details)
            )
        session.flush()
        audit.sequence(session, everything=True)

    assert verify(database, town).is_sound
    assert verify(database, town, anchors=[kept]).fault.kind is FaultKind.REWRITTEN
    assert verify(database, town, kept).fault.kind is FaultKind.REWRITTEN


def test_from_a_kept_head_only_what_came_later_is_recomputed(database, town):
    a_ledger(database, town)
    kept = head_of(database, town)
    write(database, town, 4)
    sequence(database, town)

    found = verify(database, town, kept)

    assert found.is_sound
    assert (found.tree_size, found.checked) == (17, 4)


def test_many_writers_and_two_sequencers_lose_nothing(database, town):
    failures = []

    def attempt(act):
        try:
            for _ in range(10):
                act()
        except Exception as error:  # whatever it is, the main thread shall see it
            failures.append(error)

    acts = [lambda: write(database, town, 3)] * 4 + [lambda: sequence(database, town)] * 2
    threads = [threading.Thread(target=attempt, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sequence(database, town)

    assert failures == []
    found = verify(database, town)
    assert found.is_sound
    assert (found.tree_size, found.unsequenced) == (120, 0)


def test_at_least_two_thousand_entries_a_second_are_verified(database, town):
    write(database, town, 6_000)
    sequence(database, town)
    begin = time.perf_counter()

    found = verify(database, town)

    assert found.checked == 6_000
    assert found.checked / (time.perf_counter() - begin) >= 2_000


# --- the export and the script that knows nothing of us -----------------------------------------------------------


def exported(database, town, path: Path) -> list[str]:
    file = io.StringIO()
    with transaction(database, read_only=True, municipality_id=town) as session:
        audit.export(session, file)
    path.write_text(file.getvalue(), encoding="utf-8")
    return file.getvalue().rstrip("\n").split("\n")


def run_script(path: Path, *anchors: str):
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(path), *anchors], capture_output=True, text=True, check=False
    )


def test_the_script_confirms_a_sound_export(database, town, tmp_path):
    a_ledger(database, town)
    write(database, town, about='家族「\u2028\x1f"\\/', details={"note": "é\x7f"})
    sequence(database, town)
    kept = head_of(database, town)
    lines = exported(database, town, tmp_path / "ledger.jsonl")

    result = run_script(tmp_path / "ledger.jsonl", f"{kept.tree_size}:{kept.root_hash.hex()}")

    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout == f"sound: 14 entries, root {kept.root_hash.hex()}\n"
    assert len(lines) == 14 + 4


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda lines: [*lines[:2], lines[2].replace("case-2", "case-9"), *lines[3:]], id="altered"),
        pytest.param(lambda lines: lines[:2] + lines[3:], id="deleted"),
        pytest.param(lambda lines: lines[:-1], id="last head gone"),
        pytest.param(lambda lines: lines[:-2] + lines[-1:], id="last entry gone"),
        pytest.param(lambda lines: lines[:8], id="cut off with its heads"),
        pytest.param(lambda lines: [lines[1], lines[0], *lines[2:]], id="reordered"),
        pytest.param(lambda lines: [], id="emptied"),
    ],
)
def test_the_script_refuses_a_spoilt_export(database, town, tmp_path, spoil):
    a_ledger(database, town)
    kept = head_of(database, town)
    path = tmp_path / "ledger.jsonl"
    lines = exported(database, town, path)
    path.write_text("".join(f"{line}\n" for line in spoil(lines)), encoding="utf-8")

    result = run_script(path, f"{kept.tree_size}:{kept.root_hash.hex()}")

    assert result.returncode == 1
    assert result.stdout.startswith("not sound: ")


@pytest.mark.parametrize("arguments", [[], ["nowhere.jsonl"], [str(SCRIPT)]])
def test_the_script_says_when_it_cannot_read(arguments):
    result = subprocess.run([sys.executable, "-I", str(SCRIPT), *arguments], capture_output=True, check=False)

    assert result.returncode == 2


def test_the_script_is_short_enough_to_be_read():
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) < 100

"""Revisions and records lead to the same schema, and a newer database is refused."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from engine import schema
from engine.database import JSON
from engine.schema import SchemaTooNew
from engine.schema.tables import immutable_tables, metadata


def revision_of(engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def differences(engine) -> list:
    """What alembic would write into the next revision."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        return [change for change in compare_metadata(context, metadata()) if not _is_version_table(change)]


def _is_version_table(change) -> bool:
    return change[0] == "remove_table" and change[1].name == "alembic_version"


def triggers(engine) -> set[str]:
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if engine.dialect.name == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with engine.connect() as connection:
        return set(connection.exec_driver_sql(query).scalars())


def test_the_tables_of_the_tests_are_those_of_the_records(empty_database):
    schema.create_all_for_tests(empty_database)

    assert differences(empty_database) == []


def test_the_revisions_lead_to_the_tables_of_the_records(empty_database):
    schema.upgrade(empty_database)

    assert differences(empty_database) == []


def test_the_revisions_protect_what_the_tests_protect(empty_database, database):
    schema.upgrade(empty_database)

    assert len(immutable_tables()) >= 5
    if empty_database.dialect.name == database.dialect.name:
        assert triggers(empty_database) == triggers(database)


def test_an_empty_database_is_behind_and_an_upgraded_one_is_not(empty_database):
    before = schema.check(empty_database)

    after = schema.upgrade(empty_database)

    assert before.current is None
    assert before.missing[-1] == before.newest == after.current
    assert after.is_current
    assert not before.is_current
    assert schema.check(empty_database) == after


def test_a_second_upgrade_changes_nothing(empty_database):
    first = schema.upgrade(empty_database)

    assert schema.upgrade(empty_database) == first


@pytest.mark.parametrize("act", [schema.check, schema.upgrade])
def test_a_database_of_a_newer_release_is_refused_and_left_as_it_was(empty_database, act):
    schema.upgrade(empty_database)
    with empty_database.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(SchemaTooNew):
        act(empty_database)

    assert revision_of(empty_database) == "9999"


def test_an_upgrade_that_fails_leaves_no_trace(empty_database, monkeypatch):
    def fail(*_arguments):
        raise ZeroDivisionError

    monkeypatch.setattr(schema, "protect", fail)

    with pytest.raises(ZeroDivisionError):
        schema.upgrade(empty_database)

    assert sa.inspect(empty_database).get_table_names() == []


def test_there_is_one_newest_revision_and_the_names_count_on(empty_database):
    missing = schema.check(empty_database).missing

    assert [name[:4] for name in missing] == [f"{number:04d}" for number in range(1, len(missing) + 1)]


def test_every_table_begins_its_key_with_the_municipality():
    for table in metadata().tables.values():
        assert [column.name for column in table.primary_key] == ["municipality_id", "id"], table.name


def test_every_reference_stays_within_the_municipality():
    for table in metadata().tables.values():
        for key in table.foreign_key_constraints:
            assert key.column_keys[0] == "municipality_id", (table.name, key.name)


def test_no_instant_is_kept_without_its_zone():
    for table in metadata().tables.values():
        for column in table.columns:
            assert type(column.type) is not sa.DateTime, (table.name, column.name)
            assert type(column.type) is not sa.JSON or column.type is JSON, (table.name, column.name)


@pytest.mark.parametrize("statement", ["UPDATE {0} SET municipality_id = 'x'", "DELETE FROM {0}"])
def test_published_files_cannot_be_changed_by_anyone(database, statement):
    columns = {"municipality_id": "t", "id": "v", "bundle": "b", "number": 1, "title_ja": "", "title_en": ""}
    table = metadata().tables["bundle_version"]
    with database.begin() as connection:
        connection.execute(table.insert().values(**columns, created_at=sa.func.current_timestamp()))

    with pytest.raises(DBAPIError, match="never changed or deleted"), database.begin() as connection:
        connection.exec_driver_sql(statement.format("bundle_version"))

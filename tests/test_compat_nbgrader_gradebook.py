"""nbgrader's gradebook still works as autograder.compat.nbgrader_gradebook expects it to."""

from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, text

from autograder.compat.nbgrader_gradebook import MIGRATIONS, has_newest_version, make_tables, single_transaction

SESSION_CHANGED = (
    "nbgrader has changed its session (Gradebook.db) or its engine: the grades of a submission are no longer entered "
    "in one transaction"
)
MIGRATIONS_CHANGED = (
    "nbgrader has changed its migrations (nbgrader/alembic): the autograder can no longer make a gradebook, or see "
    "whether one is of this version"
)


@pytest.mark.parametrize("interrupted", [False, True])
def test_what_nbgrader_commits_inside_a_transaction_is_kept_as_a_whole_or_not_at_all(
    tmp_path: Path, interrupted: bool
) -> None:
    url = f"sqlite:///{tmp_path}/gradebook.db"
    with create_engine(url).begin() as connection:
        make_tables(connection)
    with Gradebook(url) as gradebook:
        try:
            with single_transaction(gradebook):
                gradebook.add_student("ada")
                gradebook.add_assignment("ps1")
                if interrupted:
                    raise KeyboardInterrupt
        except KeyboardInterrupt:
            pass
        gradebook.add_student("bob")
    with Gradebook(url) as gradebook:
        students = sorted(student.id for student in gradebook.students)
    assert students == (["bob"] if interrupted else ["ada", "bob"]), SESSION_CHANGED


def test_new_tables_have_the_version_that_alembic_calls_the_newest(tmp_path: Path) -> None:
    with create_engine(f"sqlite:///{tmp_path}/gradebook.db").begin() as connection:
        make_tables(connection)
        head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
        assert MigrationContext.configure(connection).get_current_revision() == head, MIGRATIONS_CHANGED
        assert has_newest_version(connection), MIGRATIONS_CHANGED


def test_every_older_version_is_recognised_as_one(tmp_path: Path) -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    older = [script.revision for script in scripts.walk_revisions()][1:]
    assert older, MIGRATIONS_CHANGED
    with create_engine(f"sqlite:///{tmp_path}/gradebook.db").begin() as connection:
        make_tables(connection)
        for revision in older:
            connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": revision})
            assert not has_newest_version(connection), MIGRATIONS_CHANGED

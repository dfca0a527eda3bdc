"""What the autograder uses of nbgrader's gradebook that nbgrader does not document: its session and its migrations."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.api import Gradebook
from sqlalchemy import text

MIGRATIONS = Path(api.__file__).with_name("alembic")


@contextlib.contextmanager
def single_transaction(gradebook: Gradebook) -> Iterator[None]:
    """Make everything that is done with a gradebook inside one transaction of the database.

    Each method of nbgrader's gradebook commits by itself. So a killed command would leave half of a submission's
    grades, and a commit per row is slow. nbgrader has no setting for that. SQLAlchemy has: a session that is bound to
    a connection with an open transaction leaves the transaction open when it commits. This needs nbgrader's attributes
    `db`, a scoped session, and `engine`.
    """
    with gradebook.engine.begin() as connection:
        gradebook.db.remove()
        gradebook.db.configure(bind=connection, join_transaction_mode="rollback_only")
        try:
            yield
            gradebook.db.flush()
        finally:
            gradebook.db.remove()
            gradebook.db.configure(bind=gradebook.engine)


def make_tables(connection: Any) -> None:
    """Make nbgrader's tables in an empty database, and note their version as its migrations do.

    nbgrader's Gradebook does the same when it opens an empty database. It asks for the version by starting `alembic` as
    a command, which must be on the PATH and takes seconds.
    """
    from alembic.migration import MigrationContext  # imported here, because that takes half a second
    from alembic.script import ScriptDirectory

    api.Base.metadata.create_all(connection)
    MigrationContext.configure(connection).stamp(ScriptDirectory(str(MIGRATIONS)), "head")


def has_newest_version(connection: Any) -> bool:
    """Return whether the tables have nbgrader's newest version, which no migration starts from.

    alembic could tell as well, but importing it takes half a second, in every command.
    """
    version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    migrations = "".join(path.read_text(encoding="utf-8") for path in MIGRATIONS.glob("versions/*.py"))
    return f"\nrevision = '{version}'" in migrations and f"down_revision = '{version}'" not in migrations

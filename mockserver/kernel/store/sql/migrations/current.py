"""Bringing a database's tables up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from mockserver.kernel.store.protocol import StoreError

#: The last module in ``versions``; a test says so.
LATEST = "0001"

FOLDER = Path(__file__).parent


def bring_up_to_date(connection: Connection, where: str) -> None:
    """Make or change the tables; raises ``StoreError`` for a database of a newer version, or of something else."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" in tables:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if found == LATEST:
            return
        if found is not None and found > LATEST:
            raise StoreError(
                f"{where} has schema {found}, newer than the {LATEST} of this apitwin; use the version that wrote it"
            )
    elif tables:
        raise StoreError(f"{where} is no state of apitwin: it has the tables {', '.join(sorted(tables)[:5])}")
    _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    """Run what is missing, in the transaction under way."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    scripts = ScriptDirectory(str(FOLDER), version_locations=[str(FOLDER / "versions")])

    def steps(revision: Any, _: object) -> Any:
        return scripts._upgrade_revs("head", revision)

    with EnvironmentContext(config, scripts, fn=steps) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()

"""The first tables: worlds in layers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
CELLS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table."""
    _worlds()
    _kinds()
    _rows()
    _lookups()
    _journal()
    op.create_table("facts", _key("name", TEXT), sa.Column("value", sa.Text, nullable=False))


def downgrade() -> None:
    """There is nothing before the first tables."""
    raise NotImplementedError


def _worlds() -> None:
    op.create_table(
        "worlds",
        sa.Column("id", COUNTED, primary_key=True, autoincrement=True),
        sa.Column("name", TEXT, nullable=False, unique=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("frozen", sa.Boolean, nullable=False),
        sa.Column("owned", sa.Boolean, nullable=False),
        sa.Column("chain", TEXT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table("layers", sa.Column("id", COUNTED, primary_key=True, autoincrement=True), sqlite_autoincrement=True)


def _kinds() -> None:
    op.create_table(
        "kinds",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", TEXT, nullable=False, unique=True),
        sa.Column("attributes", TEXT, nullable=False),
    )
    op.create_table(
        "lookups",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("definition", TEXT, nullable=False),
    )


def _rows() -> None:
    op.create_table(
        "rows",
        _key("layer", sa.BigInteger()),
        _key("kind", sa.Integer()),
        _key("key", TEXT),
        sa.Column("variant", TEXT),
        sa.Column("document", sa.Text),
        sa.Column("cells", CELLS),
    )


def _lookups() -> None:
    op.create_table(
        "entries",
        _key("layer", sa.BigInteger()),
        _key("lookup", sa.Integer()),
        _key("by", TEXT),
        _key("place", TEXT),
        _key("key", TEXT),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "claims",
        _key("layer", sa.BigInteger()),
        _key("lookup", sa.Integer()),
        _key("by", TEXT),
        sa.Column("key", TEXT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "numbers",
        _key("layer", sa.BigInteger()),
        _key("sequence", TEXT),
        sa.Column("value", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _journal() -> None:
    op.create_table(
        "cursors", _key("world", TEXT), sa.Column("number", sa.BigInteger, nullable=False), sqlite_with_rowid=False
    )
    op.create_table(
        "exchanges",
        _key("world", TEXT),
        _key("number", sa.BigInteger()),
        sa.Column("entry", sa.LargeBinary, nullable=False),
    )


def _key(name: str, type_: TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, type_, primary_key=True, autoincrement=False)

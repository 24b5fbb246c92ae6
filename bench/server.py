"""A twin in a process of its own, as a measurement needs it: started, asked for its credentials, weighed, stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from apitwin import banner

API = "kopicloud-ad"


class Server:
    """A served twin. ``start_seconds`` is the time from starting the command to its banner."""

    def __init__(self, *options: str, environment: Mapping[str, str] | None = None, api: str = API) -> None:
        command = [sys.executable, "-m", "apitwin", "serve", api, "--port", "0", *options]
        started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})}
        )
        told = banner.read(self._lines())
        self.start_seconds = time.perf_counter() - started
        self.port = urlsplit(told.addresses[api]).port or 0
        self._credentials = told.credentials[api]

    def header(self, label: str) -> dict[str, str]:
        """The header of a credential of the seed, by its label."""
        name, _, value = self._credentials[label].partition(": ")
        return {name: value}

    def query(self, label: str) -> str:
        """The query of a credential that travels there: `?access_token=…`."""
        return self._credentials[label]

    def resident_megabytes(self) -> float:
        """Memory of the process that is in use now."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("the system does not tell the memory of a process")

    def cpu_seconds(self) -> float:
        """Processor time the process has used so far, in user and system mode."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def pin(self, core: int) -> None:
        """From now on run on one core only."""
        os.sched_setaffinity(self._process.pid, {core})

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait(10)

    def _lines(self) -> Iterator[str]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield line.rstrip("\n")
            if line.startswith(banner.END):
                return


@contextmanager
def serving(*options: str, environment: Mapping[str, str] | None = None, api: str = API) -> Iterator[Server]:
    """A served twin for the length of a block."""
    server = Server(*options, environment=environment, api=api)
    try:
        yield server
    finally:
        server.stop()

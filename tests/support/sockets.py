"""Who is at the other end of a connection on this machine."""

from __future__ import annotations

import os
import socket
from pathlib import Path

PROCESSES = Path("/proc")


def peer(connection: socket.socket, among: int) -> int:
    """The id of the process, a given one or one of its children, that has the other socket of a TCP connection."""
    wanted = f"socket:[{_inode(connection.getpeername()[1], connection.getsockname()[1])}]"
    children = (PROCESSES / f"{among}/task/{among}/children").read_text().split()
    (found,) = [number for number in [among, *map(int, children)] if wanted in _files(number)]
    return found


def _inode(local: int, remote: int) -> str:
    """What the kernel numbers the socket between two ports of 127.0.0.1."""
    lines = [line.split() for line in (PROCESSES / "net/tcp").read_text().splitlines()[1:]]
    (found,) = [line[9] for line in lines if line[1].endswith(f":{local:04X}") and line[2].endswith(f":{remote:04X}")]
    return found


def _files(process: int) -> set[str]:
    folder = PROCESSES / str(process) / "fd"
    return {os.readlink(each) for each in folder.iterdir() if each.is_symlink()}

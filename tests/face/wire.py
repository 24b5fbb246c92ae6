"""Requests as bytes on a connection of their own."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from tests.face.command import LIMIT, Twin


def talk(served: Twin, *pieces: bytes) -> bytes:
    """Everything that comes back on a connection of its own, once all was sent."""
    place = urlsplit(served.url)
    with socket.create_connection((place.hostname or "", place.port or 0), LIMIT) as connection:
        for piece in pieces:
            connection.sendall(piece)
        received = b""
        while part := connection.recv(65536):
            received += part
    return received


def sent(line: str, *more: str) -> bytes:
    """The head of a request, after which the connection is closed."""
    return "\r\n".join((f"{line} HTTP/1.1", "Host: twin", "Connection: close", *more, "", "")).encode()

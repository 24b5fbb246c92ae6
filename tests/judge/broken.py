"""A deployment that breaks a promise: a server in front of a twin that changes what it answers."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

#: Headers of one connection, not of what goes over it.
_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length", "date", "server")


#: What is answered instead, by method, path and answer.
Change = Callable[[str, str, bytes], bytes]


def breaking(upstream: str, old: bytes, new: bytes, *, under: str = "/") -> AbstractContextManager[str]:
    """The address of a server that passes everything on and exchanges bytes in answers to paths that begin so."""
    return changing(upstream, lambda _, path, body: body.replace(old, new) if path.startswith(under) else body)


@contextmanager
def changing(upstream: str, change: Change) -> Iterator[str]:
    """The address of a server that passes everything on and changes what is answered."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65_537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = urlsplit(upstream)
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in ("connection",)}
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            content = change(self.command, self.path, content)
            self.send_response_only(answer.status, answer.reason)
            for name, value in answer.getheaders():
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            self.wfile.flush()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

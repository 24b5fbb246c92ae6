"""What the pages use of curl, for machines that have none: ``python -m tests.support.curl -s -H ... URL``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import httpx


def fetched(arguments: Sequence[str]) -> str:
    """What curl would print; an option the pages do not use ends the program with exit code 2."""
    parser = argparse.ArgumentParser(prog="curl", allow_abbrev=False)
    parser.add_argument("url")
    parser.add_argument("-s", "--silent", action="store_true")
    parser.add_argument("-i", "--include", action="store_true")
    parser.add_argument("-g", "--globoff", action="store_true")
    parser.add_argument("-X", "--request", default=None)
    parser.add_argument("-H", "--header", action="append", default=[])
    parser.add_argument("-d", "--data", action="append", default=None)
    given = parser.parse_args(arguments)
    method = given.request or ("GET" if given.data is None else "POST")
    headers = dict(line.split(": ", 1) for line in given.header)
    content = None if given.data is None else "&".join(given.data)
    answer = httpx.request(method, given.url, headers=headers, content=content, trust_env=False, timeout=30)
    if not given.include:
        return answer.text
    head = [f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}"]
    head += [f"{name.decode('latin-1')}: {value.decode('latin-1')}" for name, value in answer.headers.raw]
    return "\n".join([*head, "", answer.text])


if __name__ == "__main__":
    sys.stdout.write(fetched(sys.argv[1:]))

"""What `apitwin serve` says when it is ready: addresses, credentials, and how to stop.

On a terminal it is coloured; elsewhere the same lines are plain text. Scripts may rely on the line that begins with
``READY``, and on `read`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

READY = "apitwin: serving on "

#: The last line.
END = "stop it with Ctrl-C"

ADDRESS = "address"
CREDENTIALS = "credentials"

#: How lines look on a terminal: the ready line, headings, labels, addresses, warnings.
STYLES = {
    rf"^{READY}.*": "bold green",
    r"^[a-z0-9-]+: .*": "bold",
    r"^ {2,}\S+( \S+)*": "cyan",
    r"https?://[^ )]+": "underline",
    r"^warning: .*": "bold yellow",
}

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class ApiNotes:
    """What a client of one API needs: labelled addresses, and credentials as label and header line."""

    name: str
    title: str
    notes: Pairs
    credentials: Pairs


@dataclass(frozen=True, kw_only=True)
class Banner:
    """Everything that is said; ``notes`` are about the server as a whole, ``warnings`` what its user may not expect."""

    url: str
    apis: list[ApiNotes]
    notes: Pairs
    warnings: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The banner as plain text."""
        lines = [f"{READY}{self.url}"]
        for api in self.apis:
            lines += ["", f"{api.name}: {api.title}", *_indented(api.notes, 2)]
            if api.credentials:
                lines += [f"  {CREDENTIALS}", *_indented(api.credentials, 4)]
        warnings = [f"warning: {warning}" for warning in self.warnings]
        return [*lines, "", *_indented(self.notes, 0), *warnings, END]


@dataclass(frozen=True, kw_only=True)
class Served:
    """A banner read back: every API's address and header lines of its credentials by label."""

    addresses: Mapping[str, str]
    credentials: Mapping[str, Mapping[str, str]]


def show(banner: Banner) -> None:
    """Print the banner at once."""
    if sys.stdout.isatty():
        _draw(banner)
    else:
        print("\n".join(banner.lines()), flush=True)


def read(lines: Iterable[str]) -> Served:
    """What a plain banner says."""
    addresses: dict[str, str] = {}
    credentials: dict[str, dict[str, str]] = {}
    api = ""
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        label, _, value = re.sub(" {2,}", "\t", line.strip()).partition("\t")
        if indent == 0:
            api = label.partition(": ")[0]
        elif indent == 2 and label == ADDRESS:
            addresses[api] = value
        elif indent == 4:
            credentials.setdefault(api, {})[label] = value
    return Served(addresses=addresses, credentials=credentials)


def _indented(pairs: Pairs, indent: int) -> list[str]:
    width = max((len(label) for label, _ in pairs), default=0)
    return [f"{' ' * indent}{label.ljust(width)}  {value}" for label, value in pairs]


def _draw(banner: Banner) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for line in banner.lines():
        text = Text(line)
        for pattern, style in STYLES.items():
            text.highlight_regex(pattern, style)
        # a token broken over two lines by the terminal's width could not be copied: no wrapping, no frame
        console.print(text, soft_wrap=True)

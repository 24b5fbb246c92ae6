"""Reading Markdown and the command's own description, to hold one against the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote

import typer.main

from apitwin.cli import app

_FENCE = re.compile(r"^( *)(```|~~~).*?^\1\2", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+?) *#*$", re.MULTILINE)
_REQUEST = re.compile(r"^## `([A-Z]+ /[^`]*)`$", re.MULTILINE)
_ROW = re.compile(r"^\| *`([^`]+)`(?: or `([^`]+)`)?", re.MULTILINE)


class Parameter(Protocol):
    """What is used of the description of an option or argument of a verb."""

    param_type_name: str
    opts: list[str]
    secondary_opts: list[str]
    envvar: str | None
    metavar: str | None


@dataclass(frozen=True)
class Verb:
    """A verb of the command: names of its options and arguments, and the variables it reads."""

    name: str
    options: frozenset[str]
    arguments: frozenset[str]
    variables: frozenset[str]

    @property
    def words(self) -> frozenset[str]:
        """Everything the table of its page must list."""
        return self.options | self.arguments


def verbs() -> dict[str, Verb]:
    """The verbs of the command as it describes itself."""
    group: Any = typer.main.get_command(app)
    return {name: _verb(name, command.params) for name, command in group.commands.items()}


def common_options() -> frozenset[str]:
    """The options in front of a verb."""
    group: Any = typer.main.get_command(app)
    return _verb("", group.params).options


def listed(text: str) -> set[str]:
    """The code words that begin the rows of a page's tables, such as ``--port`` in ``| `--port P` |``."""
    return {word.split()[0] for row in _ROW.findall(text) for word in row if word}


def section(text: str, heading: str) -> str:
    """What stands under a heading of the second level; raises ``ValueError`` when there is no such heading."""
    _, found, rest = text.partition(f"\n## {heading}\n")
    if not found:
        raise ValueError(f"no heading '## {heading}'")
    return rest.partition("\n## ")[0]


def table(text: str) -> dict[str, list[str]]:
    """The cells of every table row that begins with a code word, by that word, without the marks of code."""
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in text.splitlines() if _ROW.match(line)]
    return {cells[0]: cells[1:] for cells in rows}


def properties(schema: Any) -> set[str]:
    """Names of all properties anywhere in a JSON schema."""
    if isinstance(schema, list):
        return set().union(*map(properties, schema))
    if not isinstance(schema, Mapping):
        return set()
    own = set(schema["properties"]) if isinstance(schema.get("properties"), Mapping) else set()
    return own.union(*map(properties, schema.values()))


def requests(text: str) -> set[str]:
    """The requests that head the parts of a page, such as ``GET /health``."""
    return set(_REQUEST.findall(text))


def undocumented(verb: Verb, page: str) -> list[str]:
    """What a verb has and the tables of its page lack, and the other way round."""
    rows = listed(page)
    lacking = [f"{verb.name}: {word} is not in its page" for word in sorted(verb.words - rows)]
    invented = [f"{verb.name} has no {word}, its page says so" for word in sorted(rows - verb.words)]
    unnamed = [f"{verb.name}: {name} is not in its page" for name in sorted(verb.variables) if f"`{name}`" not in page]
    return lacking + invented + unnamed


def unnamed(names: Iterable[str], page: str) -> list[str]:
    """Names that a page does not have as code."""
    return [name for name in sorted(names) if f"`{name}`" not in page]


def broken_links(path: Path) -> list[str]:
    """Links of a page to files or headings that are not there."""
    wrong = []
    for target in links(path.read_text("utf-8")):
        file, _, anchor = target.partition("#")
        place = path.parent / unquote(file) if file else path
        if not place.exists():
            wrong.append(f"{path.name}: {target} leads nowhere")
        elif anchor and anchor not in anchors(place.read_text("utf-8")):
            wrong.append(f"{path.name}: {target} has no such heading")
    return wrong


def links(text: str) -> list[str]:
    """Targets of a page's links to places of this repository."""
    targets: list[str] = _LINK.findall(_FENCE.sub("", text))
    return [target for target in targets if not re.match(r"[a-z][a-z0-9+.-]*:", target)]


def anchors(text: str) -> set[str]:
    """Names by which links reach the headings of a page."""
    headings: list[str] = _HEADING.findall(_FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def reachable(start: Path) -> set[Path]:
    """Pages that links lead to from a page, itself included."""
    found: set[Path] = set()
    waiting = [start.resolve()]
    while waiting:
        page = waiting.pop()
        if page in found or page.suffix != ".md" or not page.is_file():
            continue
        found.add(page)
        targets = (unquote(target.partition("#")[0]) for target in links(page.read_text("utf-8")))
        waiting += [(page.parent / target).resolve() for target in targets if target]
    return found


def _verb(name: str, parameters: list[Parameter]) -> Verb:
    options = [one for one in parameters if one.param_type_name == "option"]
    arguments = [one for one in parameters if one.param_type_name == "argument"]
    spelled = {word for one in options for word in (*one.opts, *one.secondary_opts)}
    return Verb(
        name=name,
        options=frozenset(spelled - {"--help"}),
        arguments=frozenset((one.metavar or one.opts[0]).strip("[].") for one in arguments),
        variables=frozenset(one.envvar for one in parameters if one.envvar),
    )

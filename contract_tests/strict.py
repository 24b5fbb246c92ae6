"""YAML that people write by hand, read strictly: whatever is not allowed is told with file, line and column."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from apitwin.data.names import nearest


class StrictError(ValueError):
    """Something in a file that may not be there, or is missing; begins with its place."""


class Strict:
    """A part of a file."""

    def __init__(self, file: Path, node: yaml.Node) -> None:
        self.file, self.node = file, node

    def error(self, message: str) -> StrictError:
        """What is wrong with this part."""
        mark = self.node.start_mark
        return StrictError(f"{self.file}:{mark.line + 1}:{mark.column + 1}: {message}")

    def mapping(self, *, required: Iterable[str] = (), optional: Iterable[str] = ()) -> dict[str, Strict]:
        """The values by key; raises ``StrictError`` for a key that is unknown, missing or there twice."""
        found, needed = self.pairs(), list(required)
        for key, part in found.items():
            if key not in (*needed, *optional):
                raise part.error(f"unknown key {key!r}{nearest(key, (*needed, *optional))}")
        for key in needed:
            if key not in found:
                raise self.error(f"{key!r} is missing")
        return found

    def pairs(self) -> dict[str, Strict]:
        """The values by key, whatever keys there are."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"{self._shown} where keys and values are expected")
        found: dict[str, Strict] = {}
        for key, value in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise Strict(self.file, key).error("a key is a word")
            if key.value in found:
                raise Strict(self.file, key).error(f"key {key.value!r} stands twice")
            found[key.value] = Strict(self.file, value)
        return found

    def items(self) -> list[Strict]:
        """The items of a list; raises ``StrictError``."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error(f"{self._shown} where a list is expected")
        return [Strict(self.file, one) for one in self.node.value]

    def items_or_one(self) -> list[Strict]:
        """The items of a list; a single value is a list of one."""
        return self.items() if isinstance(self.node, yaml.SequenceNode) else [self]

    @property
    def value(self) -> Any:
        """What it stands for: text, number, truth value, date, nothing, list or mapping; raises ``StrictError``."""
        try:
            return SafeConstructor().construct_document(self.node)
        except (yaml.constructor.ConstructorError, ValueError, OverflowError) as error:
            raise self.error(str(getattr(error, "problem", None) or error)) from error

    def text(self) -> str:
        """A text that is not blank; raises ``StrictError``."""
        value = self.value if isinstance(self.node, yaml.ScalarNode) else None
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"{self._shown} where a text is expected")
        return value

    def number(self) -> int | float:
        """A number; raises ``StrictError``."""
        value = self.value if isinstance(self.node, yaml.ScalarNode) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(f"{self._shown} where a number is expected")
        return value

    def flag(self) -> bool:
        """A truth value; raises ``StrictError``."""
        value = self.value if isinstance(self.node, yaml.ScalarNode) else None
        if not isinstance(value, bool):
            raise self.error(f"{self._shown} where true or false is expected")
        return value

    def one_of(self, words: Iterable[str]) -> str:
        """One of some words; raises ``StrictError``."""
        allowed, word = list(words), self.text()
        if word not in allowed:
            raise self.error(f"{word!r} is not allowed{nearest(word, allowed)}")
        return word

    @property
    def _shown(self) -> str:
        if isinstance(self.node, yaml.ScalarNode):
            return repr(self.node.value) if self.node.value else "nothing"
        return "a list" if isinstance(self.node, yaml.SequenceNode) else "keys and values"


def read_strictly(file: Path) -> Strict:
    """The whole of a file; raises ``StrictError``."""
    try:
        node = yaml.compose(file.read_text("utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise StrictError(f"{file}: {getattr(error, 'strerror', None) or error}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else str(file)
        raise StrictError(f"{place}: {error.problem or error}") from error
    except yaml.YAMLError as error:
        raise StrictError(f"{file}: {' '.join(str(error).split())}") from error
    if node is None:
        raise StrictError(f"{file}: there is nothing in it")
    return Strict(file, node)

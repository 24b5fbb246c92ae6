"""What pyproject.toml requires, and the constraints files beside it.

``python -m tests.support.requirements`` prints the content of constraints-lowest.txt.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]


def required() -> list[Requirement]:
    """What runs apitwin."""
    return [Requirement(line) for line in _project()["dependencies"]]


def required_for_sql() -> list[Requirement]:
    """What the extra ``sql`` adds."""
    return _extra("sql")


def required_by_developers() -> list[Requirement]:
    """What the extra ``dev`` adds, the extras it includes left out."""
    return [one for one in _extra("dev") if one.name != "apitwin"] + required_for_sql()


def floor(requirement: Requirement) -> str:
    """The oldest version a requirement allows; raises ``ValueError`` when it does not say."""
    floors = [one.version for one in requirement.specifier if one.operator == ">="]
    if len(floors) != 1:
        raise ValueError(f"{requirement} needs exactly one lower bound such as >=1.2.3")
    return floors[0]


def lowest() -> list[str]:
    """The lines of constraints-lowest.txt."""
    return sorted((f"{one.name}=={floor(one)}" for one in [*required(), *required_for_sql()]), key=str.lower)


def pinned(file: str) -> dict[str, str]:
    """Version by canonical name; raises ``ValueError`` for a line that is not ``name==version``."""
    pins: dict[str, str] = {}
    for line in (ROOT / file).read_text("utf-8").splitlines():
        name, separator, version = line.partition("==")
        if not separator or not set(version) <= set("0123456789.abcdevpostr"):
            raise ValueError(f"{file}: {line!r} is not name==version")
        pins[canonicalize_name(name)] = version
    return pins


def _extra(name: str) -> list[Requirement]:
    return [Requirement(line) for line in _project()["optional-dependencies"][name]]


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return project


if __name__ == "__main__":
    sys.stdout.write("\n".join(lowest()) + "\n")

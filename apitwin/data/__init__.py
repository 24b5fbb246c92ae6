"""Where specs/ and fixtures/ lie: beside the packages in a checkout, inside the package in an installed wheel.

All that twin and judge have in common is below here: it finds and reads files, and knows nothing of their meaning.
"""

from __future__ import annotations

from pathlib import Path


class DataMissing(RuntimeError):
    """The promises or fixtures are neither in a checkout nor in the installed package."""


def specs_dir() -> Path:
    """The folder that holds one folder per promised API; raises ``DataMissing``."""
    return _folder("specs")


def fixtures_dir() -> Path:
    """The folder that holds seeds and examples, one folder per API; raises ``DataMissing``."""
    return _folder("fixtures")


def api_names() -> list[str]:
    """Names of all promised APIs, sorted."""
    return sorted(path.parent.name for path in specs_dir().glob("*/openapi.yaml"))


def _folder(name: str) -> Path:
    package = Path(__file__).resolve().parents[1]
    for candidate in (package.parent / name, package / "_data" / name):
        if candidate.is_dir():
            return candidate
    raise DataMissing(f"{name}/ is neither beside {package} nor in {package / '_data'}; reinstall apitwin")

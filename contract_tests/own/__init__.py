"""Rules that users bring: conditions in ``rules.yaml`` and functions in Python files, both in a folder of theirs."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

from contract_tests.own.declared import declared
from contract_tests.rules.registry import Rule, RuleError, discover, rules_in
from contract_tests.strict import StrictError

FILE = "rules.yaml"
#: Package that the Python files are modules of, as far as Python is concerned.
PACKAGE = "apitwin_own_rules"


def own_rules(folder: Path, *, operations: Iterable[str] | None = None) -> dict[str, Rule]:
    """The rules of a folder by id; raises ``RuleError`` with file and place.

    ``operations`` are those of the API: rules may name no others. Python files whose names begin with ``_`` are left
    to the others to import.
    """
    files = sorted(one for one in folder.glob("*.py") if not one.name.startswith("_"))
    yaml = folder / FILE
    if not folder.is_dir():
        raise RuleError(f"{folder}: no such folder")
    if not yaml.is_file() and not files:
        raise RuleError(f"{folder}: neither {FILE} nor a Python file is in it")
    found: dict[str, Rule] = {}
    built_in = discover()
    for file, rule in _all(yaml, files, operations):
        if rule.id in found or rule.id in built_in:
            raise RuleError(
                f"{file}: rule {rule.id!r} is defined twice" + (" (it is a built-in one)" * (rule.id in built_in))
            )
        found[rule.id] = rule
    return found


def every_rule(folder: Path | None) -> Mapping[str, Rule]:
    """The built-in rules, and those of a folder; raises ``RuleError``."""
    return {**discover(), **(own_rules(folder) if folder else {})}


def _all(yaml: Path, files: Iterable[Path], operations: Iterable[str] | None) -> Iterator[tuple[Path, Rule]]:
    if yaml.is_file():
        try:
            yield from ((yaml, rule) for rule in declared(yaml, operations))
        except StrictError as error:
            raise RuleError(str(error)) from error
    for file in files:
        rules = list(rules_in(_module(file)))
        if not rules:
            raise RuleError(f"{file}: no rule is in it; a file that others import has a name that begins with _")
        yield from ((file, rule) for rule in rules)


def _module(file: Path) -> ModuleType:
    """The module of a file, in which it may import its neighbours; raises ``RuleError`` when it fails."""
    name = f"{PACKAGE}.{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise RuleError(f"{file}: no Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, str(file.parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise RuleError(f"{file}: {type(error).__name__}: {error}") from error
    finally:
        sys.path.remove(str(file.parent))
    return module

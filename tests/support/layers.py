"""The rules of the house as functions over source text: who imports whom, sizes, module state, the same rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

OURS = ("apitwin", "mockserver", "contract_tests", "tests", "bench")
ROOMS = ("models", "service", "handlers", "conventions")

MODULE_LINES = 400
FUNCTION_LINES = 60

_HTTP = ("connexion", "starlette", "json", "orjson", "httpx", "mockserver.kernel.http")
_STORES = ("mockserver.kernel.store.memory", "mockserver.kernel.store.sql")
_MUTABLE_CALLS = ("dict", "list", "set", "bytearray", "defaultdict", "deque", "Counter", "OrderedDict")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_GIVEN_BY_KINDS = ("attribute", "unique_key")
_MADE_BY_KINDS = ("Attribute", "UniqueKey")
_MUTABLE_DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


@dataclass(frozen=True)
class Module:
    """One module's text under its dotted name; a package has the name of its folder."""

    name: str
    text: str
    package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed text."""
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> frozenset[str]:
        """Dotted names of everything imported, anywhere in the module; ``from a import b`` is ``a`` and ``a.b``."""
        return frozenset(name for node in ast.walk(self.tree) for name in self._imported(node))

    def _imported(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = ".".join(filter(None, (self._origin(node.level), node.module)))
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"}:
            yield from (one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str))

    def _origin(self, level: int) -> str:
        if not level:
            return ""
        parts = self.name.split(".")
        return ".".join(parts[: len(parts) - level + self.package])


@dataclass(frozen=True)
class Wall:
    """Modules under ``inside`` (but ``doors``) import nothing under ``never`` (but ``fine``)."""

    title: str
    inside: tuple[str, ...]
    never: tuple[str, ...]
    doors: tuple[str, ...] = ()
    fine: tuple[str, ...] = ()

    def breaches(self, module: Module) -> list[str]:
        """One line per forbidden import of a module."""
        if not under(module.name, self.inside) or under(module.name, self.doors):
            return []
        wrong = sorted(name for name in module.imports if under(name, self.never) and not under(name, self.fine))
        return [f"{module.name} imports {name}: {self.title}" for name in wrong]


WALLS = (
    Wall(
        "the judge does not know the twin",
        inside=("contract_tests",),
        doors=("contract_tests.targets", "contract_tests.planted"),
        never=("mockserver",),
    ),
    Wall(
        "of the face, the judge knows where promises lie and how they are read",
        inside=("contract_tests",),
        never=("apitwin.*",),
        fine=("apitwin.data", "apitwin.__version__"),
    ),
    Wall(
        "of the face, the twin knows where promises lie and how they are read",
        inside=("mockserver",),
        never=("apitwin.*", "contract_tests", "tests", "bench"),
        fine=("apitwin.data", "apitwin.__version__"),
    ),
    Wall(
        "what twin and judge have in common knows neither of them",
        inside=("apitwin.data",),
        never=("mockserver", "contract_tests", "apitwin.*"),
        fine=("apitwin.data",),
    ),
    Wall("the kernel knows no API", inside=("mockserver.kernel",), never=("mockserver.apis.*",)),
    Wall(
        "the kernel stands on nothing above it",
        inside=("mockserver.kernel",),
        never=("mockserver.control", "mockserver.app", "mockserver.state"),
    ),
    Wall(
        "the control plane knows the kernel only",
        inside=("mockserver.control",),
        never=("mockserver.apis", "mockserver.app", "mockserver.state"),
    ),
)


def api_walls(systems: Iterable[str]) -> list[Wall]:
    """The walls of emulated systems, which are the packages right under ``mockserver.apis``."""
    return [
        Wall(
            "an API knows no other, and nothing that is built of APIs",
            (f"mockserver.apis.{name}",),
            ("mockserver.apis.*", "mockserver.control", "mockserver.app", "mockserver.state"),
            fine=(_home(name),),
        )
        for name in systems
    ]


def room_breaches(module: Module) -> list[str]:
    """Imports that a room of an API must not have: HTTP in models and service, a store behind its protocol anywhere."""
    room = _room(module.name)
    never = {"models": (*_HTTP, *_STORES), "service": (*_HTTP, *_STORES)}.get(room, _STORES) if room else ()
    wrong = sorted(name for name in module.imports if under(name, never))
    return [f"{module.name} imports {name}: {room} has never heard of it" for name in wrong]


def long_modules(module: Module) -> list[str]:
    """A module with too many lines."""
    lines = len(module.text.splitlines())
    return [f"{module.name} has {lines} lines, {MODULE_LINES} are allowed"] if lines > MODULE_LINES else []


def long_functions(module: Module) -> list[str]:
    """Functions with too many lines, decorators left out."""
    functions = [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    sizes = {f"{one.name} (line {one.lineno})": (one.end_lineno or one.lineno) - one.lineno + 1 for one in functions}
    return [
        f"{module.name}: {name} has {size} lines, {FUNCTION_LINES} are allowed"
        for name, size in sizes.items()
        if size > FUNCTION_LINES
    ]


def module_state(module: Module) -> list[str]:
    """Variables of a module that can change: lower-case names of lists, dicts and sets, and ``global``."""
    found = [
        f"{module.name}: {target.id} (line {node.lineno}) can change"
        for node in _executed(module.tree.body)
        for target, value in _assigned(node)
        if not target.id.isupper() and not target.id.startswith("__") and _mutable(value)
    ]
    rebound = [node for node in ast.walk(module.tree) if isinstance(node, ast.Global)]
    return found + [f"{module.name}: global {', '.join(node.names)} (line {node.lineno})" for node in rebound]


def late_attributes(module: Module) -> list[str]:
    """Attributes for queries that a module takes from a kind in a function, where a mistyped one is found too late.

    Tests may: they show what is refused.
    """
    if under(module.name, ("mockserver.kernel.store", "tests")):
        return []
    nodes = list(ast.walk(module.tree))
    late = {id(node) for function in nodes if isinstance(function, _FUNCTIONS) for node in ast.walk(function)}
    given = [node for node in nodes if isinstance(node, ast.Call) and _called(node) in _GIVEN_BY_KINDS]
    made = [node for node in nodes if isinstance(node, ast.Call) and _called(node) in _MADE_BY_KINDS]
    taken = [node for node in nodes if isinstance(node, ast.Attribute) and node.attr == "attributes"]
    of_kinds = [node for node in taken if isinstance(node.value, ast.Name) and node.value.id.isupper()]
    return [
        f"{module.name}: {ast.unparse(node)} (line {node.lineno}) belongs at the top of a module, called on a kind"
        for node in (*made, *of_kinds, *(node for node in given if id(node) in late))
    ]


def missing_rooms(package: Path, apis: Path) -> list[str]:
    """Rooms that an API's package lacks; a door's rooms may lie in the package of its system."""
    homes = [package, *(parent for parent in package.parents if parent != apis and parent.is_relative_to(apis))]
    return [
        f"{package.relative_to(apis.parent)} has no {room}"
        for room in ROOMS
        if not any(_is_module(home / room) for home in homes)
    ]


def api_packages(apis: Path) -> dict[str, Path]:
    """Packages that hold a descriptor (``API = ...``), by the API's name: ``copernica/v1`` is ``copernica-v1``."""
    found = (init.parent for init in sorted(apis.rglob("__init__.py")) if _describes(init.read_text("utf-8")))
    return {"-".join(package.relative_to(apis).parts).replace("_", "-"): package for package in found}


def folders(parent: Path) -> set[str]:
    """Names of the folders in a folder; none when it is missing."""
    return {one.name for one in parent.iterdir() if one.is_dir()} if parent.is_dir() else set()


def disagreements(**places: set[str]) -> list[str]:
    """Names that are in one place and not in another."""
    known = set[str]().union(*places.values())
    return [f"{name} is not in {place}" for place, names in places.items() for name in sorted(known - names)]


def modules(root: Path, packages: Iterable[str] = OURS) -> list[Module]:
    """All modules of the packages."""
    return [_read(root, path) for package in packages for path in sorted((root / package).rglob("*.py"))]


def under(name: str, prefixes: Iterable[str]) -> bool:
    """Whether a dotted name is one of the prefixes or below one; ``a.*`` is only what lies below ``a``."""
    return any(
        name.startswith(prefix[:-1]) if prefix.endswith(".*") else name == prefix or name.startswith(f"{prefix}.")
        for prefix in prefixes
    )


def _read(root: Path, path: Path) -> Module:
    parts = path.relative_to(root).with_suffix("").parts
    package = parts[-1] == "__init__"
    return Module(".".join(parts[:-1] if package else parts), path.read_text("utf-8"), package)


def _home(system: str) -> str:
    return f"mockserver.apis.{system}"


def _room(name: str) -> Literal["models", "service", "handlers", "conventions"] | None:
    if not name.startswith("mockserver.apis."):
        return None
    for room in ("models", "service", "handlers", "conventions"):
        if room in name.split(".")[3:]:
            return room
    return None


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    if isinstance(node.func, ast.Subscript) and isinstance(node.func.value, ast.Name):
        return node.func.value.id
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _executed(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run at import, also under ``if``, ``try``, ``with`` and ``for``."""
    for node in body:
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _executed(child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt))


def _assigned(node: ast.stmt) -> Iterator[tuple[ast.Name, ast.expr]]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    if value is not None:
        yield from ((target, value) for target in targets if isinstance(target, ast.Name))


def _mutable(value: ast.expr) -> bool:
    return isinstance(value, _MUTABLE_DISPLAYS) or (isinstance(value, ast.Call) and _called(value) in _MUTABLE_CALLS)


def _is_module(path: Path) -> bool:
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def _describes(text: str) -> bool:
    targets = (target.id for node in ast.parse(text).body for target, _ in _assigned(node))
    return "API" in targets

"""Layering: modules import only from lower layers, and only at the top.

Only the apiframe package does not use Django.
"""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Lowest first. A package belongs to one layer; modules inside it may import each other.
FLOORS = [
    [f"generations.{room}" for room in ("apiframe", "seedance", "texts", "media")],
    ["generations.models"],
    [f"generations.{room}" for room in ("credits", "gallery", "library")],
    ["generations.accounts"],
    [f"generations.{room}" for room in ("composer", "lifecycle", "operations")],
    ["generations.tasks"],
    [f"generations.{room}" for room in ("views", "admin", "templatetags", "management")],
    ["seedance_web", "generations.apps"],
]
OUTSIDE = ("generations.migrations", "generations.apiframe.sandbox")
SANDBOX = "generations.apiframe.sandbox"
# Lowest first: the demo clips, what the endpoints do, the HTTP side, and the whole put together.
SANDBOX_FLOORS = [f"{SANDBOX}.{room}" for room in ("film", "api", "http", "sandbox")]
# The sandbox has its own command; any module may import the version.
ALLOWED = {("generations.management.commands.apiframe_sandbox", "generations.apiframe.sandbox")}

MODULES = sorted(
    path.relative_to(ROOT)
    for package in ("generations", "seedance_web")
    for path in (ROOT / package).rglob("*.py")
)


def _name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _room(name: str) -> tuple[int, str] | None:
    """Return the layer and room (module or package) of a dotted name."""
    for floor, rooms in enumerate(FLOORS):
        for room in rooms:
            if name == room or name.startswith(f"{room}."):
                return floor, room
    return None


def _imports(tree: ast.AST, module: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield ".".join([*module.split(".")[: -node.level], node.module or ""]).rstrip(".")
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _breaches(path: Path) -> Iterator[str]:
    name = _name(path)
    here = _room(name)
    if here is None:
        return
    for target in _imports(ast.parse((ROOT / path).read_text()), name):
        there = _room(target)
        if there is None or there[1] == here[1] or (name, ".".join(target.split(".")[:3])) in ALLOWED:
            continue
        if there[0] >= here[0] or target.startswith("generations.apiframe.sandbox"):
            yield f"{name} imports {target}"


def _is_outside(path: Path) -> bool:
    return _name(path).startswith(OUTSIDE)


@pytest.mark.parametrize("path", [each for each in MODULES if not _is_outside(each)], ids=str)
def test_it_imports_only_from_lower_layers(path: Path) -> None:
    assert list(_breaches(path)) == []


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_it_imports_nothing_inside_a_function(path: Path) -> None:
    tree = ast.parse((ROOT / path).read_text())
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    hidden = [
        node.lineno
        for each in functions
        for node in ast.walk(each)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


@pytest.mark.parametrize("path", [each for each in MODULES if not _is_outside(each)], ids=str)
def test_it_belongs_to_a_layer(path: Path) -> None:
    assert _name(path) == "generations" or _room(_name(path)) is not None


# The client knows no Django at all; the texts and the parameters only its languages, dates and numbers.
GROUND = {"apiframe": (), "seedance": ("django.utils",), "texts": ("django.utils",)}


@pytest.mark.parametrize("room", GROUND)
def test_the_ground_knows_little_of_django(room: str) -> None:
    ground = [each for each in MODULES if each.parts[1] == room and not _is_outside(each)]
    imported = {
        name for each in ground for name in _imports(ast.parse((ROOT / each).read_text()), _name(each))
    }
    assert not {
        name
        for name in imported
        if name.split(".")[0] in ("django", "django_q", "django_htmx", "allauth")
        and not name.startswith(GROUND[room])
    }


SANDBOX_MODULES = [each for each in MODULES if _name(each).startswith(SANDBOX)]


def test_the_sandbox_shares_no_code_with_the_client() -> None:
    imported = {name for each in SANDBOX_MODULES for name in _imports_of(each)}
    ours = {name for name in imported if name.startswith("generations")}
    assert all(name.startswith(SANDBOX) for name in ours)


def _sandbox_floor(name: str) -> int:
    return next(floor for floor, room in enumerate(SANDBOX_FLOORS) if f"{name}.".startswith(f"{room}."))


@pytest.mark.parametrize("path", [each for each in SANDBOX_MODULES if _name(each) != SANDBOX], ids=str)
def test_a_room_of_the_sandbox_imports_only_from_a_lower_one(path: Path) -> None:
    here = _sandbox_floor(_name(path))
    ours = [name for name in _imports_of(path) if name.startswith("generations")]
    assert [name for name in ours if _sandbox_floor(name) > here] == []


def _imports_of(path: Path) -> list[str]:
    return list(_imports(ast.parse((ROOT / path).read_text()), _name(path)))


def _circle(imports: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the modules of one import circle, or nothing. `imports` maps a module to dotted names."""
    graph = {
        module: {found for name in names if (found := _module_of(name, imports)) not in (None, module)}
        for module, names in imports.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as problem:
        circle: list[str] = problem.args[1]
        return circle
    return []


def _module_of(name: str, modules: Iterable[str]) -> str | None:
    """The module that an import reaches: `a.b.c` is the module a.b.c, or c in the module a.b."""
    return next((each for each in (name, name.rpartition(".")[0]) if each in modules), None)


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert _circle({_name(path): _imports_of(path) for path in MODULES}) == []


@pytest.mark.parametrize("length", [2, 3, 5])
def test_a_planted_circle_is_seen(length: int) -> None:
    names = [f"room.module{number}" for number in range(length)]
    imports = {name: [f"{names[(place + 1) % length]}.thing"] for place, name in enumerate(names)}
    assert set(_circle(imports)) == set(names)
    imports[names[-1]] = []
    assert _circle(imports) == []


def test_a_violation_is_detected(tmp_path: Path) -> None:
    """The check itself detects an upward import."""
    tree = ast.parse("from generations import tasks")
    assert list(_imports(tree, "generations.models.asset")) == ["generations.tasks"]
    assert _room("generations.tasks")[0] > _room("generations.models.asset")[0]  # type: ignore[index]


def _room_of(name: str) -> str | None:
    """Return the entry of the app's folder that a module belongs to; None for the folder itself."""
    parts = name.split(".")
    is_entry = len(parts) > 1 and parts[0] == "generations" and parts[1] in ENTRIES
    return parts[1] if is_entry else None


# A room that moved leaves compiled files behind.
ENTRIES = {
    path.stem for path in (ROOT / "generations").iterdir() if path.suffix == ".py" or any(path.rglob("*.py"))
}


def test_a_stranger_sees_all_rooms_at_a_glance() -> None:
    assert len(ENTRIES) <= 20


def test_rooms_import_few_other_rooms() -> None:
    arrows = {
        (_room_of(_name(path)), there)
        for path in MODULES
        if path.parts[0] == "generations" and path.parts[1] != "migrations"
        for name in _imports_of(path)
        if (there := _room_of(name)) not in (None, _room_of(_name(path)))
    }
    assert len(arrows) <= 70, sorted(arrows)


def test_views_hardly_import_views() -> None:
    """Only those that are answered with the studio’s or the gallery’s page: everything else has its own room."""
    views = [each for each in MODULES if _name(each).startswith("generations.views.")]
    arrows = {
        (_name(each), ".".join(target.split(".")[:3]))
        for each in views
        for target in _imports(ast.parse((ROOT / each).read_text()), _name(each))
        if target.startswith("generations.views.")
    }
    assert len(arrows) <= 4


# A helper called once that says no more than its lines belongs in its caller. Lower it whenever it can be.
CALLED_ONCE_LIMIT = 10  # percent

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _names(tree: ast.AST) -> Counter[str]:
    """Count the names that are read or called in a module, class or function."""
    return Counter(
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
    )


def _functions(tree: ast.AST) -> list[ast.AST]:
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def _called_once(tree: ast.Module) -> list[str]:
    """List the private functions that their module, or their class, mentions once outside of themselves."""
    found = []
    for scope in (tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))):
        names = _names(scope)
        own = [node for node in scope.body if isinstance(node, Function) and node.name.startswith("_")]
        found += [node.name for node in own if names[node.name] - _names(node)[node.name] == 1]
    return found


def test_few_private_helpers_are_called_once() -> None:
    trees = [ast.parse((ROOT / path).read_text()) for path in MODULES if "migrations" not in path.parts]
    every = sum(len(_functions(tree)) for tree in trees)
    once = sum(len(_called_once(tree)) for tree in trees)
    share = 100 * once / every
    print(f"{once} of {every} functions are private and called once: {share:.1f} %")
    assert share <= CALLED_ONCE_LIMIT


def test_a_helper_called_once_is_seen() -> None:
    tree = ast.parse(
        "def go():\n    return _once(), _twice(), _twice(), _absent\n"
        "def _once():\n    return _once()\n"
        "def _twice(): ...\n"
        "class Room:\n    def go(self):\n        return self._step()\n    def _step(self): ...\n"
    )
    assert _called_once(tree) == ["_once", "_step"]

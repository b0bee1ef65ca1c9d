"""The floors: a module imports only from below, at its top, and only the apiframe package knows no Django."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Lowest first. A package stands on one floor; inside it, modules may import each other.
FLOORS = [
    [
        "generations.apiframe",
        "generations.seedance",
        "generations.causes",
        "generations.sentences",
        "generations.advice",
        "generations.charts",
        "generations.tokens",
        "generations.snippets",
    ],
    ["generations.models"],
    [
        "generations.ledger",
        "generations.storage",
        "generations.clips",
        "generations.forms",
        "generations.access",
        "generations.caps",
        "generations.finding",
        "generations.shelves",
        "generations.archive",
        "generations.statement",
        "generations.mail",
        "generations.durations",
        "generations.figures",
        "generations.expecting",
        "generations.tray",
        "generations.recipes",
        "generations.presets",
        "generations.guide",
    ],
    [
        "generations.lifecycle",
        "generations.library",
        "generations.trash",
        "generations.people",
        "generations.notices",
    ],
    ["generations.tasks"],
    [
        "generations.views",
        "generations.admin",
        "generations.templatetags",
        "generations.management",
        "generations.checks",
    ],
    ["seedance_web", "generations.urls", "generations.apps"],
]
OUTSIDE = ("generations.migrations", "generations.apiframe.sandbox")
# The sandbox has a door of its own; the version is a fact of the wiring that anybody may state.
ALLOWED = {("generations.management.commands.apiframe_sandbox", "generations.apiframe.sandbox")}

MODULES = sorted(
    path.relative_to(ROOT)
    for package in ("generations", "seedance_web")
    for path in (ROOT / package).rglob("*.py")
)


def _name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _room(name: str) -> tuple[int, str] | None:
    """The floor and the room (module or package) that a dotted name belongs to."""
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
def test_it_imports_only_from_a_lower_floor(path: Path) -> None:
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
def test_it_stands_on_a_floor(path: Path) -> None:
    assert _name(path) == "generations" or _room(_name(path)) is not None


# What the ground says to people is said in their language; the API and the model say nothing to them.
LANGUAGE = ("django.utils.translation", "django.utils.formats")
SILENT = ("generations.apiframe", "generations.seedance", "generations.tokens", "generations.snippets")


@pytest.mark.parametrize("room", FLOORS[0])
def test_the_ground_knows_no_django_but_its_language(room: str) -> None:
    base = ROOT / Path(*room.split("."))
    files = base.rglob("*.py") if base.is_dir() else [base.with_suffix(".py")]
    ground = [each for each in files if each.exists() and not _is_outside(each.relative_to(ROOT))]
    imported = {
        name
        for each in ground
        for name in _imports(ast.parse(each.read_text()), _name(each.relative_to(ROOT)))
    }
    allowed = () if room in SILENT else LANGUAGE
    assert not {
        name
        for name in imported
        if name.split(".")[0] in ("django", "django_q", "django_htmx", "allauth")
        and not name.startswith(allowed)
    }


def test_the_sandbox_shares_no_code_with_the_client() -> None:
    sandbox = [each for each in MODULES if _name(each).startswith("generations.apiframe.sandbox")]
    imported = {
        name for each in sandbox for name in _imports(ast.parse((ROOT / each).read_text()), _name(each))
    }
    ours = {name for name in imported if name.startswith("generations")}
    assert all(name.startswith("generations.apiframe.sandbox") for name in ours)


def test_a_breach_is_seen(tmp_path: Path) -> None:
    """The check itself can fail: an import upwards is told."""
    tree = ast.parse("from generations import tasks")
    assert list(_imports(tree, "generations.models.asset")) == ["generations.tasks"]
    assert _room("generations.tasks")[0] > _room("generations.models.asset")[0]  # type: ignore[index]

"""Finding sentences in Python that no translation can reach."""

import ast
import re
from collections.abc import Iterator

# Two words, the first with a capital: names in SQL, headers and keys of HTTP have none or one.
_SENTENCE = re.compile(r"^[A-Z“%{][\w’'()“”%{}]* [a-z]")
_MARKS = re.compile(r"^(_|n?p?gettext(_lazy|_noop)?|ngettext_lazy|translated)$")
# What stays English: logs, and errors that only a programmer sees.
_TECHNICAL = re.compile(
    r"^logger\.|^(ValueError|RuntimeError|TypeError|AssertionError|ImproperlyConfigured|FileNotFoundError)$"
)


def unspoken(source: str) -> Iterator[tuple[int, str]]:
    """Line and words of every sentence that is neither marked nor a docstring."""
    yield from _walk(ast.parse(source))


def _walk(node: ast.AST) -> Iterator[tuple[int, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.Call) and _is_exempt(ast.unparse(child.func)):
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str) and _SENTENCE.search(child.value):
            yield child.lineno, child.value
        yield from _walk(child)


def _is_exempt(name: str) -> bool:
    return bool(_MARKS.match(name) or _TECHNICAL.match(name))

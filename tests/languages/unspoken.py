"""Find sentences in Python that are not marked for translation."""

import ast
import re
from collections.abc import Iterator

# Two words, the first capitalized: SQL names, headers and HTTP keys have none or one.
_SENTENCE = re.compile(r"^[A-Z“%{][\w’'()“”%{}]* [a-z]")
_MARKS = re.compile(r"^(_|n?p?gettext(_lazy|_noop)?|ngettext_lazy|translated)$")
# Always English: logs, and errors that only programmers see.
_TECHNICAL = re.compile(
    r"^logger\.|^(ValueError|RuntimeError|TypeError|AssertionError|ImproperlyConfigured|FileNotFoundError)$"
)


def unspoken(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of sentences that are neither marked nor docstrings."""
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

"""Every text in templates, modules and scripts is marked for translation."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.languages.unmarked import unmarked
from tests.languages.unspoken import unspoken

ROOT = settings.BASE_DIR / "templates"
TEMPLATES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.*") if path.suffix in (".html", ".txt"))

SCRIPTS = sorted((settings.BASE_DIR / "static" / "js").glob("*.js"))
# Commands, system checks and metrics are English; apiframe and SQL contain no user-visible text.
ENGLISH = (
    "management",
    "migrations",
    "apiframe",
    "operations/checks.py",
    "operations/worker/checks.py",
    "operations/backup.py",
    "gallery/pulse.py",
    "operations/metrics.py",
    "operations/worker/metrics.py",
    "views/metrics.py",
    "models/prompt_search.py",
    "models/prompt_index.py",
)
MODULES = sorted(
    path.relative_to(settings.BASE_DIR)
    for path in (settings.BASE_DIR / "generations").rglob("*.py")
    if not str(path.relative_to(settings.BASE_DIR / "generations")).startswith(ENGLISH)
)
# Key names and drag types. Any other capitalized string is shown to users.
NAMES = r"(?:Arrow|Escape|Enter|Delete|Backspace|Home|End|Files)\b|Arrow|Page|HX-"
SENTENCE = re.compile(rf"""["'`](?!{NAMES})([A-Z][a-z]+(?: [^"'`]*)?)["'`]""")


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_every_text_of_a_template_is_marked(path: Path) -> None:
    assert list(unmarked((ROOT / path).read_text())) == []


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_every_sentence_of_a_module_is_marked(path: Path) -> None:
    assert list(unspoken((settings.BASE_DIR / path).read_text())) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_contains_visible_text(path: Path) -> None:
    """Its texts are in the page, in the page's language."""
    code = "\n".join(line.split("//")[0] for line in path.read_text().splitlines())
    assert SENTENCE.findall(code) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        '<a title="Open it"></a>',
        '<a data-said="Copied"></a>',
        '{% include "x.html" with label="A name" %}',
        '{{ name|default:"Nobody" }}',
        "{{ count }} clip{{ count|pluralize }}",
        '{{ moment|date:"j F" }}',
        "{{ seconds }} s",
        "{{ rate }}/s",
        "{{ size }} MB",
        "{% translate 'One' %} and <b>{% translate 'two' %}</b>",
    ],
)
def test_unmarked_text_is_found(source: str) -> None:
    assert list(unmarked(source))


@pytest.mark.parametrize(
    "source",
    [
        "<p>{% translate 'Hello' %}</p>",
        "{% blocktranslate %}Hello <b>you</b>{% endblocktranslate %}",
        '<a href="{% url "home" %}" class="button" data-kind="quiet">{{ name }}</a>',
        '{% include "x.html" with label=_("A name") %}',
        '{{ moment|date:"DATE_FORMAT" }}',
        "<script>const spoken = 1;</script><!-- A comment -->{# Another #}",
        "<h1>Seedance Web</h1>",
    ],
)
def test_marked_text_and_proper_names_are_not_reported(source: str) -> None:
    assert not list(unmarked(source))

"""Every text of templates, modules and scripts is marked for translation."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.languages.unmarked import unmarked
from tests.languages.unspoken import unspoken

ROOT = settings.BASE_DIR / "templates"
TEMPLATES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.*") if path.suffix in (".html", ".txt"))

SCRIPTS = sorted((settings.BASE_DIR / "static" / "js").glob("*.js"))
# The command line and system checks speak English; Apiframe and SQL nobody's language.
ENGLISH = ("management", "migrations", "apiframe", "checks.py", "finding/search.py")
MODULES = sorted(
    path.relative_to(settings.BASE_DIR)
    for path in (settings.BASE_DIR / "generations").rglob("*.py")
    if not str(path.relative_to(settings.BASE_DIR / "generations")).startswith(ENGLISH)
)
# Names of keys and of what a drag carries; everything else that begins with a capital is said to somebody.
NAMES = r"(?:Arrow|Escape|Enter|Delete|Backspace|Home|End|Files)\b|Arrow|Page|HX-"
SENTENCE = re.compile(rf"""["'`](?!{NAMES})([A-Z][a-z]+(?: [^"'`]*)?)["'`]""")


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_every_text_of_a_template_is_marked(path: Path) -> None:
    assert list(unmarked((ROOT / path).read_text())) == []


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_every_sentence_of_a_module_is_marked(path: Path) -> None:
    assert list(unspoken((settings.BASE_DIR / path).read_text())) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_says_anything_of_its_own(path: Path) -> None:
    """What it says lies in the page, in the page's language."""
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
def test_what_is_not_marked_is_found(source: str) -> None:
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
def test_what_is_marked_or_read_the_same_everywhere_is_not_found(source: str) -> None:
    assert not list(unmarked(source))

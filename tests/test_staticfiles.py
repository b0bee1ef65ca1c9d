"""Static files in production: joined sheets and plain modules, with names that change with their content."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from whitenoise.compress import Compressor

from seedance_web.settings import STORAGES, WHITENOISE_IMMUTABLE_FILE_TEST

# Ordinary JavaScript that a bundler made of regular expressions broke.
SAMPLES = {
    "function.js": "export function one() { return 1; }\n",
    "quotes.js": "import { one } from './function.js'\nexport { one as uno }\n",
    "comment.js": 'import { uno as eins } from "./quotes.js"; // as it was\nexport default eins\n',
    "default.js": 'import eins, * as all from "./comment.js"; import "./circle.js"\nexport class Two {}\n',
    "circle.js": 'import { back } from "./round.js";\nexport const there = () => back;\n',
    "round.js": 'import { there } from "./circle.js";\nexport const back = () => there;\n',
}


FILES_ONLY = ["django.contrib.staticfiles.finders.FileSystemFinder"]


def _collect(folder: Path, **overrides: object) -> Path:
    with override_settings(STATIC_ROOT=folder, STORAGES=STORAGES, **overrides):
        call_command("collectstatic", verbosity=0, interactive=False)
    return folder


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _collect(tmp_path_factory.mktemp("static"))


def _sheet(served: Path, name: str) -> str:
    [found] = served.glob(f"css/{name}.*.css")
    return found.read_text()


def test_a_stylesheet_is_bundled(served: Path) -> None:
    assert "@import" not in _sheet(served, "app")
    assert "@import" not in _sheet(served, "gallery-page")


def test_bundled_stylesheets_keep_layers_and_order(served: Path) -> None:
    order = [
        "@layer reset, tokens,",
        "@layer reset {",
        "@layer base {",
        ".button {",
        ".card-body {",
        ".unseen {",
    ]
    places = [_sheet(served, "app").index(each) for each in order]
    assert places == sorted(places)


def test_urls_in_bundled_stylesheets_are_hashed(served: Path) -> None:
    [font] = set(re.findall(r'url\("\.\./(fonts/[^"]+)"\)', _sheet(served, "app")))
    assert (served / font).exists()
    assert re.search(r"\.[0-9a-f]{12}\.woff2$", font)


def test_stylesheets_of_packages_are_unchanged(served: Path) -> None:
    [forms] = served.glob("admin/css/forms.*.css")
    assert "@import" in forms.read_text()


def test_scripts_are_served_byte_for_byte_beside_each_other(served: Path) -> None:
    [folder] = {each.parent for each in served.glob("js/*/*.js")}
    assert re.fullmatch("[0-9a-f]{12}", folder.name)
    sources = sorted((settings.BASE_DIR / "static" / "js").glob("*.js"))
    assert sources
    assert [(folder / each.name).read_bytes() for each in sources] == [each.read_bytes() for each in sources]


def test_any_javascript_is_served_unchanged(tmp_path: Path) -> None:
    (tmp_path / "source" / "js").mkdir(parents=True)
    for name, source in SAMPLES.items():
        (tmp_path / "source" / "js" / name).write_text(source)
    served = _collect(
        tmp_path / "served", STATICFILES_DIRS=[tmp_path / "source"], STATICFILES_FINDERS=FILES_ONLY
    )
    [folder] = {each.parent for each in served.glob("js/*/*.js")}
    assert {each.name: each.read_text() for each in folder.glob("*.js")} == SAMPLES


def test_a_changed_module_moves_all_of_them(tmp_path: Path) -> None:
    folders = set()
    for words in ("one", "another"):
        source = tmp_path / words / "js"
        source.mkdir(parents=True)
        (source / "a.js").write_text('import "./b.js";')
        (source / "b.js").write_text(words)
        served = _collect(
            tmp_path / f"served-{words}", STATICFILES_DIRS=[source.parent], STATICFILES_FINDERS=FILES_ONLY
        )
        folders |= {each.parent.name for each in served.glob("js/*/a.js")}
    assert len(folders) == 2


def test_a_second_start_compresses_only_what_is_missing_or_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "source").mkdir()
    for name in ("kept", "cut", "stale", "gone"):
        (tmp_path / "source" / f"{name}.css").write_text(f"/* {name} */" * 50)

    def copies() -> dict[str, Path]:
        served = _collect(
            tmp_path / "served", STATICFILES_DIRS=[tmp_path / "source"], STATICFILES_FINDERS=FILES_ONLY
        )
        return {each.name: each for each in served.glob("*.css.*") if each.suffix in (".br", ".gz")}

    first = {name: path.read_bytes() for name, path in copies().items()}
    assert len(first) == 8
    for path in copies().values():
        if path.name.startswith("cut"):
            path.write_bytes(first[path.name][:-5])
        elif path.name.startswith("stale"):
            path.write_bytes((brotli if path.suffix == ".br" else gzip).compress(b"of another release"))
        elif path.name.startswith("gone"):
            path.unlink()
    compressed = []
    whole = Compressor.compress
    monkeypatch.setattr(
        Compressor, "compress", lambda self, path: compressed.append(Path(path).stem) or whole(self, path)
    )
    assert {name: path.read_bytes() for name, path in copies().items()} == first
    assert sorted(name.split(".")[0] for name in compressed) == ["cut", "gone", "stale"]


@pytest.mark.parametrize("address", ["/static/js/0123456789ab/app.js", "/static/css/app.0123456789ab.css"])
def test_files_with_a_hash_may_be_cached_for_ever(address: str) -> None:
    assert re.search(WHITENOISE_IMMUTABLE_FILE_TEST, address)
    assert not re.search(WHITENOISE_IMMUTABLE_FILE_TEST, "/static/css/app.css")


def test_every_module_of_a_page_is_preloaded() -> None:
    """A module the browser finds only inside another costs a round trip more."""
    preloads = (settings.BASE_DIR / "templates" / "_modules.html").read_text()
    named = re.findall(r"static 'js/([\w-]+\.js)'", preloads)
    assert len(named) == len(set(named))
    assert set(named) == _imported("app.js")


def _imported(name: str) -> set[str]:
    """The module and everything it imports, directly or not."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        module = waiting.pop()
        found.add(module)
        source = (settings.BASE_DIR / "static" / "js" / module).read_text()
        waiting += set(re.findall(r'import[^"]*"\./([\w-]+\.js)"', source)) - found
    return found

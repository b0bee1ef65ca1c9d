"""Code snippets send the exact request bytes and never contain the key."""

import ast
import json
import shlex

from generations.apiframe import generate_body
from generations.apiframe.sandbox import Sandbox
from generations.seedance.code_snippets import code_snippets
from tests.marked_keys import API_KEY
from tests.seen import sent_jobs

URL = "https://api.apiframe.ai/v2/videos/generate"
BODY = generate_body(
    prompt='She says "it\'s $HOME" — 狐\n\\`x`', seedance_params={"duration": 4, "resolution": "480p"}
)


def test_curl_sends_the_exact_body() -> None:
    words = shlex.split(dict(code_snippets(URL, BODY))["curl"])
    assert words[words.index("--data-raw") + 1].encode() == BODY
    assert words[:2] == ["curl", URL]


def test_python_sends_the_exact_body() -> None:
    tree = ast.parse(dict(code_snippets(URL, BODY))["Python"])
    strings = [each.value for each in ast.walk(tree) if isinstance(each, ast.Constant)]
    assert BODY.decode() in strings


def test_json_is_the_body() -> None:
    assert json.loads(dict(code_snippets(URL, BODY))["JSON"]) == json.loads(BODY)


def test_the_python_runs(sandbox: Sandbox, monkeypatch) -> None:
    monkeypatch.setenv("APIFRAME_API_KEY", API_KEY)
    program = dict(code_snippets(f"{sandbox.url}/v2/videos/generate", BODY))["Python"]
    exec(compile(program, "snippet", "exec"), {})
    assert [each.body.encode() for each in sent_jobs(sandbox)] == [BODY]


def test_a_clip_never_sent_has_no_snippet() -> None:
    assert code_snippets(URL, b"") == []

"""A request as curl, Python and JSON with its exact body. The key is never shown."""

import shlex

KEY = "APIFRAME_API_KEY"


def code_snippets(url: str, body: bytes) -> list[tuple[str, str]]:
    """Return (name, text) per format.

    ``body`` is UTF-8 JSON, empty if the clip was never sent.
    """
    text = body.decode()
    if not text:
        return []
    return [("curl", _curl(url, text)), ("Python", _python(url, text)), ("JSON", text)]


def _curl(url: str, body: str) -> str:
    return (
        f"curl {shlex.quote(url)} \\\n"
        f'  --header "X-API-Key: ${KEY}" \\\n'
        '  --header "Content-Type: application/json" \\\n'
        f"  --data-raw {shlex.quote(body)}\n"
    )


def _python(url: str, body: str) -> str:
    return (
        "import os\n\nimport requests\n\n"
        "answer = requests.post(\n"
        f"    {url!r},\n"
        f'    headers={{"X-API-Key": os.environ["{KEY}"], "Content-Type": "application/json"}},\n'
        f"    data={body!r}.encode(),\n"
        "    timeout=60,\n)\n"
        "print(answer.status_code, answer.json())\n"
    )

"""A request as others can send it: the very body in curl, Python and JSON; the key is named and never shown."""

import shlex

KEY = "APIFRAME_API_KEY"


def snippets(url: str, body: bytes) -> list[tuple[str, str]]:
    """Name and text of each spelling; ``body`` is JSON in UTF-8, and empty for what was never sent."""
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

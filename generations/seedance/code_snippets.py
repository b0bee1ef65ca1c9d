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
    curl = (
        f"curl {shlex.quote(url)} \\\n"
        f'  --header "X-API-Key: ${KEY}" \\\n'
        '  --header "Content-Type: application/json" \\\n'
        f"  --data-raw {shlex.quote(text)}\n"
    )
    python = (
        "import os\n\nimport requests\n\n"
        "answer = requests.post(\n"
        f"    {url!r},\n"
        f'    headers={{"X-API-Key": os.environ["{KEY}"], "Content-Type": "application/json"}},\n'
        f"    data={text!r}.encode(),\n"
        "    timeout=60,\n)\n"
        "print(answer.status_code, answer.json())\n"
    )
    return [("curl", curl), ("Python", python), ("JSON", text)]

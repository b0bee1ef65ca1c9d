"""Apiframe's Node SDK (2.x) works with the sandbox.

Runs only if APIFRAME_SDK names the folder of an installed copy.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from generations.apiframe.sandbox import Sandbox

SDK = os.environ.get("APIFRAME_SDK", "")
NODE = shutil.which("node") or ""
# The PyPI package "apiframe" is for Apiframe's retired first API without videos, so it is no use here.

SCRIPT = """
const { Apiframe } = await import(process.env.SDK_ENTRY);
const client = new Apiframe({ apiKey: process.env.KEY, baseUrl: process.env.URL });
const accepted = await client.videos.generate({
  model: "seedance-2-fast",
  prompt: process.env.PROMPT,
  seedanceParams: { duration: 4, resolution: "480p" },
});
let error = null;
try {
  await client.jobs.waitFor(accepted.jobId, { intervalMs: 50, timeoutMs: 60000 });
} catch (problem) {
  error = problem.message;
}
const job = await client.jobs.get(accepted.jobId);
console.log(JSON.stringify({ accepted, job, error }));
"""


def _run(sandbox: Sandbox, prompt: str) -> dict[str, Any]:
    entry = (Path(SDK) / "dist" / "index.js").resolve().as_uri()
    variables = {"SDK_ENTRY": entry, "KEY": sandbox.key, "URL": sandbox.url, "PROMPT": prompt}
    command = [NODE, "--input-type=module", "--eval", SCRIPT]
    done = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=90, check=True
    )
    return json.loads(done.stdout)


def test_it_completes_a_job_and_reads_it_back(sandbox: Sandbox) -> None:
    seen = _run(sandbox, "a quiet lake")
    assert seen["accepted"]["status"] == "QUEUED"
    assert (seen["job"]["id"], seen["job"]["status"]) == (seen["accepted"]["jobId"], "COMPLETED")
    assert seen["job"]["result"]["videoUrl"].startswith(sandbox.url)


def test_it_reports_why_a_job_failed(sandbox: Sandbox) -> None:
    assert _run(sandbox, "[moderation]")["error"] == "Provider returned an error: content policy violation"

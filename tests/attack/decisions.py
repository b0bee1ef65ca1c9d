"""Findings that were looked at and stay: the tool, what it says, and why it holds. Any other fails the run."""

import re

from tests.attack.scanners import Finding

# Wapiti's name for a form whose answer is the same with a wrong token.
FORGERY = "Cross Site Request Forgery"
DECISIONS = {
    ("wapiti", "HttpOnly Flag cookie"): (
        "The CSRF cookie proves only that a form is ours, and Django keeps it readable by design; "
        "the session's is not."
    ),
    ("wapiti", "Secure Flag cookie"): (
        "The attacked product speaks http. With an https PUBLIC_URL session and CSRF cookies have it, "
        "and messages follow the session's."
    ),
    ("sqlmap", "Withdrawn SQL injection"): (
        "The tool's own second look did not confirm it: pages differ by their tokens and times. Each of these "
        "parameters is read by a form and reaches the database as a parameter of Django's ORM."
    ),
    ("wapiti", FORGERY): (
        "Not so: the log of this run has the refusal of the wrong token for each of these posts. The tool compares "
        "with its first answer, which was a refusal of something else."
    ),
}


def decision_for(finding: Finding) -> str:
    """Return why a finding stays; empty if it was never looked at."""
    return DECISIONS.get((finding.tool, finding.kind), "")


def forgeries_accepted(findings: list[Finding], log: str) -> list[str]:
    """Return the posts that wapiti calls forged and the product did not refuse."""
    posts = {each.where.removeprefix("POST ") for each in findings if each.kind == FORGERY}
    refused = set(re.findall(r"Forbidden \(CSRF token from POST has incorrect length\.\): (\S+)", log))
    return sorted(posts - refused)

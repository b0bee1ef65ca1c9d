"""Client for the Apiframe API that depends only on `requests`.

`sandbox/` holds a fake Apiframe server for development and tests.

with Apiframe(key) as apiframe:
    body = generate_body("A fox", seedance_params={"duration": 5})
    accepted = apiframe.generate(body, idempotency_key="…")
    job = apiframe.job(accepted.job_id)
"""

from .bodies import MODEL, generate_body
from .client import BASE_URL, Apiframe, user_agent
from .downloads import Downloaded
from .errors import (
    ApiframeError,
    BadLink,
    Blocked,
    Conflict,
    EdgeBlocked,
    Forbidden,
    GateClosed,
    NotFound,
    NotSent,
    OutOfCredits,
    RateLimited,
    Redirected,
    Refused,
    TooLarge,
    TooSlow,
    Unauthorized,
    Unknown,
    Unreadable,
    Untrusted,
)
from .gate import Gate
from .jobs import Job, read_again
from .results import Accepted, AssetState, JobPage, Kind, Me, Model, Upload
from .transport import Timeouts
from .webhooks import WebhookEvent

__all__ = [
    "BASE_URL",
    "MODEL",
    "Accepted",
    "Apiframe",
    "ApiframeError",
    "AssetState",
    "BadLink",
    "Blocked",
    "Conflict",
    "Downloaded",
    "EdgeBlocked",
    "Forbidden",
    "Gate",
    "GateClosed",
    "Job",
    "JobPage",
    "Kind",
    "Me",
    "Model",
    "NotFound",
    "NotSent",
    "OutOfCredits",
    "RateLimited",
    "Redirected",
    "Refused",
    "Timeouts",
    "TooLarge",
    "TooSlow",
    "Unauthorized",
    "Unknown",
    "Unreadable",
    "Untrusted",
    "Upload",
    "WebhookEvent",
    "generate_body",
    "read_again",
    "user_agent",
]

"""A client of the Apiframe API that needs nothing but `requests`, and in sandbox/ a stand-in for its server.

with Apiframe(key) as apiframe:
    body = generate_body("A fox", seedance_params={"duration": 5})
    accepted = apiframe.generate(body, idempotency_key="…")
    job = apiframe.job(accepted.job_id)
"""

from .bodies import MODEL, generate_body
from .client import BASE_URL, VERSION, Apiframe, user_agent
from .downloads import Downloaded
from .errors import (
    ApiframeError,
    BadLink,
    Blocked,
    Conflict,
    EdgeBlocked,
    Forbidden,
    NotFound,
    NotSent,
    OutOfCredits,
    RateLimited,
    Redirected,
    Refused,
    TooLarge,
    Unauthorized,
    Unknown,
    Unreadable,
    Untrusted,
)
from .jobs import Job
from .results import Accepted, AssetState, JobPage, Kind, Me, Model, Upload
from .transport import Timeouts
from .webhooks import WebhookEvent

__all__ = [
    "BASE_URL",
    "MODEL",
    "VERSION",
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
    "Unauthorized",
    "Unknown",
    "Unreadable",
    "Untrusted",
    "Upload",
    "WebhookEvent",
    "generate_body",
    "user_agent",
]

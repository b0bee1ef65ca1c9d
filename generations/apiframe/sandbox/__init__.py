"""A fake Apiframe server that draws real clips. Shares no code with the client.

Written from Apiframe's published OpenAPI document. http/ receives requests, api/ answers them, film/ draws.
"""

from generations.apiframe.sandbox.sandbox import DEFAULT_CREDITS, DEFAULT_KEY, Sandbox

__all__ = ["DEFAULT_CREDITS", "DEFAULT_KEY", "Sandbox"]

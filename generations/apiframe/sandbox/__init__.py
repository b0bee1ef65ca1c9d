"""A stand-in Apiframe server with real clips, written from the document and sharing no code with the client."""

from generations.apiframe.sandbox.service import DEFAULT_CREDITS, DEFAULT_KEY, Sandbox

__all__ = ["DEFAULT_CREDITS", "DEFAULT_KEY", "Sandbox"]

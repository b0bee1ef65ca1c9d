"""Check that all machines use the same secret key."""

from django.utils.crypto import salted_hmac


def key_fingerprint() -> str:
    """Return a fingerprint that distinguishes secret keys without revealing them."""
    return salted_hmac("generations.worker", "fingerprint", algorithm="sha256").hexdigest()[:16]

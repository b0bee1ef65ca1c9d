"""The wiring of the product: settings, URLs, middleware and the WSGI and ASGI entry points."""

"""Project configuration: settings, URLs, middleware, WSGI and ASGI entry points."""

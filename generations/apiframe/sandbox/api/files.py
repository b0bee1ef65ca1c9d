"""GET /files/{name}: serves results and uploads like a CDN, one range at a time."""

import time

from werkzeug import Request, Response
from werkzeug.utils import send_file

from generations.apiframe.sandbox.api.responses import Refused
from generations.apiframe.sandbox.api.store import Store


def download(request: Request, name: str, store: Store) -> Response:
    file = store.file_named(name)
    if file is None or file.is_expired(time.time()) or not store.path(file).is_file():
        raise Refused(404, "File not found")
    return send_file(
        store.path(file), request.environ, mimetype=file.content_type, etag=file.id, conditional=True
    )

"""Another system that takes webhooks: a real HTTPS server on this machine that keeps what it gets."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme


@dataclass
class Receiver:
    """What came in, as (path, headers, body), and how to answer; drip: header bytes come one by one, never all."""

    requests: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    status: int = 204
    location: str | None = None
    drip: bool = False
    port: int = 0

    @property
    def url(self) -> str:
        """The address to post to."""
        return f"https://localhost:{self.port}/lei?from=tests"


@contextmanager
def receiving(authority: trustme.CA) -> Iterator[Receiver]:
    """A receiver under the name localhost, with a certificate of the authority."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        """Keeps a request and answers as told."""

        def do_POST(self) -> None:
            """Keep the request."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if receiver.drip:
                self._drip()
                return
            self.send_response(receiver.status)
            if receiver.location is not None:
                self.send_header("Location", receiver.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - named by http.server

        def _drip(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            try:
                for _ in range(200):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.02)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""SMTP clients whose limit on a step holds for the whole answer.

smtplib's own limit is for each piece that is read, so a server that sends a byte now and then would hold a worker for
hours.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import threading


class _Prompt(smtplib.SMTP):
    """Breaks the connection off when an answer is not complete in time."""

    def getreply(self) -> tuple[int, bytes]:
        """As smtplib's, which calls it for every answer. Raises TimeoutError when the answer takes too long."""
        late = threading.Event()
        timer = threading.Timer(self.timeout, self._break_off, [late])
        timer.daemon = True
        timer.start()
        try:
            answer = super().getreply()
        except smtplib.SMTPServerDisconnected:
            if not late.is_set():
                raise
            answer = 0, b""
        finally:
            timer.cancel()
        if late.is_set():  # what had come until then is no answer
            self.close()
            raise TimeoutError(f"The answer took more than {self.timeout:g} seconds.")
        return answer

    def _break_off(self, late: threading.Event) -> None:
        late.set()
        sock = self.sock
        if sock is not None:
            with contextlib.suppress(OSError):  # it was closed a moment ago
                # Of the socket itself: that of a TLS connection takes its state apart while the other thread reads.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


class PromptSmtp(_Prompt):
    """smtplib.SMTP, with a limit of `timeout` seconds for each answer as a whole."""


class PromptSmtpSsl(_Prompt, smtplib.SMTP_SSL):
    """The same for connections that are encrypted from the start."""

"""A mail server on loopback that stores mail, and refuses or hangs up on request."""

import contextlib
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller

GONE = "550 5.1.1 There is nobody of this name here"
FULL = "452 4.2.2 Mailbox full"
POLICY = "550 5.7.1 Not from you"


class Mailbox:
    """Stores every mail.

    `refused[address]` is the answer to that recipient, `after` the answer once the text arrived.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refused: dict[str, str] = {}
        self.after = "250 Taken"
        self.hangs_up = False  # accept the mail, then drop the connection

    async def handle_RCPT(self, server, session, envelope, address: str, _options) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.after.startswith("250") or self.hangs_up:
            mail = message_from_bytes(envelope.content, policy=policy.default)
            self.mails.append(mail)  # type: ignore[arg-type]
        if self.hangs_up:
            server.transport.abort()
        return self.after


@contextlib.contextmanager
def mail_server() -> Iterator[tuple[Mailbox, dict]]:
    """Run the server; yield the mailbox and a MAILERS setting that sends to it."""
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    options = {"host": "127.0.0.1", "port": port, "timeout": 5, "use_tls": False}
    try:
        yield (
            mailbox,
            {
                "default": {
                    "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                    "OPTIONS": options,
                }
            },
        )
    finally:
        controller.stop()

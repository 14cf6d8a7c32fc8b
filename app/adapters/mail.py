"""Mail by SMTP: one message, one connection; the outbox repeats what fails."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

TIMEOUT = 10


@dataclass(frozen=True, slots=True)
class SmtpMail:
    url: str
    sender: str

    def send(self, message_id: str, recipient: str, subject: str, text: str) -> None:
        """The message number stays the same at each attempt, so that a mail that arrives twice is known as one."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, recipient, subject
        message["Message-ID"] = f"<{message_id}@{self.sender.partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        with self._connection() as connection:
            connection.send_message(message)

    def _connection(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        if parts.scheme == "smtps":
            tls = ssl.create_default_context()
            connection: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=tls)
        else:
            connection = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
        if parts.username:
            if parts.scheme != "smtps":
                connection.starttls(context=ssl.create_default_context())
            connection.login(unquote(parts.username), unquote(parts.password or ""))
        return connection

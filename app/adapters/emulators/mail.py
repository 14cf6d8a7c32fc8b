"""A mail server that delivers nowhere: each mail becomes a file that the demonstrator can read. Demo mode only."""

import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from app.core.stopping import until_asked
from app.settings import Settings, SettingsError


class ToFiles(Message):
    def __init__(self, folder: Path) -> None:
        super().__init__(EmailMessage)
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def prepare_message(self, _session: Any, envelope: Any) -> Any:  # noqa: ANN401  (aiosmtpd has no types)
        from email import message_from_bytes, policy

        return message_from_bytes(envelope.content, policy=policy.default)

    def handle_message(self, message: Any) -> None:  # noqa: ANN401
        """As a person would see it in his mailbox."""
        lines = [f"{name}: {message[name]}" for name in ("From", "To", "Subject", "Message-ID") if message[name]]
        path = self.folder / f"{time.time_ns()}.txt"
        path.write_text("\n".join([*lines, "", message.get_content()]), "utf-8")


def main() -> None:
    settings = Settings.from_environment()
    if not settings.is_demo:
        raise SettingsError("the mail emulator is refused in production mode")
    port = int(settings.smtp_url.rpartition(":")[2])
    controller = Controller(ToFiles(settings.instance / "mail"), hostname="127.0.0.1", port=port)
    stop = until_asked()
    controller.start()
    stop.wait()
    controller.stop()


if __name__ == "__main__":
    main()

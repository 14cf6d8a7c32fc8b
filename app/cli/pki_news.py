"""What the emulated centre decided, told to the portal beside it at once; the centres of others are asked in turn."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


def end_sessions_of(certificate: "Certificate", reason: str) -> None:
    """Whoever is signed in with it is out with his next request."""
    from app.accounts.operations import EndDeviceSessions, end_device_sessions
    from app.cli.setting_up import portal
    from app.migrations.state import current_revision, newest_revision
    from signing.certificates import to_der

    if not _is_made(Settings.from_environment().database_url):
        return
    with portal("pki") as context:
        if current_revision(context.session) == newest_revision():
            context.session.rollback()
            device = hashlib.sha256(to_der(certificate)).hexdigest()
            end_device_sessions(context, EndDeviceSessions(device, reason))


def _is_made(url: str) -> bool:
    """A centre can stand alone; looking for a database in a file would make one."""
    from sqlalchemy.engine import make_url

    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").exists()

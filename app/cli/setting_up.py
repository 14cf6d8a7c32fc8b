"""What the commands that work on the portal have in common: the application and a context of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.core.context import Actor, Channel, Context
from app.core.db import db
from app.settings import Settings


@contextmanager
def portal(name: str, channel: Channel = Channel.CLI) -> Iterator[Context]:
    """The portal as the system's own actor sees it, for as long as the command runs."""
    from app.factory import create_core

    app = create_core(Settings.from_environment())
    with app.app_context():
        yield Context(
            actor=Actor.system(name),
            session=db.session(),
            clock=app.extensions["clock"],
            ports=app.extensions["ports"],
            channel=channel,
            reference=name,
        )

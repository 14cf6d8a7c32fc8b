"""Runs `e-gomruk` again and again, each time in a copy of this process, which has imported the libraries of others.

What is ours, each copy imports for itself, as the real command does: nothing of it is there because another command
needed it. A line of JSON asks for a command and is answered by the number of its process; a line with such a number
alone is answered by its exit code.
"""

import json
import os
import runpy
import signal
import sys
from importlib import import_module
from typing import Any

PATIENCE_SECONDS = 60  # Ends a broken run; nothing is measured with it.
LIBRARIES = (
    "alembic.command",
    "argon2",
    "babel.messages.pofile",
    "click",
    "cryptography.hazmat.primitives.serialization.pkcs12",
    "cryptography.x509",
    "flask",
    "flask_sqlalchemy",
    "flask_wtf",
    "http.client",
    "lxml.etree",
    "msgspec",
    "requests",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "sqlalchemy.orm",
    "zxcvbn",
)


def serve() -> dict[str, Any]:
    """Comes back in the copies only, with what each is to do; the first process ends when nobody can ask any more."""
    for library in LIBRARIES:
        import_module(library)
    for line in sys.stdin:
        asked = json.loads(line)
        if isinstance(asked, int):
            answer = os.waitstatus_to_exitcode(os.waitpid(asked, 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                return dict(asked)
        print(answer, flush=True)
    sys.exit()


def become(asked: dict[str, Any]) -> None:
    signal.alarm(PATIENCE_SECONDS)
    for number, path, mode in (
        (0, os.devnull, os.O_RDONLY),
        (1, asked["out"], os.O_WRONLY),
        (2, asked["err"], os.O_WRONLY),
    ):
        opened = os.open(path, mode)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["e-gomruk", *asked["arguments"]]


if __name__ == "__main__":
    become(serve())
    runpy.run_module("app.cli", run_name="__main__", alter_sys=True)

"""`e-gomruk-verify`, in the portal `e-gomruk verify`: a verdict on files, offline, from nothing but the root."""

import gc
import sys
from argparse import ArgumentParser, ArgumentTypeError, HelpFormatter, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TextIO

if TYPE_CHECKING:
    from signing.examination import Policy
    from signing.forms import Form
    from signing.paths import Trust
    from signing.report import Report
    from signing.transparency.trust import LogTrust

VALID, INVALID, UNDECIDED, NO_CONTAINER = 0, 1, 2, 3
STOPPED = 130
WIDTH = 100
ROLES = ("person", "officer", "organisation")
PURPOSE = "Says whether the signatures in each FILE are valid. Needs the root certificate and no network."
LISTS = "Revocation list of an authority, newer than the container, PEM or DER; may be repeated."
CODES = "Ends with 0 if all are valid, 1 if one is not, 2 if one cannot be decided, 3 if a file is no container."


class CannotJudge(Exception):
    """The verifier itself lacks something: no verdict is better than a guessed one."""


class Outcome(NamedTuple):
    code: int
    text: str


def main() -> NoReturn:
    sys.exit(run(sys.argv[1:], "e-gomruk-verify"))


def run(words: Sequence[str], program: str, own_root: Path | None = None, own_log: Path | None = None) -> int:
    """Does what the words of a command line say and gives its exit code. Whatever goes wrong is told in one line."""
    try:
        return _verified(_parser(program, own_root, own_log).parse_intermixed_args(words))
    except KeyboardInterrupt:
        return _complaint("stopped", STOPPED)
    except CannotJudge as error:
        return _complaint(str(error), UNDECIDED)
    except OSError as error:
        return _complaint(f"{error.strerror}: {error.filename}" if error.filename else str(error), UNDECIDED)
    except Exception as error:
        if "EGOMRUK_TRACEBACK" in environ:
            raise
        return _complaint(f"{type(error).__name__}: {error}", UNDECIDED)


def _complaint(text: str, code: int) -> int:
    _say(f"e-gomruk: {' '.join(text.split())}", sys.stderr)
    return code


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise CannotJudge(message)


def _parser(program: str, own_root: Path | None, own_log: Path | None) -> ArgumentParser:
    # To measure the terminal it would import as much again as it is itself.
    formatter = partial(HelpFormatter, width=WIDTH)
    parser = _Parser(program, description=PURPOSE, epilog=CODES, allow_abbrev=False, formatter_class=formatter)
    say, add = "Root certificate to believe, PEM or DER; may be repeated.", parser.add_argument
    add("files", metavar="FILE", nargs="+", type=_existing)
    add("--root", dest="roots", action="append", type=_existing, metavar="FILE", help=say)
    add("--policy", dest="roles", action="append", choices=ROLES, help="Who must have signed; default: anyone.")
    add("--at", type=_time, metavar="TIME", help="Verify as of this time in UTC: 2030-12-31 or 2030-12-31T23:59:59Z.")
    add("--json", dest="as_json", action="store_true", help="One JSON object a line, one line a file.")
    add("--language", choices=("az", "en", "ru"), default="az", help="Of the report; default: az.")
    add("--log-key", dest="logs", action="append", metavar="KEY", help="Key of the register of decisions, or its file.")
    add("--witness", dest="witnesses", action="append", metavar="KEY", help="Key of a witness of the register.")
    add("--quorum", type=int, metavar="NUMBER", help="How many of these witnesses are needed; default: all.")
    add("--crl", dest="lists", action="append", type=_existing, metavar="FILE", help=LISTS)
    add("--complete", action="store_true", help="Refuse what does not show that the authorities were not revoked.")
    add("--foreign", action="store_true", help="Also accept containers of other people's tools.")
    parser.set_defaults(own_root=own_root, own_log=own_log)
    return parser


def _existing(text: str) -> Path:
    if not (path := Path(text)).is_file():
        raise ArgumentTypeError(f"there is no file {text}")
    return path


def _time(text: str) -> datetime:
    for form in ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ArgumentTypeError(f"{text} is no time in UTC")


def _verified(chosen: Namespace) -> int:
    with _loading():
        from signing.verify import verify

        judge = partial(verify, trust=_trust(chosen), policy=_policy(chosen), at=chosen.at)
    words = partial(_as_json if chosen.as_json else _as_text, chosen.language)
    codes = []
    for file in chosen.files:
        code, text = _outcome(file, judge, words)
        if len(chosen.files) > 1 and not chosen.as_json:
            _say(f"== {file}", sys.stdout)
        _say(text, sys.stderr if code == NO_CONTAINER else sys.stdout)
        codes.append(code)
    return max(codes, key=(VALID, UNDECIDED, INVALID, NO_CONTAINER).index)


@contextmanager
def _loading() -> Iterator[None]:
    """Modules stay until the end: to look for rubbish among them, then and later, would be a sixth of the run."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _say(text: str, stream: TextIO) -> None:
    """In UTF-8 on every system, whatever its own letters are."""
    stream.buffer.write(f"{text}\n".encode())


def _outcome(file: Path, judge: Callable[[bytes], "Report"], words: Callable[[Path, "Report"], str]) -> Outcome:
    from signing.zip_read import NotAContainer

    try:
        report = judge(_content(file))
    except NotAContainer:
        return Outcome(NO_CONTAINER, f"e-gomruk: {file.name} is no container")
    code = {"TOTAL-PASSED": VALID, "TOTAL-FAILED": INVALID}.get(report.indication, UNDECIDED)
    return Outcome(code, words(file, report))


def _content(file: Path) -> bytes:
    """No more than a container may have: the reader refuses the rest anyway."""
    from signing.zip_read import MAX_BYTES

    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _as_text(language: str, _: Path, report: "Report") -> str:
    from signing.report_text import as_text

    return as_text(report, language)


def _as_json(language: str, file: Path, report: "Report") -> str:
    import json

    from signing.report_json import as_json

    return json.dumps({"file": file.name, **as_json(report, language)}, ensure_ascii=False)


def _policy(chosen: Namespace) -> "Policy":
    from signing.examination import Policy
    from signing.forms import OWN
    from signing.profiles import Role

    form = _foreign() if chosen.foreign else OWN
    policy = Policy(register=_register(chosen), needs_authorities=chosen.complete, form=form)
    return replace(policy, roles=frozenset(map(Role, chosen.roles))) if chosen.roles else policy


def _foreign() -> "Form":
    from signing.foreign.form import FOREIGN

    return FOREIGN


def _register(chosen: Namespace) -> "LogTrust | None":
    """Whom to believe about the register of decisions; None where nobody named a key."""
    logs = chosen.logs or ([str(chosen.own_log)] if chosen.own_log else [])
    if not logs and not chosen.witnesses and chosen.quorum is None:
        return None

    from signing.errors import SigningError
    from signing.transparency.trust import named

    try:
        return named(logs, chosen.witnesses or (), chosen.quorum)
    except SigningError as error:
        raise CannotJudge(f"the keys of the register cannot be used: {error}") from error


def _trust(chosen: Namespace) -> "Trust":
    from signing.certificates import load_file
    from signing.crl import read_list
    from signing.errors import SigningError
    from signing.paths import Trust

    paths = chosen.roots or [chosen.own_root]
    if not paths[0]:
        raise CannotJudge("name the root certificate that you trust: --root FILE")
    try:
        roots = tuple(one for path in paths for one in load_file(path.read_bytes()))
    except SigningError as error:
        raise CannotJudge(f"the root certificate cannot be read: {error}") from error
    try:
        return Trust(roots, lists=tuple(read_list(path.read_bytes()) for path in chosen.lists or ()))
    except SigningError as error:
        raise CannotJudge(f"the revocation list cannot be read: {error}") from error

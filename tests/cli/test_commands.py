"""The command `e-gomruk`: what each command does, says and exits with."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.cli.commands import cli
from app.core.roles import Role
from app.demo.people import cast
from tests.cli.installation import Done, Installation, finished

pytestmark = pytest.mark.slow

PRODUCTION = {
    "EGOMRUK_MODE": "production",
    "EGOMRUK_SECRET_KEY": "k3y-" * 8,
    "EGOMRUK_BASE_URL": "https://e-gomruk.example",
    "EGOMRUK_SMTP_URL": "smtps://mail.example",
    "EGOMRUK_CLAMD": "unix:/run/clamd.sock",
    "EGOMRUK_TSA_URL": "https://centre.example/tsa",
    "EGOMRUK_OCSP_URL": "https://centre.example/ocsp",
    "EGOMRUK_ROOTS": "/etc/e-gomruk/roots.pem",
    "EGOMRUK_LOG_KEY": "PRIVATE+KEY+portal.example+log-secret",
}
SIGN_IN_ROLES = {str(role) for role in Role} - {"anonymous", "newcomer", "system"}


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and group by its words."""
    yield path
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(commands(cli)), ids=lambda path: " ".join(path) or "e-gomruk")
def test_every_command_explains_itself(plain: Installation, path: tuple[str, ...]) -> None:
    done = plain.run(*path, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.casefold().startswith("usage:")
    assert len(done.out.split("\n\n")[1].strip()) > 10
    assert not plain.folder.exists()


def test_version_is_told(plain: Installation) -> None:
    assert plain.run("--version").out.startswith("e-gomruk, version ")


def test_init_is_harmless_when_repeated(empty: Installation) -> None:
    first = empty.run("init")
    assert (first.code, first.err) == (0, "")
    key = (empty.folder / "secret_key").read_text()
    people = empty.execute("SELECT public_id, password_hash FROM account ORDER BY id")
    assert len(people) == len(cast())
    assert empty.run("init").code == 0
    assert empty.execute("SELECT public_id, password_hash FROM account ORDER BY id") == people
    assert (empty.folder / "secret_key").read_text() == key


def test_two_inits_at_once_make_one_installation(empty: Installation) -> None:
    both = [empty.begin("init"), empty.begin("init")]
    assert [finished(process) for process in both] == [Done(0, f"ready: {empty.folder}\n", "")] * 2
    assert empty.execute("SELECT count(*) FROM account") == [(len(cast()),)]
    assert empty.run("audit", "verify").code == 0


def test_init_in_production_makes_no_demonstration_people(empty: Installation) -> None:
    assert empty.run("init", **PRODUCTION).code == 0
    assert empty.execute("SELECT count(*) FROM account") == [(0,)]
    assert not (empty.folder / "secret_key").exists()


def test_migrate_goes_down_and_up(installation: Installation) -> None:
    assert installation.run("migrate", "--to", "base", "--down").code == 0
    assert installation.run("check").code == 1
    assert installation.run("migrate").code == 0
    assert installation.run("check").code == 0


def test_check_explains_settings_and_is_content(settled: Installation) -> None:
    done = settled.run("check")
    assert (done.code, done.err) == (0, "")
    assert "EGOMRUK_SECRET_KEY       set" in done.out
    assert (settled.folder / "secret_key").read_text() not in done.out
    for part in ("audit", "database", "disk", "migrations", "outbox", "roots", "archive", "register"):
        assert f"ok     {part}: " in done.out


def test_check_finds_a_database_that_is_away(plain: Installation) -> None:
    plain.folder.mkdir()
    done = plain.run("check", DATABASE_URL="postgresql+psycopg://portal:hidden@127.0.0.1:9/none")
    assert done.code == 1
    assert "WRONG  database: OperationalError" in done.out
    assert "hidden" not in done.out + done.err


def test_check_finds_a_changed_trail(installation: Installation) -> None:
    installation.tamper("UPDATE audit_entry SET outcome = 'refused' WHERE seq = 2")
    done = installation.run("check")
    assert done.code == 1
    assert "WRONG  audit: " in done.out


def test_audit_verify_counts_what_it_walked(settled: Installation) -> None:
    done = settled.run("audit", "verify")
    assert (done.code, done.err) == (0, "")
    (rows,) = settled.execute("SELECT count(*) FROM audit_entry")
    assert done.out == f"{rows[0]} rows, 0 breaks\n"


def test_audit_verify_names_the_row_that_was_changed(installation: Installation) -> None:
    (chain,) = installation.execute("SELECT max(chain) FROM audit_entry WHERE seq = 2")[0]
    installation.tamper(
        "UPDATE audit_entry SET actor = 'account:other' "
        "WHERE seq = 2 AND chain = (SELECT max(chain) FROM audit_entry WHERE seq = 2)"
    )
    done = installation.run("audit", "verify")
    assert done.code == 1
    assert f"chain {chain}, row 2: its content was changed\n" in done.err
    assert done.out.endswith("1 breaks\n")


def test_demo_accounts_have_the_promised_shape(plain: Installation) -> None:
    done = plain.run("demo", "accounts", "--json")
    people = json.loads(done.out)
    assert {person["role"] for person in people} == SIGN_IN_ROLES
    for person in people:
        assert person.keys() >= {"role", "name", "login", "pin", "principals", "office"}
        assert person["login"]["password"].keys() == {"username", "password"}
        assert isinstance(person["principals"], list)
        assert len(person["pin"]) == 7
        assert person["office"] is None or person["office"]


def test_demo_accounts_are_listed_for_people_too(plain: Installation) -> None:
    lines = plain.run("demo", "accounts").out.splitlines()
    assert len(lines) == len(cast())
    assert all(person.password in line for person, line in zip(cast(), lines, strict=True))


def test_demo_load_adds_only_who_is_missing(settled: Installation) -> None:
    assert settled.run("demo", "load").out == "0 accounts added\n"


@pytest.mark.parametrize("command", ["load", "accounts"])
def test_demo_is_refused_in_production(plain: Installation, command: str) -> None:
    done = plain.run("demo", command, **PRODUCTION)
    assert done.code == 2
    assert done.is_one_plain_line
    assert "refused in production mode" in done.err
    assert done.out == ""


def test_worker_once_delivers_what_is_due_and_ends(installation: Installation) -> None:
    installation.execute("DELETE FROM outbox")  # What the demonstration itself has to tell.
    installation.execute(
        "INSERT INTO outbox (key, topic, payload, created_at, due_at, attempts, leased_by, last_error) VALUES "
        "('k', 'pigeon.post', '{}', '2026-01-01 12:00:00.000000', '2026-01-01 12:00:00.000000', 0, '', '')"
    )
    done = installation.run("worker", "--once")
    assert (done.code, done.out) == (0, "1 messages tried\n")
    listed = installation.run("outbox", "list").out  # Tried too late to be tried again.
    number, _, rest = listed.partition(" ")
    assert rest.startswith("pigeon.post 2026-01-01 ")
    assert rest.endswith(" 1 KeyError\n")
    assert installation.run("outbox", "revive", number).code == 0
    assert installation.run("outbox", "list").out == ""


def test_restore_over_an_installation_is_refused(settled: Installation, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    done = settled.run("backup", str(saved))
    assert (done.code, done.err) == (0, "")
    assert "3 documents, 2 containers" in done.out
    refused = settled.run("restore", str(saved))
    assert refused.code == 1
    assert refused.is_one_plain_line
    assert "backup.not_empty_database" in refused.err


def test_restore_brings_a_backup_back(installation: Installation, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    assert installation.run("backup", str(saved)).code == 0
    people = installation.execute("SELECT username, password_hash FROM account ORDER BY id")
    assert installation.run("migrate", "--to", "base", "--down").code == 0
    installation.execute("DROP TABLE alembic_version")
    done = installation.run("restore", str(saved))
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("the audit trail holds\n")
    assert installation.execute("SELECT username, password_hash FROM account ORDER BY id") == people
    assert installation.run("check").code == 0


FAILURES = {
    "unknown command": (("fly",), {}, 2),
    "unknown option": (("check", "--fast"), {}, 2),
    "missing argument": (("backup",), {}, 2),
    "argument of another kind": (("outbox", "revive", "one"), {}, 2),
    "unknown mode": (("check",), {"EGOMRUK_MODE": "debug"}, 2),
    "wrong port": (("check",), {"PORT": "eighty"}, 2),
    "production without secrets": (("check",), {"EGOMRUK_MODE": "production"}, 2),
    "secret file that is missing": (("check",), {"EGOMRUK_SECRET_KEY_FILE": "/nonexistent/key"}, 2),
    "address that is none": (("init",), {"DATABASE_URL": "nonsense"}, 2),
    "unknown kind of database": (("init",), {"DATABASE_URL": "mysql://base.example/x"}, 2),
    "no server": (("init",), {"DATABASE_URL": "postgresql+psycopg://portal:hidden@127.0.0.1:9/none"}, 1),
    "folder that is missing": (("init",), {"DATABASE_URL": "sqlite:////nonexistent/x.sqlite"}, 1),
    "instance that cannot be made": (("init",), {"EGOMRUK_INSTANCE": "/proc/instance"}, 1),
    "trail that is not there": (("audit", "verify"), {}, 1),
    "unknown revision": (("migrate", "--to", "9999"), {}, 1),
    "backup that is missing": (("restore", "/nonexistent"), {}, 2),
    "backup without a manifest": (("restore", "/proc/self"), {}, 1),
}


@pytest.mark.parametrize(("arguments", "settings", "code"), FAILURES.values(), ids=FAILURES)
def test_error_is_one_line_and_a_code(
    plain: Installation, arguments: tuple[str, ...], settings: dict[str, str], code: int
) -> None:
    done = plain.run(*arguments, **settings)
    assert done.code == code
    assert done.is_one_plain_line, done.err
    assert "hidden" not in done.err


def test_file_that_is_no_database_is_one_line(plain: Installation, tmp_path: Path) -> None:
    (tmp_path / "plain.sqlite").write_text("A letter, not a database. " * 100)
    done = plain.run("init")
    assert (done.code, done.is_one_plain_line) == (1, True)
    assert (tmp_path / "plain.sqlite").read_text().startswith("A letter")


def test_unreadable_backup_is_one_line(plain: Installation, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{")
    done = plain.run("restore", str(tmp_path))
    assert (done.code, done.is_one_plain_line) == (1, True)


def test_command_without_its_part_shows_its_help(plain: Installation) -> None:
    done = plain.run("audit")
    assert done.code == 2
    assert done.err.startswith("Usage:")

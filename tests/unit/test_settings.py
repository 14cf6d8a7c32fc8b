"""The settings of an installation: read strictly, unsafe ones refused, secrets never shown."""

import stat
from pathlib import Path

import pytest

from app.operate.queries import described
from app.settings import Settings, SettingsError

KEY = "k3y-" * 8
PRODUCTION = {
    "EGOMRUK_MODE": "production",
    "EGOMRUK_SECRET_KEY": KEY,
    "EGOMRUK_BASE_URL": "https://e-gomruk.example",
    "EGOMRUK_SMTP_URL": "smtps://portal:mail-secret@mail.example",
    "EGOMRUK_CLAMD": "unix:/run/clamd.sock",
    "DATABASE_URL": "postgresql+psycopg://portal:base-secret@base.example/e_gomruk",
    "EGOMRUK_TSA_URL": "https://centre.example/tsa",
    "EGOMRUK_OCSP_URL": "https://centre.example/ocsp",
    "EGOMRUK_ROOTS": "/etc/e-gomruk/roots.pem",
    "EGOMRUK_LOG_KEY": "PRIVATE+KEY+portal.example+log-secret",
}


def read(tmp_path: Path, **environment: str) -> Settings:
    return Settings.from_environment({"EGOMRUK_INSTANCE": str(tmp_path), **environment})


def production(tmp_path: Path, **changed: str) -> Settings:
    return read(tmp_path, **(PRODUCTION | changed))


def test_demo_needs_no_setting_at_all(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.is_demo
    assert settings.database_url == f"sqlite:///{tmp_path / 'e-gomruk.sqlite'}"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert len(settings.secret_key) >= 32


def test_demo_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    assert read(tmp_path).secret_key == read(tmp_path).secret_key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_two_demo_installations_share_no_key(tmp_path: Path) -> None:
    assert read(tmp_path / "one").secret_key != read(tmp_path / "two").secret_key


def test_production_starts_with_everything_it_needs(tmp_path: Path) -> None:
    settings = production(tmp_path)
    assert not settings.is_demo
    assert settings.is_https


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"EGOMRUK_MODE"}))
def test_production_refuses_to_start_without(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=f"production mode needs {name}"):
        production(tmp_path, **{name: ""})


def test_production_names_everything_that_is_missing_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, EGOMRUK_MODE="production")
    assert all(name in str(refused.value) for name in PRODUCTION.keys() - {"EGOMRUK_MODE"})
    assert list(tmp_path.iterdir()) == []  # Above all, no demo key.


def test_production_refuses_a_short_key(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="at least 32 characters"):
        production(tmp_path, EGOMRUK_SECRET_KEY=KEY[:31])


@pytest.mark.parametrize("address", ["http://e-gomruk.example", "e-gomruk.example", "ftp://e-gomruk.example"])
def test_production_refuses_an_address_without_https(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match="must be https://"):
        production(tmp_path, EGOMRUK_BASE_URL=address)


def test_production_refuses_the_mail_emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.adapters.emulators.mail import main

    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match="emulator is refused"):
        main()


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"EGOMRUK_CARD_URL": "https://cards.example"}, "emulated cards"),
        ({"EGOMRUK_MOBILE_SIGNATURE_URL": "http://127.0.0.1:8026/phone"}, "must be https://"),
        ({"EGOMRUK_MOBILE_SIGNATURE_URL": "https://mid.example"}, "needs EGOMRUK_MOBILE_SIGNATURE_UUID"),
        ({"EGOMRUK_OIDC_ISSUER": "http://127.0.0.1:8026/e-gov"}, "must be https://"),
        ({"EGOMRUK_OIDC_ISSUER": "https://e-gov.example", "EGOMRUK_OIDC_CLIENT_ID": "us"}, "CLIENT_SECRET"),
        ({"EGOMRUK_OIDC_ISSUER": "https://e-gov.example", "EGOMRUK_OIDC_CLIENT_SECRET": "x"}, "CLIENT_ID"),
    ],
)
def test_production_refuses_emulated_cards_and_phones(tmp_path: Path, changed: dict[str, str], refusal: str) -> None:
    assert production(tmp_path).mobile_signature_url == production(tmp_path).card_url == ""
    with pytest.raises(SettingsError, match=refusal):
        production(tmp_path, **changed)


def test_demo_finds_the_emulators_beside_its_own_port(tmp_path: Path) -> None:
    settings = read(tmp_path, PORT="9000")
    assert settings.uses_emulators
    assert settings.mobile_signature_url == "http://127.0.0.1:9026/phone"
    assert settings.card_url == "http://127.0.0.1:9026/card"
    assert settings.oidc_issuer == "http://127.0.0.1:9026/e-gov"
    outside = {"EGOMRUK_MOBILE_SIGNATURE_URL": "https://mid.example", "EGOMRUK_CARD_URL": "http://127.0.0.1:1/card"}
    outside |= {"EGOMRUK_OIDC_ISSUER": "https://e-gov.example"}
    registers = "EGOMRUK_POPULATION_REGISTER_URL", "EGOMRUK_TAXPAYER_REGISTER_URL"
    assert read(tmp_path, **outside).uses_emulators
    outside |= dict.fromkeys(registers, "https://registers.example/soap")
    assert not read(tmp_path, **outside).uses_emulators


@pytest.mark.parametrize("mode", ["prod", "Production", "debug"])
def test_unknown_mode_is_refused(tmp_path: Path, mode: str) -> None:
    with pytest.raises(SettingsError, match="EGOMRUK_MODE is demo or production"):
        read(tmp_path, EGOMRUK_MODE=mode)


@pytest.mark.parametrize("name", ["PORT", "EGOMRUK_WORKERS", "EGOMRUK_THREADS", "EGOMRUK_QUEUE", "EGOMRUK_MAX_BODY"])
@pytest.mark.parametrize("text", ["eight", "-1", "0", "1.5", "0x10", "٨", "1e3", " "])
def test_number_that_is_none_is_refused(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} must be a whole number"):
        read(tmp_path, **{name: text})


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://base.example/x", "postgresql://base.example/x", "sqlite:x.sqlite"]
)
def test_address_of_another_kind_of_database_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL must begin with sqlite:///"):
        read(tmp_path, DATABASE_URL=url)


def test_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    settings = production(tmp_path, EGOMRUK_SECRET_KEY="", EGOMRUK_SECRET_KEY_FILE=str(tmp_path / "key"))
    assert settings.secret_key == KEY


def test_file_goes_before_the_environment(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("sqlite:////srv/other.sqlite")
    settings = read(tmp_path, DATABASE_URL="sqlite:////srv/one.sqlite", DATABASE_URL_FILE=str(tmp_path / "url"))
    assert settings.database_url == "sqlite:////srv/other.sqlite"


def test_file_that_cannot_be_read_is_named_by_its_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="EGOMRUK_SECRET_KEY_FILE cannot be read: No such file"):
        read(tmp_path, EGOMRUK_SECRET_KEY_FILE=str(tmp_path / "missing"))


def test_lists_are_separated_by_commas(tmp_path: Path) -> None:
    settings = read(tmp_path, EGOMRUK_TRUSTED_PROXIES=" 10.0.0.1, 10.0.0.2,,")
    assert settings.trusted_proxies == ("10.0.0.1", "10.0.0.2")


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"EGOMRUK_LIMITS_STORAGE": "redis://:base-secret@redis.example:6379/0"},
        {"EGOMRUK_LIMITS_STORAGE": "redis://portal:base-secret@redis.example/0"},
        {"DATABASE_URL": "postgresql+psycopg://portal:base@secret@base.example/e_gomruk"},
    ],
    ids=["usual", "password without name", "password with name", "at sign in the password"],
)
def test_description_shows_no_secret(tmp_path: Path, changed: dict[str, str]) -> None:
    shown = " ".join(f"{entry.name} {entry.shown}" for entry in described(production(tmp_path, **changed)))
    assert not any(secret in shown for secret in (KEY, "mail-secret", "base-secret", "base@", "secret@", "log-secret"))
    assert "EGOMRUK_SECRET_KEY set" in shown
    assert "base.example" in shown


def test_description_explains_every_setting(tmp_path: Path) -> None:
    entries = described(read(tmp_path))
    assert all(entry.explanation for entry in entries)
    assert {"EGOMRUK_MODE", "DATABASE_URL", "EGOMRUK_SECRET_KEY"} <= {entry.name for entry in entries}

"""The settings of one installation: read once from the environment, typed, refused at start when wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from os import environ
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
SECRET_LENGTH = 32
# What production cannot make up by itself.
NEEDED = ("secret_key", "base_url", "smtp_url", "clamd", "database_url", "tsa_url", "ocsp_url", "roots", "log_key")
PROOFS = ("", "birth_date")
DATABASES = ("sqlite:///", "postgresql+psycopg://")
DEMO_RELYING_PARTY = "00000000-0000-4000-8000-000000000001"
DEMO_OIDC_CLIENT, DEMO_OIDC_SECRET = "e-gomruk", "e-gomruk-numayis"  # What the emulated provider knows.


class Mode(StrEnum):
    DEMO = "demo"
    PRODUCTION = "production"


class SettingsError(ValueError):
    """The environment does not describe an installation that may run."""


def setting(name: str, default: str, explanation: str, *, secret: bool = False) -> Any:  # noqa: ANN401  (a dataclass field)
    return field(metadata={"name": name, "default": default, "explanation": explanation, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    mode: Mode = setting(
        "EGOMRUK_MODE",
        "demo",
        "demo or production. Production refuses emulators, demo keys, demo data and missing secrets.",
    )
    instance: Path = setting("EGOMRUK_INSTANCE", "instance", "Folder of everything this installation owns.")
    database_url: str = setting(
        "DATABASE_URL",
        "",
        "Database: sqlite:///… or postgresql+psycopg://…; by default e-gomruk.sqlite in the instance folder.",
    )
    documents: str = setting(
        "EGOMRUK_DOCUMENTS",
        "",
        "Where files are kept: a folder or s3://bucket/prefix; by default documents in the instance folder.",
    )
    secret_key: str = setting(
        "EGOMRUK_SECRET_KEY",
        "",
        "Key that signs form tokens, at least 32 characters; in demo mode made by itself in the instance folder.",
        secret=True,
    )
    base_url: str = setting(
        "EGOMRUK_BASE_URL", "", "Public address of the portal; by default http://HOST:PORT in demo mode."
    )
    hosts: tuple[str, ...] = setting(
        "EGOMRUK_HOSTS", "", "Further host names under which requests are answered, separated by commas."
    )
    trusted_proxies: tuple[str, ...] = setting(
        "EGOMRUK_TRUSTED_PROXIES",
        "",
        "Addresses of proxies whose X-Forwarded-For, -Proto and X-Client-Certificate are believed, separated by "
        "commas.",
    )
    limits_storage: str = setting(
        "EGOMRUK_LIMITS_STORAGE", "database", "Where attempts are counted: database, or redis://… for many machines."
    )
    smtp_url: str = setting(
        "EGOMRUK_SMTP_URL",
        "",
        "Mail server: smtp://[user:password@]host:port or smtps://…; in demo mode the emulated one.",
        secret=True,
    )
    mail_from: str = setting("EGOMRUK_MAIL_FROM", "e-gomruk@localhost", "Sender of the portal's mails.")
    mobile_signature_url: str = setting(
        "EGOMRUK_MOBILE_SIGNATURE_URL",
        "",
        "Mobile signature service (SK MID protocol); in demo mode the emulated one. Without it nobody signs by phone.",
    )
    mobile_signature_uuid: str = setting(
        "EGOMRUK_MOBILE_SIGNATURE_UUID",
        "",
        "By what the mobile signature service knows the portal; in demo mode what the emulated one knows.",
        secret=True,
    )
    mobile_signature_name: str = setting(
        "EGOMRUK_MOBILE_SIGNATURE_NAME",
        "e-Gömrük",
        "Under which name the mobile signature service knows the portal, and phones show it.",
    )
    card_url: str = setting("EGOMRUK_CARD_URL", "", "Emulated signature cards; demo mode only.")
    oidc_issuer: str = setting(
        "EGOMRUK_OIDC_ISSUER",
        "",
        "Issuer of the E-Gov identity (OpenID Connect); in demo mode the emulated one. Without it nobody signs in so.",
    )
    oidc_client_id: str = setting(
        "EGOMRUK_OIDC_CLIENT_ID", "", "Under which name the E-Gov identity knows the portal; needed with the issuer."
    )
    oidc_client_secret: str = setting(
        "EGOMRUK_OIDC_CLIENT_SECRET",
        "",
        "By what the E-Gov identity knows the portal; needed with the issuer.",
        secret=True,
    )
    population_register: str = setting(
        "EGOMRUK_POPULATION_REGISTER_URL",
        "",
        "Population register (SOAP 1.2); in demo mode the emulated one. Without it nobody gets a GÖÖEN.",
    )
    taxpayer_register: str = setting(
        "EGOMRUK_TAXPAYER_REGISTER_URL",
        "",
        "Register of taxpayers (SOAP 1.2); in demo mode the emulated one. Without it nobody gets a GÖÖEN.",
    )
    gooen_proof: str = setting(
        "EGOMRUK_GOOEN_PROOF",
        "",
        "What whoever asks for a GÖÖEN must know besides the document: birth_date, or nothing.",
    )
    gooen_hourly: int = setting(
        "EGOMRUK_GOOEN_HOURLY",
        "2000",
        "Persons that the GÖÖEN service looks up in an hour, whoever asks; the next is told to come back, and an alarm "
        "is given.",
    )
    clamd: str = setting(
        "EGOMRUK_CLAMD", "", "Virus scanner: unix:/path or host:port; production refuses to start without one."
    )
    tsa_url: str = setting(
        "EGOMRUK_TSA_URL",
        "",
        "Address of the time-stamp service (RFC 3161); in demo mode that of the emulated centre.",
    )
    ocsp_url: str = setting(
        "EGOMRUK_OCSP_URL", "", "Address of the revocation responder (OCSP); in demo mode that of the emulated centre."
    )
    crl_urls: tuple[str, ...] = setting(
        "EGOMRUK_CRL_URLS",
        "",
        "Addresses of the revocation lists of those above signers and time-stamps, separated by commas; in demo mode "
        "those of the emulated centre.",
    )
    pki_passphrase: str = setting(
        "EGOMRUK_PKI_PASSPHRASE",
        "",
        "Passphrase of the emulated centre's keys, at least 16 characters; by default made by itself. Demo mode only.",
        secret=True,
    )
    roots: Path = setting(
        "EGOMRUK_ROOTS",
        "",
        "PEM file of the root certificates that signatures must lead to; in demo mode that of the emulated centre.",
    )
    authorities: Path = setting(
        "EGOMRUK_AUTHORITIES",
        "",
        "PEM file of the issuing authorities below the roots, for certificates of cards, phones and browsers that come "
        "alone; in demo mode that of the emulated centre.",
    )
    seal: Path | None = setting(
        "EGOMRUK_SEAL",
        "",
        "Key file (PKCS #12) of the customs' seal, opened by the worker alone; in demo mode made by init. Without it "
        "papers are printed, but not given as PDF.",
    )
    certificate_url: str = setting(
        "EGOMRUK_CERTIFICATE_URL",
        "",
        "Address at which a trusted proxy asks browsers for the certificate of their card: the portal's host at "
        "another port. Without it nobody signs in by TLS certificate.",
    )
    log: Path = setting(
        "EGOMRUK_LOG", "", "Folder of the published register of decisions; by default log in the instance folder."
    )
    log_key: str = setting(
        "EGOMRUK_LOG_KEY",
        "",
        "Key that signs the register, in one line as signed notes have it; in demo mode made by itself.",
        secret=True,
    )
    log_witnesses: tuple[str, ...] = setting(
        "EGOMRUK_LOG_WITNESSES",
        "",
        "Public keys of the witnesses whose cosignatures the register takes in, separated by commas.",
    )
    metrics_from: tuple[str, ...] = setting(
        "EGOMRUK_METRICS_FROM", "127.0.0.0/8,::1/128", "Networks from which /metrics is answered, separated by commas."
    )
    host: str = setting("HOST", "127.0.0.1", "Address to listen on.")
    port: int = setting("PORT", "8000", "Port to listen on.")
    workers: int = setting("EGOMRUK_WORKERS", "2", "Web processes; as many as the machine has cores.")
    threads: int = setting("EGOMRUK_THREADS", "2", "Requests that one web process works on at a time.")
    queue: int = setting(
        "EGOMRUK_QUEUE", "64", "Requests that may wait in one web process; the next one is told to come back."
    )
    max_body: int = setting("EGOMRUK_MAX_BODY", "12582912", "Largest request body in bytes.")

    @property
    def is_demo(self) -> bool:
        return self.mode is Mode.DEMO

    @property
    def uses_mail_emulator(self) -> bool:
        return self.is_demo and self.smtp_url == _emulated_mail(self.port)

    @property
    def emulators_port(self) -> int:
        return _emulators_port(self.port)

    @property
    def uses_emulators(self) -> bool:
        named = self.mobile_signature_url, self.card_url, self.oidc_issuer
        registers = self.population_register, self.taxpayer_register
        return self.is_demo and any(url.startswith(_emulator(self.mode, self.port, "")) for url in named + registers)

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @classmethod
    def from_environment(cls, source: Mapping[str, str] = environ) -> "Settings":
        raw = {entry.name: _read(source, entry.metadata) for entry in fields(cls)}
        try:
            mode = Mode(raw["mode"])
        except ValueError:
            raise SettingsError(f"EGOMRUK_MODE is demo or production, not {raw['mode']!r}") from None
        numbers = {
            entry.name: _number(entry.metadata["name"], raw[entry.name]) for entry in fields(cls) if entry.type is int
        }
        instance = instance_folder(source)
        centre = f"http://{raw['host']}:{raw['port']}/pki" if mode is Mode.DEMO else ""
        settings = cls(
            mode=mode,
            instance=instance,
            database_url=raw["database_url"] or f"sqlite:///{instance / 'e-gomruk.sqlite'}",
            documents=raw["documents"] or str(instance / "documents"),
            secret_key=raw["secret_key"] or (_demo_secret(instance) if mode is Mode.DEMO else ""),
            base_url=(raw["base_url"] or f"http://{raw['host']}:{raw['port']}").rstrip("/"),
            hosts=_listed(raw["hosts"]),
            trusted_proxies=_listed(raw["trusted_proxies"]),
            limits_storage=raw["limits_storage"],
            smtp_url=raw["smtp_url"] or (_emulated_mail(numbers["port"]) if mode is Mode.DEMO else ""),
            mail_from=raw["mail_from"],
            mobile_signature_url=raw["mobile_signature_url"] or _emulator(mode, numbers["port"], "phone"),
            mobile_signature_uuid=raw["mobile_signature_uuid"] or (DEMO_RELYING_PARTY if mode is Mode.DEMO else ""),
            mobile_signature_name=raw["mobile_signature_name"],
            card_url=raw["card_url"] or _emulator(mode, numbers["port"], "card"),
            oidc_issuer=raw["oidc_issuer"] or _emulator(mode, numbers["port"], "e-gov"),
            oidc_client_id=raw["oidc_client_id"] or (DEMO_OIDC_CLIENT if mode is Mode.DEMO else ""),
            oidc_client_secret=raw["oidc_client_secret"] or (DEMO_OIDC_SECRET if mode is Mode.DEMO else ""),
            population_register=raw["population_register"] or _emulator(mode, numbers["port"], "registers/population"),
            taxpayer_register=raw["taxpayer_register"] or _emulator(mode, numbers["port"], "registers/taxpayers"),
            gooen_proof=raw["gooen_proof"],
            clamd=raw["clamd"],
            tsa_url=raw["tsa_url"] or (f"{centre}/tsa" if centre else ""),
            ocsp_url=raw["ocsp_url"] or (f"{centre}/ocsp" if centre else ""),
            crl_urls=_listed(raw["crl_urls"]) or ((f"{centre}/root.crl", f"{centre}/crl") if centre else ()),
            pki_passphrase=raw["pki_passphrase"],
            roots=Path(raw["roots"] or instance / "pki" / "root.crt"),
            authorities=Path(raw["authorities"] or instance / "pki" / "issuing.crt"),
            seal=Path(raw["seal"]) if raw["seal"] else instance / "seal.p12" if mode is Mode.DEMO else None,
            certificate_url=raw["certificate_url"].rstrip("/"),
            log=Path(raw["log"] or instance / "log"),
            log_key=raw["log_key"],
            log_witnesses=_listed(raw["log_witnesses"]),
            metrics_from=_listed(raw["metrics_from"]),
            host=raw["host"],
            **numbers,
        )
        settings.refuse_unsafe(raw)
        settings.refuse_stray_certificates()
        if settings.gooen_proof not in PROOFS:
            raise SettingsError(f"EGOMRUK_GOOEN_PROOF is birth_date or empty, not {settings.gooen_proof!r}")
        if not settings.database_url.startswith(DATABASES):
            raise SettingsError(f"DATABASE_URL must begin with {' or '.join(DATABASES)}")
        return settings

    def refuse_unsafe(self, raw: Mapping[str, str]) -> None:
        """Production starts only with everything that protects its users."""
        if self.is_demo:
            return
        missing = [name for name in NEEDED if not raw[name]]
        if missing:
            names = [entry.metadata["name"] for entry in fields(self) if entry.name in missing]
            raise SettingsError(f"production mode needs {', '.join(names)}")
        for is_unsafe, why in self._dangers(raw):
            if is_unsafe:
                raise SettingsError(why)

    def _dangers(self, raw: Mapping[str, str]) -> list[tuple[bool, str]]:
        """Each with whether it is there."""
        services = {
            "EGOMRUK_MOBILE_SIGNATURE_URL": self.mobile_signature_url,
            "EGOMRUK_OIDC_ISSUER": self.oidc_issuer,
            "EGOMRUK_POPULATION_REGISTER_URL": self.population_register,
            "EGOMRUK_TAXPAYER_REGISTER_URL": self.taxpayer_register,
        }
        named = self.oidc_client_id and self.oidc_client_secret
        together = (
            ("EGOMRUK_MOBILE_SIGNATURE_URL", "EGOMRUK_MOBILE_SIGNATURE_UUID", self.mobile_signature_uuid),
            ("EGOMRUK_OIDC_ISSUER", "EGOMRUK_OIDC_CLIENT_ID and EGOMRUK_OIDC_CLIENT_SECRET", named),
            ("EGOMRUK_CERTIFICATE_URL", "EGOMRUK_AUTHORITIES", raw["authorities"]),
        )
        given = services | {"EGOMRUK_CERTIFICATE_URL": self.certificate_url}
        return [
            (len(self.secret_key) < SECRET_LENGTH, f"EGOMRUK_SECRET_KEY needs at least {SECRET_LENGTH} characters"),
            (not self.is_https, "EGOMRUK_BASE_URL must be https:// in production mode"),
            (bool(self.card_url), "EGOMRUK_CARD_URL leads to emulated cards, which production mode refuses"),
            *(
                (bool(url) and not url.startswith("https://"), f"{name} must be https:// in production mode")
                for name, url in services.items()
            ),
            *((bool(given[name]) and not other, f"{name} needs {needed}") for name, needed, other in together),
        ]

    def refuse_stray_certificates(self) -> None:
        """The cookies of the portal go to its own host alone, and certificates come from a trusted proxy alone."""
        if not self.certificate_url:
            return
        host, own = urlsplit(self.certificate_url), urlsplit(self.base_url)
        if host.scheme != "https" or host.hostname != own.hostname:
            raise SettingsError("EGOMRUK_CERTIFICATE_URL must be https:// with the host of EGOMRUK_BASE_URL")
        if not self.trusted_proxies:
            raise SettingsError("EGOMRUK_CERTIFICATE_URL needs EGOMRUK_TRUSTED_PROXIES")


def _read(source: Mapping[str, str], metadata: Mapping[str, Any]) -> str:
    """The value of NAME, or the content of the file that NAME_FILE points to: no secret need be in the environment."""
    name = metadata["name"]
    if path := source.get(f"{name}_FILE"):
        try:
            return Path(path).read_text("utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{name}_FILE cannot be read: {error.strerror}") from error
    return source.get(name) or str(metadata["default"])


def instance_folder(source: Mapping[str, str] = environ) -> Path:
    """Found without reading all settings, which would make what some commands do not need."""
    (entry,) = (entry for entry in fields(Settings) if entry.name == "instance")
    return ROOT / _read(source, entry.metadata)


def _emulated_mail(port: int) -> str:
    """Beside the portal's own port, so that two demonstrations do not meet."""
    return f"smtp://127.0.0.1:{port + 25}"


def _emulators_port(port: int) -> int:
    return port + 26


def _emulator(mode: Mode, port: int, name: str) -> str:
    """Production has none, and no address of one."""
    return f"http://127.0.0.1:{_emulators_port(port)}/{name}" if mode is Mode.DEMO else ""


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise SettingsError(f"{name} must be a whole number, 1 or more, not {text!r}")
    return int(text)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _demo_secret(instance: Path) -> str:
    """A demonstration needs no set-up, yet no two share a key: it is made once and kept beside the database."""
    path = instance / "secret_key"
    if not path.exists():
        import secrets

        from signing import files

        instance.mkdir(parents=True, exist_ok=True)
        files.write_once(path, secrets.token_urlsafe(48).encode(), files.PRIVATE)
    return path.read_text("utf-8").strip()

"""What the emulated provider knows and does: people, their sign-ins, codes that are good once, tokens, log-outs."""

import hashlib
import hmac
import secrets
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.adapters.emulators import certification_centre
from app.adapters.emulators.devices import FILE
from app.adapters.emulators.e_gov.keys import Keys
from app.adapters.emulators.e_gov.scripts import NAME, PASSWORD, SCRIPTS, USUAL, Script
from app.adapters.emulators.sealed_keys import sealing_under
from app.adapters.emulators.store import Store
from app.core.clock import Clock, SystemClock
from app.core.public_ids import digest
from app.settings import Settings

CODE_LIFE = timedelta(minutes=1)
TOKEN_LIFE = timedelta(minutes=5)
SESSION_LIFE = timedelta(hours=8)
BACKCHANNEL = "http://schemas.openid.net/event/backchannel-logout"
SEALED = "e-gov password {}"


class WrongPassword(Exception):
    """There is no such user name, or this is not its password."""


class WrongCode(Exception):
    """The code was used, is too old, or was asked for by somebody else."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """An account at the provider, as it is opened."""

    username: str
    fin: str
    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom the provider knows in a browser, and since when."""

    sid: str
    username: str
    subject: str
    fin: str
    name: str
    at: datetime


@dataclass(frozen=True)
class EGov:
    settings: Settings
    store: Store
    clock: Clock
    passphrase: str = field(repr=False)

    @property
    def keys(self) -> Keys:
        return Keys(self.store, self.clock, self.passphrase)

    @property
    def issuer(self) -> str:
        return self.settings.oidc_issuer

    def register(self, people: Iterable[NewPerson]) -> int:
        """Opens the accounts that are not there yet."""
        rows = [(one.username, secrets.token_hex(8), one.fin, one.name, self._tag(one)) for one in people]
        with self.store.writing() as file:
            return file.executemany("INSERT OR IGNORE INTO e_gov_person VALUES (?, ?, ?, ?, ?)", rows).rowcount

    def sign_in(self, username: str, password: str) -> str:
        """The number of a new session. Raises WrongPassword."""
        if script := SCRIPTS.get(username):
            self.register([NewPerson(username, script.fin, NAME, PASSWORD)])
        tag = self._tag(NewPerson(username, "", "", password))
        with self.store.writing() as file:
            row = file.execute("SELECT tag FROM e_gov_person WHERE username = ?", (username,)).fetchone()
            if not hmac.compare_digest(row["tag"] if row else b"", tag):
                raise WrongPassword
            sid, now = secrets.token_urlsafe(16), self.clock.now().timestamp()
            file.execute("INSERT INTO e_gov_session VALUES (?, ?, ?, NULL, 0)", (sid, username, now))
        return sid

    def session(self, sid: str) -> SignedIn | None:
        with self.store.reading() as file:
            row = file.execute(f"{SESSION} WHERE sid = ? AND ended_at IS NULL", (sid,)).fetchone()
        found = _signed_in(row) if row else None
        return found if found and found.at > self.clock.now() - SESSION_LIFE else None

    def grant(self, sid: str, nonce: str, challenge: str) -> str:
        """A code for the portal."""
        code, now = secrets.token_urlsafe(24), self.clock.now()
        with self.store.writing() as file:
            file.execute("DELETE FROM e_gov_grant WHERE made_at <= ?", ((now - CODE_LIFE).timestamp(),))
            facts = (digest(code), sid, nonce, challenge, now.timestamp())
            file.execute("INSERT INTO e_gov_grant VALUES (?, ?, ?, ?, ?)", facts)
        return code

    def redeem(self, code: str, verifier: str) -> tuple[Script, Mapping[str, Any]]:
        """The answer to a code, once, and in what way it goes wrong. Raises WrongCode."""
        now = self.clock.now()
        with self.store.writing() as file:
            used = "DELETE FROM e_gov_grant WHERE code = ? AND made_at > ? RETURNING *"
            row = file.execute(used, (digest(code), (now - CODE_LIFE).timestamp())).fetchone()
        if row is None or not hmac.compare_digest(row["challenge"], _challenge(verifier)):
            raise WrongCode
        session = self.session(row["sid"])
        if session is None:
            raise WrongCode
        script = SCRIPTS.get(session.username, USUAL)
        token = self.keys.signed(self._claims(session, row["nonce"], script), script.key)
        access = secrets.token_urlsafe(24)  # Opens nothing: all that is known of a person stands in the token.
        return script, {"token_type": "Bearer", "access_token": access, "expires_in": 300, "id_token": token}

    def end(self, sid: str) -> None:
        with self.store.writing() as file:
            ended = "UPDATE e_gov_session SET ended_at = ? WHERE sid = ? AND ended_at IS NULL"
            file.execute(ended, (self.clock.now().timestamp(), sid))

    def tell_of_ends(self, tell: Callable[[str], object]) -> int:
        """Gives a signed message for each session that has ended since to whoever passes it on to the portal."""
        with self.store.reading() as file:
            rows = file.execute(f"{SESSION} WHERE ended_at IS NOT NULL AND NOT is_told").fetchall()
        if not rows:
            return 0
        with self.store.writing() as file:
            for row in rows:
                file.execute("UPDATE e_gov_session SET is_told = 1 WHERE sid = ?", (row["sid"],))
        for row in rows:
            tell(self.farewell(_signed_in(row)))
        return len(rows)

    def farewell(self, session: SignedIn, **changed: object) -> str:
        """The message that this session has ended."""
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": self.settings.oidc_client_id,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_urlsafe(16),
            "events": {BACKCHANNEL: {}},
            "sub": session.subject,
            "sid": session.sid,
        }
        return self.keys.signed(_changed(claims, changed), kind="logout+jwt")

    def _claims(self, session: SignedIn, nonce: str, script: Script) -> Mapping[str, Any]:
        now = int((self.clock.now() + script.shift).timestamp())
        claims = {
            "iss": self.issuer,
            "aud": self.settings.oidc_client_id,
            "sub": session.subject,
            "sid": session.sid,
            "iat": now,
            "nbf": now,
            "exp": now + int(TOKEN_LIFE.total_seconds()),
            "auth_time": int(session.at.timestamp()),
            "nonce": nonce,
            "name": session.name,
            "fin": session.fin,
        }
        return _changed(claims, script.claims)

    def _tag(self, person: NewPerson) -> bytes:
        return sealing_under(self.passphrase).tag(SEALED.format(person.username), person.password)


SESSION = "SELECT * FROM e_gov_session JOIN e_gov_person USING (username)"


def _signed_in(row: sqlite3.Row) -> SignedIn:
    at = datetime.fromtimestamp(row["signed_in_at"], UTC)
    return SignedIn(row["sid"], row["username"], row["subject"], row["fin"], row["name"], at)


def _changed(claims: Mapping[str, Any], changes: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in {**claims, **changes}.items() if value is not None}


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def e_gov(settings: Settings, clock: Clock | None = None) -> EGov:
    """Nothing is opened before it is needed. Raises SettingsError in production mode."""
    certification_centre.refuse_in_production(settings)
    passphrase = certification_centre.passphrase(settings)
    return EGov(settings, Store(settings.instance / FILE), clock or SystemClock(), passphrase)

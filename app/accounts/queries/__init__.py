"""What is read about persons, their rights, accounts and sessions; nothing here writes."""

from app.accounts.queries.e_gov import find_left_session
from app.accounts.queries.owners import (
    Contact,
    Credentials,
    Owner,
    contact_of,
    find_credentials,
    find_credentials_of,
    find_email_change,
    find_link_owner,
    find_owner,
    get_owner,
    has_come_from,
    numbers_about,
)
from app.accounts.queries.principals import (
    Power,
    Principal,
    find_power,
    own_participant,
    person_of,
    phone_of,
    powers,
    principals_of,
)
from app.accounts.queries.represented import actor_named
from app.accounts.queries.sessions import (
    LiveSession,
    OpenSession,
    are_of_one_person,
    barred_means,
    find_session,
    open_sessions,
    roles_of,
)

__all__ = [
    "Contact",
    "Credentials",
    "LiveSession",
    "OpenSession",
    "Owner",
    "Power",
    "Principal",
    "actor_named",
    "are_of_one_person",
    "barred_means",
    "contact_of",
    "find_credentials",
    "find_credentials_of",
    "find_email_change",
    "find_left_session",
    "find_link_owner",
    "find_owner",
    "find_power",
    "find_session",
    "get_owner",
    "has_come_from",
    "numbers_about",
    "open_sessions",
    "own_participant",
    "person_of",
    "phone_of",
    "powers",
    "principals_of",
    "roles_of",
]

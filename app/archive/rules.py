"""What is kept, who must have signed it, and when it has to be renewed."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from app.core.errors import N_, Invalid

if TYPE_CHECKING:
    from signing.examination import Policy
    from signing.transparency.trust import LogTrust


class Kind(StrEnum):
    DECLARATION = "declaration"  # What a person or an organisation has declared.
    DECISION = "decision"  # What an officer has decided on it; stands in the register.
    CONTRACT = "contract"  # By which a participant gets his user name.


# The library's words for who may sign a kind.
SIGNED_BY: Mapping[Kind, frozenset[str]] = {
    Kind.DECLARATION: frozenset({"person", "organisation"}),
    Kind.DECISION: frozenset({"officer"}),
    Kind.CONTRACT: frozenset({"person"}),
}

# As the register has numbers: printable and without spaces, so that a line is read in one way only.
WORD = re.compile(r"[!-~]{1,64}", re.ASCII)

# A renewal must be possible although the time-stamp service, the worker and the people who look after both are away for
# a while; three months outlast any of these. A time-stamp of a short life leaves a third of it instead.
MARGIN = timedelta(days=90)
# By then three quarters of the margin's attempts have failed, so that somebody has to be told.
ALARM = timedelta(days=30)


def renewal_due(stamped: datetime, good_until: datetime) -> datetime:
    """When a container whose newest time-stamp was made then has to be renewed."""
    return good_until - min(MARGIN, (good_until - stamped) / 3)


def policy_of(kind: Kind, register: "LogTrust | None" = None) -> "Policy":
    from signing.examination import Policy
    from signing.profiles import Role

    return Policy(roles=frozenset(map(Role, SIGNED_BY[kind])), register=register)


def check_number(number: str) -> None:
    if not WORD.fullmatch(number):
        message = N_("Nömrə 1–64 latın hərfi, rəqəm və ya işarədən ibarət olmalıdır, boşluqsuz.")
        raise Invalid("archive.number", message, field="number")

"""What somebody may be to the portal, and how surely it knows who he is."""

from enum import IntEnum, StrEnum


class Role(StrEnum):
    ANONYMOUS = "anonymous"
    NEWCOMER = "newcomer"  # Signed in with an initial password, and may only replace it.
    CITIZEN = "citizen"
    PASSENGER = "passenger"
    PARTICIPANT = "participant"
    BROKER = "broker"
    OFFICER = "officer"
    SENIOR_OFFICER = "senior_officer"
    OVERSIGHT = "oversight"
    ADMIN = "admin"
    AGENCY = "agency"
    BANK = "bank"
    HUB = "hub"
    SYSTEM = "system"


class Assurance(IntEnum):
    """How surely the portal knows who acts."""

    NONE = 0
    PASSWORD = 1
    STRONG = 2
    FRESH = 3  # Strong, and proven anew a moment ago.

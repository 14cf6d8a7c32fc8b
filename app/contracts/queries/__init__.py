"""What is read of contracts: by the applicant, by officers, by the portal for its own steps."""

from app.contracts.queries.access import Key, has_interest, mine, officer_sees, theirs_or_mine
from app.contracts.queries.cases import (
    Case,
    Happened,
    Listed,
    PaperDetails,
    answers_of,
    find_link_case,
    get_case,
    get_own,
    my_contracts,
    open_contract_text,
    open_own_paper,
    open_paper,
    papers_needed,
)
from app.contracts.queries.queue import PAGE, SORTS, Queue, QueueFilter, queue

__all__ = [
    "PAGE",
    "SORTS",
    "Case",
    "Happened",
    "Key",
    "Listed",
    "PaperDetails",
    "Queue",
    "QueueFilter",
    "answers_of",
    "find_link_case",
    "get_case",
    "get_own",
    "has_interest",
    "mine",
    "my_contracts",
    "officer_sees",
    "open_contract_text",
    "open_own_paper",
    "open_paper",
    "papers_needed",
    "queue",
    "theirs_or_mine",
]

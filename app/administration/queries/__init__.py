"""What administrators read; a look at people's data goes through `operations.looking`, which leaves a trace."""

from app.administration.queries.overview import Overview, overview
from app.administration.queries.people import Found, FoundPage, PersonDetails, Search, find_person, search_people
from app.administration.queries.proposals import (
    BarDetails,
    ProposalDetails,
    bars_of,
    find_bar,
    find_proposal,
    list_proposals,
    proposals_about,
    standing_bars,
)

__all__ = [
    "BarDetails",
    "Found",
    "FoundPage",
    "Overview",
    "PersonDetails",
    "ProposalDetails",
    "Search",
    "bars_of",
    "find_bar",
    "find_person",
    "find_proposal",
    "list_proposals",
    "overview",
    "proposals_about",
    "search_people",
    "standing_bars",
]

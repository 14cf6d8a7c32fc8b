"""Looks at people's data: each leaves a row in the audit trail, which names what was asked and never who was found."""

from dataclasses import dataclass, fields

from app.administration import queries
from app.administration.queries import BarDetails, FoundPage, PersonDetails, ProposalDetails, Search
from app.core.context import Context
from app.core.operation import operation


def _search(context: Context, search: Search) -> tuple[Search, FoundPage]:
    return search, queries.search_people(context.session, search)


@operation(before=_search, repeatable=False)
def search_people(context: Context, found: tuple[Search, FoundPage]) -> FoundPage:
    search, page = found
    asked = " ".join(field.name for field in fields(search) if getattr(search, field.name))
    context.about("person", "list", asked=asked, found=len(page.people))
    return page


@dataclass(frozen=True, slots=True)
class ReadPerson:
    public_id: str


@dataclass(frozen=True, slots=True)
class PersonFile:
    person: PersonDetails
    proposals: list[ProposalDetails]
    bars: list[BarDetails]


def _read_person(context: Context, command: ReadPerson) -> PersonFile:
    context.about("person", command.public_id)
    person = queries.find_person(context.session, command.public_id)
    proposals = queries.proposals_about(context.session, person.id)
    return PersonFile(person, proposals, queries.bars_of(context.session, person.public_id))


@operation(before=_read_person, repeatable=False)
def read_person(context: Context, file: PersonFile) -> PersonFile:
    context.about("person", file.person.public_id)
    return file


@dataclass(frozen=True, slots=True)
class ReadProposals:
    are_open: bool


def _read_proposals(context: Context, command: ReadProposals) -> list[ProposalDetails]:
    return queries.list_proposals(context.session, context.clock.now(), are_open=command.are_open)


@operation(before=_read_proposals, repeatable=False)
def read_proposals(context: Context, found: list[ProposalDetails]) -> list[ProposalDetails]:
    context.about("proposal", "list", found=len(found))
    return found


@dataclass(frozen=True, slots=True)
class ReadProposal:
    public_id: str


def _read_proposal(context: Context, command: ReadProposal) -> ProposalDetails:
    return queries.find_proposal(context.session, command.public_id)


@operation(before=_read_proposal, repeatable=False)
def read_proposal(context: Context, found: ProposalDetails) -> ProposalDetails:
    context.about("proposal", found.public_id)
    return found


@dataclass(frozen=True, slots=True)
class ReadBars:
    pass


def _read_bars(context: Context, _command: ReadBars) -> list[BarDetails]:
    return queries.standing_bars(context.session)


@operation(before=_read_bars, repeatable=False)
def read_bars(context: Context, found: list[BarDetails]) -> list[BarDetails]:
    context.about("bar", "list", found=len(found))
    return found

"""How much of a long list is tried: all of it in `make trust`, a part that is spread over the whole in `make test`."""

from collections.abc import Iterable
from itertools import islice
from os import environ
from typing import TypeVar

One = TypeVar("One")

IS_WHOLE = "EGOMRUK_TRUST" in environ


def tried(every: Iterable[One], one_in: int) -> list[One]:
    """The steps should have no factor in common with the list's own rhythm, such as eight bits a byte."""
    return list(islice(every, 0, None, 1 if IS_WHOLE else one_in))


def are_enough(count: int, wanted: int, one_in: int) -> bool:
    """Whether the list was as long as it should be."""
    return count >= wanted // (1 if IS_WHOLE else one_in)

"""What the addresses of the lists say; what makes no sense is as if it were not there."""

from collections.abc import Mapping

from app.border_goods.queries import Filter
from app.border_goods.rules import DEADLINES, SORTS, Sort

LONGEST_TEXT, LONGEST_CODE = 60, 40


def list_filter(sent: Mapping[str, str]) -> Filter:
    sort, deadline = sent.get("sort", ""), sent.get("deadline", "")
    is_open = sent.get("state") != "ended"
    return Filter(
        state="open" if is_open else "ended",
        text=sent.get("q", "")[:LONGEST_TEXT].strip(),
        destination=sent.get("destination", "")[:LONGEST_CODE],
        deadline=deadline if is_open and deadline in DEADLINES else "",
        sort=sort if sort in SORTS else Sort.DUE,
        after=sent.get("after", "")[:LONGEST_CODE],
    )

"""The table that a run prints: one row for each job beside its yardstick."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HEAD = ("job", "ours", "beside", "figure", "ratio", "target", "met")


@dataclass(frozen=True)
class Target:
    """A limit of the ratio, or, where there is nothing to compare with, of the figure itself."""

    limit: float
    at_least: bool = False
    unit: str = ""

    def is_met(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}{self.unit and ' '}{self.unit}"


@dataclass(frozen=True)
class Row:
    """`ratio` is ours divided by the yardstick's; `judged` is what the target limits."""

    job: str
    ours: str
    beside: str = "–"
    figure: str = "–"
    ratio: float | None = None
    target: Target | None = None
    judged: float | None = None

    @property
    def met(self) -> str:
        value = self.ratio if self.judged is None else self.judged
        if self.target is None or value is None:
            return "–"
        return "yes" if self.target.is_met(value) else "NO"

    @property
    def cells(self) -> tuple[str, ...]:
        ratio = "–" if self.ratio is None else f"{self.ratio:.2f}"
        return self.job, self.ours, self.beside, self.figure, ratio, str(self.target or "–"), self.met


def shown(value: float, unit: str) -> str:
    """Three significant digits, without an exponent."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def written(rows: Iterable[Row]) -> str:
    """The rows as a table of Markdown whose columns are in line."""
    cells = [HEAD, *(row.cells for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEAD))]
    lines = [_line(row, widths) for row in cells]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"

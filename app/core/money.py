"""Money: an exact amount of one currency, rounded half up to the currency's smallest unit."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import total_ordering
from typing import Self

# ISO 4217 gives two decimals to every currency but these.
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_MINOR_UNITS = dict.fromkeys(_NONE.split(), 0) | dict.fromkeys(_THREE.split(), 3)


@total_ordering
@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"an amount is a Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite():
            raise ValueError("an amount is a finite number")
        # Zero is added because "-0.00" is no sum that a person would write.
        rounded = self.amount.quantize(self._unit, ROUND_HALF_UP) + 0
        object.__setattr__(self, "amount", rounded)

    @property
    def _unit(self) -> Decimal:
        return Decimal(1).scaleb(-_MINOR_UNITS.get(self.currency, 2))

    def __add__(self, other: Self) -> Self:
        return self._of(self.amount + self._same_currency(other))

    def __sub__(self, other: Self) -> Self:
        return self._of(self.amount - self._same_currency(other))

    def __neg__(self) -> Self:
        return self._of(-self.amount)

    def __mul__(self, factor: Decimal | int) -> Self:
        if not isinstance(factor, Decimal | int):
            raise TypeError(f"money is multiplied by a Decimal or int, not {type(factor).__name__}")
        return self._of(self.amount * factor)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same_currency(other)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def split(self, parts: int) -> tuple[Self, ...]:
        """Divide into parts that differ by one smallest unit at most and sum to the whole."""
        if parts < 1:
            raise ValueError("money is split into one part or more")
        units = int(self.amount / self._unit)
        share, rest = divmod(units, parts)
        return tuple(self._of((share + (place < rest)) * self._unit) for place in range(parts))

    def _of(self, amount: Decimal) -> Self:
        return type(self)(amount, self.currency)

    def _same_currency(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be counted together")
        return other.amount


def azn(amount: str | int | Decimal) -> Money:
    """Manats, from digits with a point: azn("12.50")."""
    if isinstance(amount, float):
        raise TypeError("an amount is never a float")
    return Money(Decimal(amount), "AZN")

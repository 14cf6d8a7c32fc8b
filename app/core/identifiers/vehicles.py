"""Containers and registration plates: in what goods travel."""

import re

from app.core.errors import N_, Invalid
from app.core.identifiers.shape import require, require_length
from app.core.text import fold_code

_CONTAINER_LENGTH = 11
_CONTAINER = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}", re.ASCII)
_PLATE = re.compile(r"([0-9]{2})-?([A-Z]{2})-?([0-9]{3})", re.ASCII)

# 13 was never given to a region; 85 is Naxçıvan, 90 Bakı, 99 the whole country.
_PLATE_REGIONS = frozenset({*range(1, 73), 85, 90, 99} - {13})


def check_container(text: str) -> str:
    """A container's number (ISO 6346)."""
    from stdnum import iso6346

    number = fold_code(text)
    require_length(
        number,
        _CONTAINER_LENGTH,
        "container.length",
        N_("Konteyner nömrəsi {needed} simvoldan ibarət olmalıdır. Siz {given} simvol daxil etmisiniz."),
    )
    require(
        _CONTAINER.fullmatch(number),
        "container.format",
        N_("Konteyner nömrəsi dörd hərfdən (sonuncusu U, J və ya Z) və yeddi rəqəmdən ibarətdir. Nümunə: CSQU3054383."),
    )
    require(
        iso6346.is_valid(number),
        "container.check_digit",
        N_("Konteyner nömrəsi səhvdir: yoxlama rəqəmi uyğun gəlmir. Nömrəni yenidən yoxlayın."),
    )
    return number


def check_plate(text: str) -> str:
    """The registration plate of a vehicle of Azerbaijan; a trailer's is printed without hyphens."""
    found = _PLATE.fullmatch(fold_code(text))
    if found is None:
        raise Invalid(
            "plate.format", N_("Qeydiyyat nişanı iki rəqəm, iki hərf və üç rəqəmdən ibarətdir. Nümunə: 10-AA-123.")
        )
    region, letters, digits = found.groups()
    require(int(region) in _PLATE_REGIONS, "plate.region", N_("«{region}» region kodu mövcud deyil."), region=region)
    return f"{region}-{letters}-{digits}"

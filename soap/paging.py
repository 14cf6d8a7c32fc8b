"""Lists come in pages: how large one may be, and the token that the next one begins with."""

from spyne import Integer

from soap.types import Code, optional, simple

LARGEST, USUAL = 100, 50

PageSize = simple("PageSize", Integer, ge=1, le=LARGEST)
# What asks for a page: how much of it, and the token that the page before gave.
PAGE = (optional(PageSize), optional(Code))

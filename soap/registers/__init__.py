"""The registers of the state as SOAP services of their own, for demonstrations and tests."""

import soap._compat  # noqa: F401  (before anything of Spyne)

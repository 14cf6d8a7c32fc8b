"""The door for machines: Spyne services of a few lines, one fault map and the WSGI composition."""

# Before any module of this package imports Spyne.
import soap._compat  # noqa: F401

"""GÖÖEN: the number under which somebody pays customs who is no taxpayer (source 1)."""

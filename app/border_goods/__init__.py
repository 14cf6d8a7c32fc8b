"""Goods that crossed the border and are not cleared yet: posts register them, their consignees see them (source 2)."""

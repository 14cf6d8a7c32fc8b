"""Signed documents on paper: PDF for people, made of nothing but the signed bytes and a template that never changes."""

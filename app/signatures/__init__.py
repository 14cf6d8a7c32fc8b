"""Signatures that people make inside the portal, with a card or a phone, on whatever a feature gives them to sign."""

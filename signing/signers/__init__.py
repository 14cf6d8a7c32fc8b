"""Who signs, each behind one protocol: a key file, a token, a card, a phone. Nothing is imported here."""

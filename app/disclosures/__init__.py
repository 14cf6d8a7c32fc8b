"""Who looked at a person's data, told to that person."""

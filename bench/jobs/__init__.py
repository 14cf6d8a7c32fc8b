"""Jobs of the signing library and the same or less done by others: each makes ready and gives what is measured."""

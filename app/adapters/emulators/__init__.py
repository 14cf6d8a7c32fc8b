"""Stand-ins for systems of others, spoken to by the real protocols; demo mode only."""

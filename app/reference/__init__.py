"""Reference data that every service shares: offices, working days, countries, currencies, code lists."""

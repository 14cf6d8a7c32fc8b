"""The administrators' work: rights of people, offices, holidays, closing access; what matters takes two of them."""

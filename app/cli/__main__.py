"""`python -m app.cli`: the command `e-gomruk` for processes that know only their interpreter."""

from app.cli import main

main()

"""`python -m signing`: the same as `e-gomruk-verify`."""

from signing.command import main

main()

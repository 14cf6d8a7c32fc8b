"""The emulated registers of the state: people and taxpayers that do not exist, and how the registers behave."""

"""The pages of cards and phones that only demonstrations have; their services are in `app/adapters/emulators`."""

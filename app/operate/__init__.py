"""Running the portal: health, measures, messages that could not be delivered."""

"""What every feature stands on; it knows no feature and no request."""

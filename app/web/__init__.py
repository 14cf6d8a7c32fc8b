"""The door for browsers: what a request brings, who may pass, how pages are made, what every answer says."""

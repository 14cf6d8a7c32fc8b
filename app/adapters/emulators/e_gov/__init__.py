"""A stand-in for the E-Gov identity: people with passwords, an OpenID Connect provider that speaks for them."""

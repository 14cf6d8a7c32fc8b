"""An identity provider that speaks OpenID Connect, as the portal relies on it: authorisation code with PKCE."""

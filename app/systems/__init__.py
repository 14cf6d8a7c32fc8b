"""The systems of others that call the gateway: what each may call, by what it is known, until when."""

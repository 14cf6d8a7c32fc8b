"""The contract by which a participant gets a user name and a password: applied for, checked, signed, issued, ended."""

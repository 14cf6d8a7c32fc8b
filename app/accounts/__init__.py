"""Who a user is: persons, the participants they act for, accounts, sessions, signing in and out."""

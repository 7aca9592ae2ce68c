"""Pages of accounts: signing in and up, and what an account is."""

"""Work for later: rows with a due time, claimed durably, found again after a crash."""

"""Settings modules that break the promise on purpose. Only proofs name them; no running host can meet them."""

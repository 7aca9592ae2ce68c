"""Settings modules that break a promise on purpose. Only proofs name them."""

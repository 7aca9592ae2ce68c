"""What tests, journeys, proofs and benchmarks share: a real server, a real browser, the cast."""

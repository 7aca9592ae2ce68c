"""What `kill9` and `powercut` share: families, writers, the expected result and a recorded disk."""

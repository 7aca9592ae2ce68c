"""What `kill9` and `powercut` share: families to write for, writers, the truth they must find again, and a disk that is watched."""

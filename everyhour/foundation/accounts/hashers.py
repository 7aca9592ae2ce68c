"""The password hasher."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id at OWASP's second setting (19 MiB), so that a small server takes eight at once."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

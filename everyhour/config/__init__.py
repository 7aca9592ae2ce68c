"""Settings, URLs, processes and commands: the package above all others, imported by none."""

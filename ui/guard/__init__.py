"""The guard: who may come in, how often, how large, and with which headers."""

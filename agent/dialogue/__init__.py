"""Dialogue: what a turn means after the turns before it."""

"""Measurements beside what a person would otherwise use, in one run on one machine."""

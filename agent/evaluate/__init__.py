"""Evaluate and tune: measure the agent on requests whose right answers are known, and choose what does best."""

"""The Model Context Protocol: tools for other agents."""

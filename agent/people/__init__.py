"""People: what they told, what they like, what they object to, and what is forgotten on their word."""

"""Sound encoders: what is heard becomes vectors."""

"""State on disk: SQLite holds the truth, Chroma an index that can be rebuilt from it, a lock says who owns both."""

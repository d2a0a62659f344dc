"""Where the project's files lie, for tests that read them or start programs on them."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
RECORDINGS = Path(__file__).parent / "recordings"
TRANSCRIPTS = Path(__file__).parent / "transcripts"

"""How long tests wait for what they wait for: nothing depends on it, but that a test which waits in vain ends."""

PATIENCE_S = 240.0  # a machine that is busy with other work takes many times as long

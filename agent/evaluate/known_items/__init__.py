"""Known-item requests: made from the catalog itself, so that the right answer is known without anybody judging."""

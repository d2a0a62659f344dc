"""Judge: a model tried at every job on the gold sets that ship, beside what does the job without it."""

"""What a model is judged by, job by job: turns to read, lists to order, pictures to describe; all our own."""

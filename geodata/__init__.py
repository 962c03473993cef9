"""Published files in, the validated village layer out. Knows nothing of plans."""

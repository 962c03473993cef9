"""What can be looked at without the internet: secrets in tracked files, pins, advisories that somebody brings."""

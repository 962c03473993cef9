"""Visit days of an agent: which villages on which day, in which order, within the length of a day."""

"""What an agent has in the field: month, warnings, follow-up, contacts, talking cards, days, and cards of villages."""

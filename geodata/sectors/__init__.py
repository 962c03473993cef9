"""Published totals of people and workers, split to villages: totals kept exactly, with range and basis."""

"""Mutation tests: small wrongs are put into a module one by one, and its tests must see each. ``make mutants``."""

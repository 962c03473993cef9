"""Which villages to launch in: an exact choice under a budget and rules, as arrays in and arrays out."""

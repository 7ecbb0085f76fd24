"""What the town promises, in its own words."""

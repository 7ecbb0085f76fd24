"""One bad bundle for every rule, by what the rules look at, as in `processes.linting`."""

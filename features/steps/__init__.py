"""The steps of the features, grouped by noun: they speak as the town does; element ids and field keys are looked up."""

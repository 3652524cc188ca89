"""A metric is written once, as SQL; any question becomes one exact statement in four dialects."""

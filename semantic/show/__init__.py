"""How definitions, bound questions and plans print themselves, so that a number can be followed."""

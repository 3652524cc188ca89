"""Definitions of other tools, brought along with the same numbers, and ours written down for them."""

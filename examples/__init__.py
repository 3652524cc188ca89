"""Projects on real data, and the demonstration that runs them."""

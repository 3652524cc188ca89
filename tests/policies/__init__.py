"""What callers may not see."""

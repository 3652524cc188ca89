"""Tests beside metrics: rows of sources, a question, and the answer that is expected."""

"""Tests of the tests that stand beside metrics."""

"""The command ``semantic``."""

from semantic.cli.app import main

__all__ = ["main"]

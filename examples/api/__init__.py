"""An API over a project."""

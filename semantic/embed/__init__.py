"""What programs around the library need: parameters for drivers, SQLAlchemy's selectables, lineage."""

"""Definitions of dbt and MetricFlow: three spellings, one meaning (`nodes`)."""

"""What a person sees in a terminal: widths, colours, numbers, tables, drawings. Knows nothing of metrics."""

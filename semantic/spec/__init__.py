"""The file format: its types, its reader with positions, its JSON Schema."""

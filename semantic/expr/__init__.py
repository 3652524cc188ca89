"""SQL expressions: parsed, made canonical, typed."""

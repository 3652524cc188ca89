"""Open Semantic Interchange (Apache Ossie): documents read into projects, and projects written as documents."""

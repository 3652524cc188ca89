"""Open Semantic Interchange (Apache Ossie): documents as projects, and projects as documents."""

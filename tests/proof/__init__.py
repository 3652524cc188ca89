"""What the suite proves, counted while it runs, and the page that says so."""

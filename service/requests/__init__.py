"""What people ask for: time off, availability, preferences, and the rules of work."""

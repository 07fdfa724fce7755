"""What Rota holds about one person: handed out, erased, and not kept for longer than needed."""

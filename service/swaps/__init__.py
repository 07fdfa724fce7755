"""Trading shifts: swaps, give-aways, drops and offers that are always legal."""

"""What is worked: templates, weeks, shifts, assignments."""

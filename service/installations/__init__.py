"""Where the bots are installed: one row a workspace, its token sealed."""

"""What the course notebooks import: tweets, text tools, checks and figures."""

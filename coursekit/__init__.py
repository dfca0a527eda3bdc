"""What the course notebooks import: data, text, checks, figures."""

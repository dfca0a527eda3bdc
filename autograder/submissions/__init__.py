"""Submissions: what a student handed in is read as untrusted bytes and repaired."""

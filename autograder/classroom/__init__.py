"""Classroom: from the learning management system and back."""

"""The flows of students and instructors, driven in a real browser against real servers."""

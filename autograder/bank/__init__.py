"""Bank: answers with known points, which test an assignment's tests."""

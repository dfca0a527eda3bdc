"""Private names of other libraries, one module per library. Each has a reason, and a test that notices a change."""

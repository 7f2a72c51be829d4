"""The verbs of the command, one small function each."""

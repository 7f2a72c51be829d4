"""The doorway: the only package that touches mail, the web, files and the clock."""

"""The record: one school's Journal, its numbers, its seals and its history."""

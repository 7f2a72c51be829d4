"""The tests of Senim, flat: their names are sentences."""

"""Trains the weights that Tamis serves. Meets the Go code only in files."""

"""Demonstration people and data, made by calling the operations; demo mode only."""

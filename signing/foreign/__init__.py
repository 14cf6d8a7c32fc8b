"""Reads containers that other people's tools made, and gives the same values as the readers of our own form.

What such tools write in their own way but what means the same is accepted here: prefixes, space between elements,
Ids, dates and comments of a zip. What a signature covers, and where, is as strict as for our own.
"""

"""Notices to persons: an inbox in the portal, and mail to those who want it."""

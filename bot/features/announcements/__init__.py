"""Announcements: written by one curator, approved by another, and told to those whom they concern."""

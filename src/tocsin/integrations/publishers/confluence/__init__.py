"""Confluence, in the cloud and in a data centre: pages of one space, written by its REST API."""

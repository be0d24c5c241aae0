"""What the records say about the work of being on call: load, fairness, compensation, rest, hand-off, readiness.

Reads paging, incidents and on-call through their services, and decides nothing about them.
"""

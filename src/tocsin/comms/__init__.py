"""Communication: the wording of messages, the updates that people write, when the next one is due, who is told.

Owns the tables `message_template`, `incident_update` and `incident_cadence`, the events in `events`, and the job
`comms.remind`. How a message travels is `delivery`'s; who is paged is `paging`'s.
"""

"""Incidents: declared, worked on, resolved; who did what when is their timeline.

Owns the tables `incident`, `incident_service`, `incident_task`, `attachment`, `incident_onlooker` and
`incident_finding`, the sequence `incident_number`, the events in `events`, and the job `incidents.resolve_quiet`. It
knows nothing of who is paged: that package stands above it.
"""

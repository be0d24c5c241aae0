"""What the records say about the work: on-call load, fairness, compensation, rest, hand-off, readiness, metrics.

Reads paging, incidents and on-call through their services, and decides nothing about them. Of load it owns the tables
`schedule_version` (what each schedule said when) and `rest_notice`, the event `RestAdvised`, and the jobs that record
and advise; hand-off and readiness own those that their modules are named for.
"""

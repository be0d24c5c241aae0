"""Postmortems: a draft made of the record, its versions, its owner, when it is due, its publication (PMT-1 to PMT-9).

Owns the tables `postmortem`, `postmortem_version`, `postmortem_comment`, `postmortem_reviewer`, `postmortem_template`,
`action_item`, `impact_figure` and `measurement`, the events in `events` and `review_events`, and the jobs
`postmortems.…`; what `incidents.recall` looks up is here, too (`recurrence`). The record itself belongs to those who
keep it; here it is read once (`record`) and told by pure rules (`drafting`).
"""

-- Words by which incidents, what people wrote about them, and their tasks are found. No extension, no dictionary: the
-- words as they are. The ledger's index holds deeds of people only, so that alerts and pages pay nothing for it.

CREATE INDEX incident_words ON incident USING gin (to_tsvector('simple',
    title || ' ' || coalesce(summary, '') || ' ' || coalesce(impact, '') || ' ' || coalesce(resolution, '')
    || ' ' || coalesce(root_cause, '')
));

CREATE INDEX ledger_words ON ledger USING gin (to_tsvector('simple', sentence))
    WHERE actor LIKE '@%' AND topic LIKE 'incident/%';

CREATE INDEX incident_task_words ON incident_task USING gin (to_tsvector('simple', text));

-- A heartbeat that is not waited for while somebody works on what sends it. Owned by tocsin.alerts.

ALTER TABLE heartbeat
    ADD COLUMN paused_until timestamptz,
    ADD COLUMN paused_by text NOT NULL DEFAULT '',
    ADD COLUMN paused_why text NOT NULL DEFAULT '';
COMMENT ON COLUMN heartbeat.paused_until IS 'Its silence before is no alert; what was expected before is waited for anew from then on.';

-- What people ticked on the checklist of an incident (GRD-2). Owned by tocsin.room.

CREATE TABLE checklist_tick (
    incident_id bigint NOT NULL REFERENCES incident (id),
    item text NOT NULL,
    ticked_by text NOT NULL,
    ticked_at timestamptz NOT NULL,
    PRIMARY KEY (incident_id, item)
);
COMMENT ON COLUMN checklist_tick.item IS 'The key of an item; what it says may change, and so may the list of the level.';

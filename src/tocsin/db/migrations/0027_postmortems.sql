-- Postmortems and what they said before. Owned by tocsin.postmortems.

CREATE TABLE postmortem (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL UNIQUE REFERENCES incident (id),
    state text NOT NULL CHECK (state IN ('draft', 'in-review', 'published')),
    owner_id bigint REFERENCES app_user (id),
    authors text[] NOT NULL,
    template text,
    layout text NOT NULL,
    version integer NOT NULL,
    drafted_at timestamptz NOT NULL,
    drafted_by text NOT NULL,
    published_at timestamptz,
    CHECK ((state = 'published') = (published_at IS NOT NULL))
);
COMMENT ON TABLE postmortem IS 'At most one of an incident. Who may see it follows from the incident.';
COMMENT ON COLUMN postmortem.owner_id IS 'Who sees to it; null: whoever commands the incident (PMT-8).';
COMMENT ON COLUMN postmortem.version IS 'The latest: that is how it reads.';
COMMENT ON COLUMN postmortem.template IS 'The kind of cause whose questions it was drafted with (PMT-2).';
CREATE INDEX postmortem_owner ON postmortem (owner_id);

CREATE TABLE postmortem_version (
    postmortem_id bigint NOT NULL REFERENCES postmortem (id),
    version integer NOT NULL,
    body text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (postmortem_id, version)
);
COMMENT ON COLUMN postmortem_version.body IS 'Markdown; what an administrator takes out of the record is taken out here too (WAR-6).';

CREATE TABLE impact_figure (
    incident_id bigint NOT NULL REFERENCES incident (id),
    name text NOT NULL CHECK (name IN (
        'users_affected', 'error_rate', 'failed_requests', 'failed_transactions', 'support_tickets', 'sla_breached'
    )),
    value text NOT NULL,
    source text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (incident_id, name)
);
COMMENT ON TABLE impact_figure IS 'What people say an incident cost (PMT-3), as they last said it.';
COMMENT ON COLUMN impact_figure.source IS 'Where the figure comes from, in the words of who said it.';

CREATE TABLE postmortem_template (
    name text PRIMARY KEY,
    title text NOT NULL,
    questions text[] NOT NULL,
    factors text[] NOT NULL,
    prevention text[] NOT NULL,
    managed_by text
);
COMMENT ON TABLE postmortem_template IS 'Of one''s own; those that ship are code. An empty list is filled up from them.';

CREATE TABLE measurement (
    incident_id bigint NOT NULL REFERENCES incident (id),
    n integer NOT NULL,
    service text NOT NULL,
    figure text,
    title text NOT NULL,
    query text NOT NULL,
    begins_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    measured_at timestamptz NOT NULL,
    value double precision,
    chart jsonb,
    trouble text NOT NULL,
    PRIMARY KEY (incident_id, n),
    CHECK ((trouble = '') = (value IS NOT NULL OR chart IS NOT NULL)),
    CHECK (value IS NULL OR figure IS NOT NULL)
);
COMMENT ON TABLE measurement IS 'What Prometheus said of an incident (PMT-1, PMT-3): figures and courses, frozen; one more time is more rows.';
COMMENT ON COLUMN measurement.figure IS 'Which figure of its impact; null: a course, kept as a chart.';
COMMENT ON COLUMN measurement.trouble IS 'Why there is nothing; empty: there is.';

CREATE TABLE postmortem_reader (
    postmortem_id bigint NOT NULL REFERENCES postmortem (id),
    user_id bigint NOT NULL REFERENCES app_user (id),
    version integer NOT NULL,
    read_at timestamptz NOT NULL,
    PRIMARY KEY (postmortem_id, user_id)
);
COMMENT ON TABLE postmortem_reader IS 'Who says that they have read it (ONC-6), and which version.';
CREATE INDEX postmortem_reader_user ON postmortem_reader (user_id);

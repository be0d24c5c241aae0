-- What Prometheus says of what services promise, and which budgets are known to be used up. Owned by tocsin.insights.

CREATE TABLE slo_sample (
    service text NOT NULL,
    objective text NOT NULL,
    at timestamptz NOT NULL,
    bad double precision NOT NULL CHECK (bad BETWEEN 0 AND 1),
    PRIMARY KEY (service, objective, at)
);
COMMENT ON TABLE slo_sample IS 'Every five minutes; what is older than the longest window is deleted.';
COMMENT ON COLUMN slo_sample.bad IS 'The share of requests, or of the time, that was bad.';

CREATE TABLE slo_exhausted (
    service text NOT NULL,
    objective text NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (service, objective)
);
COMMENT ON TABLE slo_exhausted IS 'Budgets whose end was announced, and whose recovery was not yet.';

-- Which months' reports were mailed. Owned by tocsin.insights.

CREATE TABLE monthly_report_sent (
    month text PRIMARY KEY,
    sent_at timestamptz NOT NULL
);
COMMENT ON TABLE monthly_report_sent IS 'A row a month, such as 2026-10: each report is mailed once.';

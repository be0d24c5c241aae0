-- The report of each month as it was first made, and which were mailed. Owned by tocsin.insights.

CREATE TABLE monthly_report (
    month text PRIMARY KEY,
    document jsonb NOT NULL,
    mailed_at timestamptz
);
COMMENT ON COLUMN monthly_report.month IS 'Such as 2026-10.';
COMMENT ON COLUMN monthly_report.document IS 'insights.report_model.Report: kept, so that it reads the same whatever is corrected later.';
COMMENT ON COLUMN monthly_report.mailed_at IS 'Null: it was not mailed; each is mailed once.';

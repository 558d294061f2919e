CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hub TEXT NOT NULL,
    object TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'CREATED',
    records INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '',
    metadata TEXT NOT NULL,
    path TEXT NOT NULL,
    upload TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    callback_url TEXT NOT NULL,
    callback TEXT NOT NULL,
    request_id TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    started_ms INTEGER,
    finished_ms INTEGER
);
CREATE TABLE refusals (
    id INTEGER PRIMARY KEY,
    job INTEGER NOT NULL REFERENCES jobs (id),
    record INTEGER NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX refusals_of_job ON refusals (job, id);
CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    hub TEXT NOT NULL,
    object TEXT NOT NULL,
    cells TEXT NOT NULL,
    created_job INTEGER NOT NULL,
    created_record INTEGER NOT NULL,
    updated_job INTEGER,
    updated_record INTEGER
);
CREATE INDEX contacts_of_object ON contacts (hub, object, id);
CREATE TABLE requests (
    id INTEGER PRIMARY KEY,
    time_ms INTEGER NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    request_id TEXT NOT NULL
);

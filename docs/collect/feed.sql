INSTALL httpfs;
LOAD httpfs;
-- One GET for a page, and no HEAD before it.
SET force_download = true;
CREATE OR REPLACE TEMPORARY SECRET audit_trail (
  TYPE http, SCOPE 'http://127.0.0.1:3000', BEARER_TOKEN 'demo.local-demo-secret',
  EXTRA_HTTP_HEADERS MAP {'Accept': 'application/x-ndjson'}
);
CREATE TABLE IF NOT EXISTS events (
  position BIGINT PRIMARY KEY, appended_at TIMESTAMP, id VARCHAR, created_at TIMESTAMP, recorded_at TIMESTAMP, recorded_by VARCHAR,
  event_type VARCHAR, event_description VARCHAR, principal JSON, subject JSON, message_key VARCHAR, message JSON,
  previous_state JSON, current_state JSON, redacted JSON, missing BOOLEAN, altered BOOLEAN
);

-- What is new, 1,000 events at most: repeat it until it adds nothing.
SET VARIABLE after = (SELECT coalesce(max(position), -1) FROM events);
INSERT INTO events BY NAME
SELECT * FROM read_json(
  'http://127.0.0.1:3000/audit-trail/feed?limit=1000&after=' || getvariable('after'),
  format = 'newline_delimited',
  columns = {
    position: 'BIGINT', appended_at: 'TIMESTAMP', id: 'VARCHAR', created_at: 'TIMESTAMP', recorded_at: 'TIMESTAMP', recorded_by: 'VARCHAR',
    event_type: 'VARCHAR', event_description: 'VARCHAR', principal: 'JSON', subject: 'JSON', message_key: 'VARCHAR', message: 'JSON',
    previous_state: 'JSON', current_state: 'JSON', redacted: 'JSON', missing: 'BOOLEAN', altered: 'BOOLEAN'
  }
);

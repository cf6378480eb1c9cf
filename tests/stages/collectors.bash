# docs/collect.md: dlt, Airbyte, Singer, curl, DuckDB and syslog-ng follow the feed, with writes between their runs

stage() {
  build_audit
  collector_tools
  syslog_ng_tools
  (cd tests/collectors && "$TOOLS/python-collectors/bin/python" -m pytest)
}

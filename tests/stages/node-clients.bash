# official Node clients

stage() {
  build_audit
  node_tools tests/clients/node
  kept_output node-clients
  (cd tests/clients/node && LOG_OF_TESTS=$LOG node --test --test-reporter=spec) 2>&1 | tee "$OUTPUT"
  without_secrets "$OUTPUT" "$LOG"
}

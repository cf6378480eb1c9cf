# the page for people in Chromium, by axe and by the W3C's checker

stage() {
  build_audit
  node_tools tests/browser
  chromium_tools
  [[ -n ${CHROMIUM:-} ]] || return 0
  kept_output browser
  (cd tests/browser && LOG_OF_TESTS=$LOG node --test --test-reporter=spec) 2>&1 | tee "$OUTPUT"
  without_secrets "$OUTPUT" "$LOG"
}

# the audit binary that the next stages start

stage() {
  build_audit
}

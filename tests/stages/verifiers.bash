# verifiers that others wrote accept what the log exports, and refuse it changed: Go, two crates, Sigstore

stage() {
  python_tools
  go_verifier
  rust_verifier
  node_tools tests/verifiers/node
  make_verified_logs
  suite verifiers
}

# make_verified_logs: exports and proofs of several sizes, as $VERIFIED_LOGS.
make_verified_logs() {
  export VERIFIED_LOGS=$TOOLS/verifiers/logs
  rm -rf "$VERIFIED_LOGS"
  cargo build --locked --workspace --example make_verified
  "${CARGO_TARGET_DIR:-target}/debug/examples/make_verified" "$VERIFIED_LOGS"
}

# Rust tests, the store's also against Amazon's DynamoDB Local

stage() {
  start_dynamodb_local
  kept_output rust
  LOG_OF_TESTS=$LOG cargo test --locked --workspace -- --skip model_ 2>&1 | tee "$OUTPUT"
  # By themselves and without the log, of which their hundreds of cases would write half a gigabyte.
  cargo test --locked --workspace --test suite -- model_ 2>&1 | tee --append "$OUTPUT"
  without_secrets "$OUTPUT" "$LOG"
}

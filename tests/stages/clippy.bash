# the Rust code has no warnings

stage() {
  cargo clippy --locked --workspace --all-targets -- -D warnings
}

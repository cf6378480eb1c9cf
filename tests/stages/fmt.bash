# the Rust code is formatted

stage() {
  cargo fmt --all --check
}

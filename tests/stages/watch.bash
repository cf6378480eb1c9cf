# the same routes under cargo lambda watch

# Its functions are of Cargo's dev profile. Built here side by side; by itself it builds each when it is first called.
stage() {
  runtime_tools
  local function functions=()
  for function in functions/*/; do functions+=(--bin "$(basename "$function")"); done
  cargo build --locked "${functions[@]}"
  with_cargo_lambda runtime_tests test_watch.py
}

# The suite of tests/runtime: the functions under Amazon's runtime emulator, which comes with the SAM CLI, and under other hosts.

runtime_tools() {
  build_audit
  python_tools
}

# runtime_tests FILE: one file of that suite.
runtime_tests() {
  suite runtime "$1"
}

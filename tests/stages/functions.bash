# the functions as tests call them: fit for Amazon Linux 2023, and small

# As they ship, the stage `release` builds and checks them.
stage() {
  build_functions
  local own
  own=$(own_architecture)
  python_tools
  (export "TESTED_${own^^}=$FUNCTIONS_DIR" && suite functions)
}

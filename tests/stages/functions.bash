# the functions as tests call them, and one as it ships: fit for Amazon Linux 2023, and small

# Each is built as it ships by the stage `release` only.
stage() {
  build_functions
  local own shipped=$FUNCTIONS_DIR-shipped
  own=$(own_architecture)
  cargo_lambda_build_of --lambda-dir "$shipped" --package audit-trail
  python_tools
  (export "TESTED_${own^^}=$FUNCTIONS_DIR" "SHIPPED_${own^^}=$shipped" SHIPPED=audit-trail && suite functions)
}

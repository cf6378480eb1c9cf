# log lines and metrics of real functions, and the queries of docs/queries.md on them

stage() {
  build_audit
  build_functions
  build_lambda_stand_in
  python_tools
  suite logs
}

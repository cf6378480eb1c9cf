# log lines and metrics of real functions, and the queries of docs/queries.md on them

stage() {
  build_audit
  build_functions
  python_tools
  suite logs
}

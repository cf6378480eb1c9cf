# What the suites of Rust and Node print and log must hold none of their secrets.

# without_secrets FILE...: fails if a secret of the tests stands in what a stage has printed or logged, in whatever spelling.
without_secrets() {
  python3 tests/clients/search_leaks.py "$@"
}

# kept_output STAGE: names the files that a stage's output and its log go to, as $OUTPUT and $LOG, of which the latter is not there yet.
kept_output() {
  export OUTPUT=$TOOLS/output/$1 LOG=$TOOLS/output/$1.log
  mkdir -p "$TOOLS/output"
  rm -f "$LOG"
}

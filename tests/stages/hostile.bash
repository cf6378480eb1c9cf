# hostile input: all that openapi.yaml allows and forbids, floods, odd events, other accounts' bytes, secrets

# HOSTILE_EXAMPLES, 5 if not set, is how much is made up for each operation, and HOSTILE_SEED, 1 if not set, what:
# a night's worth is `HOSTILE_EXAMPLES=1000 HOSTILE_SEED=$RANDOM tests/run hostile`. FUNCTIONS_DIR has the functions' binaries,
# each at <name>/bootstrap; without it they are built here.
stage() {
  build_audit
  build_functions
  build_lambda_stand_in
  python_tools
  node_tools tests/hostile
  suite hostile
}

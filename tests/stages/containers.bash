# all routes through sam local start-api, the functions in containers

# Supervised, for it has a Docker engine to end.
stage() {
  runtime_tools
  build_functions
  supervised tests/runtime/containers
}

# clients that others' generators make of openapi.yaml: they compile, list, page and record

stage() {
  build_audit
  generator_tools
  node_tools tests/generated
  (cd tests/generated && "$TOOLS/python-generators/bin/python" -m pytest)
}

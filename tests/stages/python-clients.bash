# official Python clients, the network client, bad input, openapi.yaml against real answers

stage() {
  build_audit
  python_tools
  suite clients
}

# openapi.yaml by the rules of redocly.yaml

stage() {
  node_tools tests/openapi
  REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
    tests/openapi/node_modules/.bin/redocly lint --config redocly.yaml openapi.yaml
}

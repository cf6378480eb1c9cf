# template.yaml by sam validate --lint, cfn-lint, checkov and our own promises

stage() {
  python_tools
  # A region is asked for, though nothing is sent there.
  SAM_CLI_TELEMETRY=0 __SAM_CLI_APP_DIR=$TOOLS/sam AWS_EC2_METADATA_DISABLED=true \
    "$SAM_BIN" validate --lint --template template.yaml --region eu-central-1
  "$TOOLS/python/bin/cfn-lint" template.yaml docs/restored-table.yaml
  suite template
  checkov_tools
  "$TOOLS/python-checkov/bin/checkov" --config-file tests/checkov/checkov.yaml --file template.yaml
}

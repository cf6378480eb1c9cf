# events in OCSF and as CloudEvents are valid for validators that others wrote

stage() {
  format_tools
  make_formats
  PYTHON=$TOOLS/python-formats/bin/python suite formats --quiet
}

# make_formats: each known event type and 600 drawn events, as $MADE_FORMATS.
make_formats() {
  export MADE_FORMATS=$TOOLS/formats
  rm -rf "$MADE_FORMATS"
  cargo build --locked --workspace --example make_formats
  "${CARGO_TARGET_DIR:-target}/debug/examples/make_formats" "$MADE_FORMATS" 600
}

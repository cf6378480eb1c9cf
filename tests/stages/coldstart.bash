# the bench of cold starts: every function answers its event as it must

# What it measures is worth nothing here, and is not kept: the functions are not as they ship, and others run beside them.
stage() {
  build_audit
  build_functions
  build_binary COLDSTART coldstart
  local folder=$TESTS_RUN/coldstart name names=() endpoint
  mkdir "$folder"
  for name in functions/*/; do
    name=$(basename "$name")
    names+=("$name")
    ln -s "$FUNCTIONS_DIR/$name/bootstrap" "$folder/$name"
  done
  "$AUDIT_BIN" serve --memory --port 0 --dynamodb-port 0 >"$folder/store.log" 2>&1 &
  in_background $!
  for _ in {1..300}; do
    endpoint=$(grep --only-matching --max-count=1 'http://[0-9.:]*' <(grep '^DynamoDB on' "$folder/store.log") || true)
    [[ -z $endpoint ]] || break
    sleep 0.1
  done
  "$COLDSTART" --profile-dir "$folder" --endpoint "${endpoint:?the store does not start: $(<"$folder/store.log")}" \
    --runs 1 --warm 1 --baseline audit-trail "${names[@]}"
  end_background
}

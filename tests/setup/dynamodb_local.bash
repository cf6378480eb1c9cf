# Amazon's DynamoDB Local, where this machine has Java.

# start_dynamodb_local: says where it listens in DYNAMODB_LOCAL_URL.
start_dynamodb_local() {
  if ! command -v java >/dev/null; then
    if [[ ${CI:-} == true ]]; then
      echo "java is not installed: CI must run the store tests against Amazon's DynamoDB Local" >&2
      return 1
    fi
    echo "SKIPPED: java is not installed, so the store tests run against the embedded engine only"
    return
  fi
  local said
  exec {said}< <(exec tests/dynamodb-local)
  in_background $!
  read -r DYNAMODB_LOCAL_URL <&"$said" || return 1
  export DYNAMODB_LOCAL_URL
  echo "DynamoDB Local listens on $DYNAMODB_LOCAL_URL"
}

# what Cargo brings in: advisories, licences, sources, nothing unused, and the bill of materials of a release

stage() {
  python_tools
  local PATH=$TOOLS/python/bin:$PATH
  cargo deny --locked check --deny warnings bans licenses sources
  check_advisories
  cargo shear --locked --deny-warnings
  suite supply_chain
}

# The database of advisories is at GitHub. A machine that cannot reach it says so; GitHub's own must.
check_advisories() {
  if cargo deny --locked fetch db; then
    cargo deny --locked check --deny warnings advisories
  elif [[ ${GITHUB_ACTIONS:-} == true ]]; then
    echo "the database of advisories cannot be fetched: CI must check for them" >&2
    return 1
  else
    echo "SKIPPED: advisories. Their database cannot be fetched here, so NOBODY HAS LOOKED for known vulnerabilities"
  fi
}

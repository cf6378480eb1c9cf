# syslog-ng from Debian's or Ubuntu's packages, unpacked and not installed: nothing of the machine's own logging is touched.

# syslog_ng_tools: its files and those of the libraries that it wants, as $SYSLOG_NG; says so where apt does not give them.
syslog_ng_tools() {
  local home=$TOOLS/syslog-ng log
  if [[ ! -e $home/.complete ]]; then
    echo "unpacking syslog-ng"
    if ! log=$(unpack_syslog_ng "$home" 2>&1 </dev/null); then
      echo "SKIPPED: syslog-ng cannot be had from apt: $(tail -n 3 <<<"$log")"
      return
    fi
    touch "$home/.complete"
  fi
  export SYSLOG_NG=$home
}

# unpack_syslog_ng HOME. Not under `set -e`, for it is asked whether it succeeds.
unpack_syslog_ng() {
  local home=$1 wanted package
  rm -rf "$home" && mkdir -p "$home/packages" || return
  # Only root can ask for the lists of packages; others may have them.
  ((EUID != 0)) || apt-get update || return
  wanted=$(apt-get install --simulate --no-install-recommends syslog-ng-core | awk '$1 == "Inst" { print $2 }') || return
  # A machine that has it installed has its libraries too.
  [[ $wanted == *syslog-ng-core* ]] || wanted=syslog-ng-core
  # shellcheck disable=SC2086 # They are words.
  (cd "$home/packages" && apt-get -o APT::Sandbox::User=root download $wanted) || return
  for package in "$home"/packages/*.deb; do dpkg-deb --extract "$package" "$home" || return; done
}

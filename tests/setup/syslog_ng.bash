# syslog-ng from Debian's or Ubuntu's packages, unpacked and not installed: nothing of the machine's own logging is touched.

# syslog_ng_tools: its files and those of the libraries that it wants, as $SYSLOG_NG; says so where apt does not give them.
syslog_ng_tools() {
  local home=$TOOLS/syslog-ng log
  if [[ ! -e $home/.complete ]]; then
    echo "unpacking syslog-ng"
    if ! log=$(unpack_debian "$home" syslog-ng-core 2>&1 </dev/null); then
      echo "SKIPPED: syslog-ng cannot be had from apt: $(tail -n 3 <<<"$log")"
      return
    fi
    touch "$home/.complete"
  fi
  export SYSLOG_NG=$home
}

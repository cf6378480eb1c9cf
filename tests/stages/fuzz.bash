# what parses and prints, on a stored corpus and on made-up inputs

# fuzz/run says by what it is set.
stage() {
  python_tools # for cargo fuzz
  PATH=$TOOLS/python/bin:$PATH fuzz/run
}

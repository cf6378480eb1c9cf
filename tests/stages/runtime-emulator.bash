# each function alone under Amazon's runtime emulator

stage() {
  runtime_tools
  build_functions
  runtime_tests test_emulator.py
}

#!/usr/bin/env bash
# Runs the C tests under AddressSanitizer and UndefinedBehaviorSanitizer; arguments go to ctest, so that
# `cmake/test-sanitized.sh -R linear` runs a sample.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CTEST_ARGS="$*" exec "$here/build.sh" test "$here/../target/native-sanitized" -DTOMBOLA_SANITIZE=ON

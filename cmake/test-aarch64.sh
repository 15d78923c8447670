#!/usr/bin/env bash
# Builds the C kernels for aarch64 (NEON) and runs their tests under emulation; arguments go to ctest.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for tool in aarch64-linux-gnu-gcc qemu-aarch64-static; do
    if ! command -v $tool >/dev/null; then
        echo "The aarch64 tests need $tool and found none: install gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and" \
            "qemu-user-static." >&2
        exit 2
    fi
done
CC=aarch64-linux-gnu-gcc CTEST_ARGS="$*" exec "$here/build.sh" test "$here/../target/native-aarch64" \
    -DCMAKE_TOOLCHAIN_FILE="$here/aarch64.cmake"

#!/usr/bin/env bash
# build.sh library|test FOLDER [CMAKE OPTION]...: configures native/ into FOLDER where that was not done yet, then builds
# the library, or everything and runs the C tests.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/tools.sh"

goal=$1 folder=$2
shift 2
find_native_tools
export CC
jobs=$(nproc 2>/dev/null || echo 2)

if [[ ! -f $folder/CMakeCache.txt ]]; then
    cmake -S "$here" -B "$folder" -G "$GENERATOR" --log-level=WARNING "$@"
fi
# A make program prints a line per file; only a failure is worth them.
build() {
    mkdir -p "$folder"
    if ! cmake --build "$folder" --parallel "$jobs" "$@" >"$folder/build.log" 2>&1; then
        cat "$folder/build.log" >&2
        exit 1
    fi
}

case $goal in
    library) build --target tombola_cpu ;;
    test)
        build
        ctest --test-dir "$folder" --output-on-failure --no-tests=error --parallel "$jobs"
        ;;
esac

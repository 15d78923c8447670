#!/usr/bin/env bash
# build.sh library|test FOLDER [CMAKE OPTION]...: configures native/ into FOLDER where that was not done with these
# options, compilers and GPU yet, then builds the libraries, or everything and runs the C tests ($CTEST_ARGS choose among
# them; with TOMBOLA_REQUIRE=cuda none may be skipped for want of nvcc or a GPU).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/tools.sh"

case $(uname -sm) in
    "Linux x86_64" | "Linux aarch64") ;;
    *)
        echo "Tombola's C kernels are made for Linux on x86-64 and aarch64, not for $(uname -sm): going on without" \
            "them, only --backend reference will work." >&2
        exit 0
        ;;
esac

goal=$1 folder=$2
shift 2
find_native_tools
export CC
jobs=$(nproc)

# Build tools print a line per file: only a failure is worth them.
quietly() {
    if ! "$@" >"$folder/build.log" 2>&1; then
        cat "$folder/build.log" >&2
        exit 1
    fi
}

# CMake keeps the compilers and the GPU that it found first, and looks for none that was missing: with others it begins anew.
mkdir -p "$folder"
others=$(PATH=$PATH:/usr/local/cuda/bin type -P c++ nvcc || true)
gpu=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null || true)
options="${NVCC_PREPEND_FLAGS:-} ${NVCC_APPEND_FLAGS:-} $CC ${others//$'\n'/ } $gpu $*"
if [[ ! -f $folder/options.txt || $(cat "$folder/options.txt") != "$options" ]]; then
    rm -rf "$folder/CMakeCache.txt" "$folder"/CMakeFiles/[0-9]*
    quietly cmake -S "$here" -B "$folder" -G "$GENERATOR" "$@"
    echo "$options" >"$folder/options.txt"
fi
case $goal in
    library) quietly cmake --build "$folder" --parallel "$jobs" --target libraries ;;
    test)
        quietly cmake --build "$folder" --parallel "$jobs"
        cat "$folder/skipped.txt" >&2
        if [[ ${TOMBOLA_REQUIRE:-} == cuda ]] && grep -q libtombola_cuda "$folder/skipped.txt"; then
            echo "CUDA is required, but its kernels are not built here." >&2
            exit 1
        fi
        status=0
        ctest --test-dir "$folder" --output-on-failure --no-tests=error --parallel "$jobs" ${CTEST_ARGS:-} || status=$?
        # It says which tests were skipped, and its log alone why.
        awk '/^SKIPPED/ && !said[$0]++' "$folder/Testing/Temporary/LastTest.log" >&2 || true
        exit $status
        ;;
esac

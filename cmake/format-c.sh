#!/usr/bin/env bash
# Formats native/ with the pinned clang-format; with --check, changes nothing and fails where something would change.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
pinned=19

tool=
for name in clang-format-$pinned clang-format; do
    command -v $name >/dev/null && [[ $($name --version) == *"version $pinned."* ]] && tool=$name && break
done
if [[ -z $tool ]]; then
    echo "SKIPPED: the format of native/ needs clang-format $pinned and found none: install clang-format-$pinned." >&2
    exit 0
fi

status=0
while IFS= read -r file; do
    if [[ ${1:-} != --check ]]; then
        $tool -i "$file"
    elif ! $tool "$file" | cmp -s - "$file"; then
        echo "$file is not formatted: run .ci/format" >&2
        status=1
    fi
done < <(find native bench/gpu -name '*.[ch]' -o -name '*.inc' -o -name '*.cu' -o -name '*.cuh' -o -name '*.cpp')
exit $status

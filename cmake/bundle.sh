#!/usr/bin/env bash
# bundle.sh JAR FOLDER: writes FOLDER/tombola-bundle.tar.gz: the jar, a Java runtime of the modules that it needs, and the
# native sources with what builds and measures them, for an x86-64 machine without JDK, Maven or network.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
source "$here/tools.sh"
find_jdk
jar=$1 folder=$2
[[ -f $jar ]] || need "The bundle is made from $jar, which is not there: run mvn package -Pbundle."

mkdir -p "$folder"
work=$(mktemp -d "$folder/bundle.XXXXXX")
trap 'rm -rf "$work"' EXIT
bundle=$work/tombola-bundle
mkdir -p "$bundle/lib" "$bundle/bench"

modules=$("$JDK/bin/jdeps" --print-module-deps --ignore-missing-deps --multi-release 25 "$jar")
"$JDK/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --compress zip-9 \
    --output "$bundle/runtime"
cp "$jar" "$bundle/lib/tombola.jar"
cp "$here/bundle/tombola" "$here/bundle/gpu" "$root/LICENSE" "$bundle/"
(cd "$root" && cp --parents README.md java/README.md bench/*.md bench/results/lenet-300-100/levels.csv \
    bench/results/lenet-300-100/figures/accuracy.svg "$bundle/") # what README leads to
cp -r "$root/native" "$root/cmake" "$bundle/"
cp -r "$root/bench/gpu" "$bundle/bench/"
rm -rf "$bundle/cmake/bundle" "$bundle/cmake/bundle.sh"

tar -C "$work" --owner=0 --group=0 --numeric-owner -czf "$work/new.tar.gz" tombola-bundle
mv -f "$work/new.tar.gz" "$folder/tombola-bundle.tar.gz"
echo "$folder/tombola-bundle.tar.gz: $(($(stat -c %s "$folder/tombola-bundle.tar.gz") / 1000000)) MB"

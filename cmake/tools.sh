#!/usr/bin/env bash
# What the build needs, found or else named in one sentence. Sourced by the other scripts; `tools.sh check` looks for
# everything and prints the JDK's folder, `tools.sh jdk` looks for the JDK alone.

# The newest of the JDKs (25 or later) that stand in the usual places; JAVA_HOME wins where it is one. Forks nothing.
find_jdk() {
    JDK=
    local home best=0 version path
    path=$(command -v java) && path=$(readlink -f "$path") && path=${path%/bin/java}
    for home in "${JAVA_HOME:-}" "$path" /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/*/*jdk* /usr/local/*jdk* \
        ~/.sdkman/candidates/java/* ~/.jdks/* ~/.m2/jdks/* ~/.asdf/installs/java/* \
        ~/.local/share/mise/installs/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [[ -n $home && -x $home/bin/javac && -r $home/release ]] || continue
        version=$(<"$home/release")
        [[ $version =~ JAVA_VERSION=\"([0-9]+) ]] || continue
        version=${BASH_REMATCH[1]}
        ((version >= 25 && version > best)) || continue
        best=$version JDK=$home
        [[ $home == "${JAVA_HOME:-}" ]] && break
    done
    [[ -n $JDK ]] || need "Tombola needs a JDK 25 or later and found none (JAVA_HOME, PATH, /usr/lib/jvm, /opt," \
        "~/.sdkman, ~/.jdks): install one, for example temurin-25-jdk or openjdk-25-jdk."
}

find_native_tools() {
    command -v cmake >/dev/null || need "Tombola needs CMake to build its C kernels and found none: install cmake."
    CC=${CC:-$(command -v gcc || command -v clang || command -v cc || echo none)}
    command -v "$CC" >/dev/null || need "Tombola needs a C compiler to build its kernels and found neither" \
        "gcc nor clang: install gcc (with libc6-dev) or clang."
    if command -v ninja >/dev/null; then
        GENERATOR=Ninja
    elif command -v make >/dev/null; then
        GENERATOR="Unix Makefiles"
    else
        need "Tombola needs Ninja or Make to build its C kernels and found neither: install ninja-build or make."
    fi
}

need() {
    echo "$*" >&2
    exit 2
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    case ${1:-check} in
        check) find_jdk && find_native_tools && echo "$JDK" ;;
        jdk) find_jdk && echo "$JDK" ;;
        *) need "cmake/tools.sh knows 'check' and 'jdk', not '$1'." ;;
    esac
fi

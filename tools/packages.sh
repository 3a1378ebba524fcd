#!/bin/sh
# Installs the Debian packages that thrum is built and tested with. Quiet, and offline when they are all there.
set -eu

packages='build-essential clang cmake ninja-build pkg-config
libpcre2-dev libicu-dev libzstd-dev zstd libarchive-dev zlib1g-dev libomp-dev libclang-rt-14-dev libcmocka-dev
bible-kjv bzip2 xz-utils perl
gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static'

missing=
for package in $packages; do
    case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true) in
    installed) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "packages.sh: to be installed by root:$missing" >&2
        exit 1
    fi
    as_root=sudo
fi

echo "installing:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The list of packages is left to split.
if ! { $as_root apt-get update -qq &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } \
    </dev/null >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi

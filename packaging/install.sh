#!/bin/sh
# Installs a release of swarmctl from a folder, or from the address of one:
#
#   sh install.sh [--from <folder or address>] [--prefix <folder>]
#
# The folder holds a release's archive and SHA256SUMS; by default it is the one that this script is in. The
# archive is checked against its sum before anything is installed.
set -eu
from="$(cd "$(dirname "$0")" && pwd)"
prefix="$HOME/.local"
while [ $# -gt 0 ]; do
  case "$1" in
    --from) from="$2"; shift 2 ;;
    --prefix) prefix="$2"; shift 2 ;;
    *) echo "unknown option $1; the options are --from and --prefix" >&2; exit 64 ;;
  esac
done
system="$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
get() { # <name>: into the work folder
  case "$from" in
    *://*)
      if command -v curl > /dev/null; then curl -fsSL "$from/$1" -o "$work/$1"
      else wget -q "$from/$1" -O "$work/$1"; fi ;;
    *) cp "$from/$1" "$work/$1" ;;
  esac
}
get SHA256SUMS
archive="$(awk '{print $2}' "$work/SHA256SUMS" | grep -- "-$system\.tar\.gz\$" || true)"
if [ -z "$archive" ]; then
  echo "this release has no archive for $system; build from source: make install" >&2
  exit 1
fi
get "$archive"
(cd "$work" && grep -- " $archive\$" SHA256SUMS | sha256sum -c - > /dev/null) || {
  echo "$archive does not match its sum in SHA256SUMS; nothing was installed" >&2
  exit 1
}
tar -xzf "$work/$archive" -C "$work"
"$work/${archive%.tar.gz}/install" "$prefix"

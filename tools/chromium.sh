#!/usr/bin/env bash
# Installs Debian's Chromium for the browser tests when it is missing: the shell without windows,
# which does the same for half of the work. Where it cannot be had, the whole browser will do.
set -euo pipefail
command -v chromium-headless-shell >/dev/null && exit 0
as_root=()
if [ "$(id -u)" != 0 ]; then as_root=(sudo -n); fi
get() { # packages ...
  DEBIAN_FRONTEND=noninteractive timeout 300 "${as_root[@]}" \
    apt-get install -y -qq --no-install-recommends "$@" fonts-noto-cjk 2>&1
}
echo "Installing Debian's Chromium for the browser tests ..."
timeout 60 "${as_root[@]}" apt-get update -qq >/dev/null 2>&1 || true
if said=$(get chromium-headless-shell); then exit 0; fi
if command -v chromium >/dev/null; then
  echo "The whole Chromium is used: its shell without windows could not be installed."
elif ! said=$(get chromium); then
  printf '%s\n' "$said" "The browser tests need Chromium: apt-get install chromium" >&2
  exit 1
fi

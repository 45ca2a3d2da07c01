#!/usr/bin/env bash
# Installs Debian's Chromium when it is missing; browser tests need it.
set -euo pipefail
command -v chromium >/dev/null && exit 0
as_root=""
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || {
    echo "The browser tests need Chromium: apt-get install chromium" >&2
    exit 1
  }
  as_root=sudo
fi
echo "Installing Debian's Chromium for the browser tests ..."
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null

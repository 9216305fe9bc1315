#!/usr/bin/env bash
# Everything that building and testing needs beyond rustup, Node, npm and a C compiler:
#
# - the Wasm target, rustfmt and clippy, through rustup;
# - worker-build and wasm-bindgen, each in a folder of its own version under the cache, outside the checkout, so that a
#   fresh clone does not compile them again;
# - what package-lock.json pins (wrangler, workerd, esbuild, wasm-opt and the Node that they want), in node_modules.
#
# Does nothing, quickly, when all of it is there. Two runs at once are safe: one waits for the other, and a tool appears
# in the cache by a rename, so that half an installation never counts.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The Makefile puts the checkout's own Node first. npm ci replaces that one, so the machine's does the work here.
PATH=${PATH//"$PWD/node_modules/.bin:"/}

fail() {
    printf 'fandesk: %s\n' "$*" >&2
    exit 1
}

# worker-build has to be of the same version as the `worker` that is locked, and wasm-bindgen of the very version of the
# library, or the glue does not fit the Wasm.
locked_version() {
    awk -v name="$1" '$1 == "name" && $3 == "\"" name "\"" { getline; gsub(/"/, "", $3); print $3; exit }' Cargo.lock
}

worker_build_version=$(locked_version worker)
wasm_bindgen_version=$(locked_version wasm-bindgen)
[ -n "$worker_build_version" ] && [ -n "$wasm_bindgen_version" ] ||
    fail "Cargo.lock names no worker or wasm-bindgen: run 'cargo generate-lockfile'"

cache="${XDG_CACHE_HOME:-$HOME/.cache}/fandesk/tools"
worker_build="$cache/worker-build-$worker_build_version"
wasm_bindgen="$cache/wasm-bindgen-cli-$wasm_bindgen_version"

# `tools.sh paths` prints where the tools are, for the Makefile, and installs nothing.
if [ "${1:-}" = paths ]; then
    printf '%s/bin/worker-build %s/bin/wasm-bindgen\n' "$worker_build" "$wasm_bindgen"
    exit 0
fi

command -v cargo >/dev/null || fail "cargo is missing: install Rust with rustup (https://rustup.rs)"
wanted_rust=$(awk -F '"' '$1 ~ /^rust-version *= *$/ { print $2; exit }' Cargo.toml)
rust=$(rustc --version | awk '{ print $2 }')
[ "$(printf '%s\n' "$wanted_rust" "${rust%%-*}" | sort -V | head -n 1)" = "$wanted_rust" ] ||
    fail "Rust $rust is too old: $wanted_rust or later is needed ('rustup update')"
command -v node >/dev/null || fail "node is missing: install Node 20 or later (https://nodejs.org)"
command -v npm >/dev/null || fail "npm is missing: it comes with Node (https://nodejs.org)"
command -v cc >/dev/null || fail "a C compiler (cc) is missing: install gcc or clang"
command -v gzip >/dev/null || fail "gzip is missing"
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' ||
    fail "Node $(node --version) is too old: 20 or later is needed"

mkdir -p "$cache" || fail "cannot write to $cache: set XDG_CACHE_HOME to a folder that can be written to"
# Held until this script ends, however it ends. perl stands in for flock where there is none (macOS).
exec 9>"$cache/.lock"
if command -v flock >/dev/null; then
    flock 9
else
    perl -e 'use Fcntl ":flock"; open(my $lock, ">&=", 9) or die $!; flock($lock, LOCK_EX) or die $!'
fi

sysroot=$(rustc --print sysroot)
if [ ! -d "$sysroot/lib/rustlib/wasm32-unknown-unknown" ]; then
    command -v rustup >/dev/null || fail "rustup is missing, and with it the target wasm32-unknown-unknown (https://rustup.rs)"
    rustup target add wasm32-unknown-unknown
fi
for component in rustfmt clippy; do
    cargo "${component/rustfmt/fmt}" --version >/dev/null 2>&1 || rustup component add "$component"
done

# Not `--locked`: the lock file in wasm-bindgen-cli's package names a crate version that its registry no longer has.
install_tool() {
    local crate=$1 version=$2 binary=$3 folder=$4 staging
    [ -x "$folder/bin/$binary" ] && return
    printf 'fandesk: installing %s %s (a few minutes, only this once)\n' "$crate" "$version"
    staging=$(mktemp -d "$cache/.staging.XXXXXX")
    # The checkout's own target folder and flags are not for the tools.
    (cd "$staging" && env -u CARGO_TARGET_DIR -u RUSTFLAGS \
        cargo install --quiet --root "$staging" --version "$version" "$crate" </dev/null) ||
        { rm -rf "$staging"; fail "$crate $version could not be installed"; }
    rm -rf "$folder"
    mv "$staging" "$folder"
}
install_tool worker-build "$worker_build_version" worker-build "$worker_build"
install_tool wasm-bindgen-cli "$wasm_bindgen_version" wasm-bindgen "$wasm_bindgen"

# npm writes this copy of the lock file last, so a broken installation is done again.
if ! cmp -s package-lock.json node_modules/.fandesk-lock || [ ! -x node_modules/.bin/node ]; then
    printf 'fandesk: installing what package-lock.json pins\n'
    # Of the machine's Node it is only asked to unpack, so its warnings about versions would mislead.
    npm ci --loglevel=error --no-audit --no-fund </dev/null || fail "npm ci failed"
    cp package-lock.json node_modules/.fandesk-lock
fi

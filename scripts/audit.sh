#!/usr/bin/env bash
# What the Rust dependencies may be (deny.toml), by cargo-deny.
#
#   scripts/audit.sh              licences, bans and sources: all of it is on this machine
#   scripts/audit.sh advisories   known weaknesses and crates that nobody keeps any more, from RustSec's database on GitHub
#
# cargo-deny is installed by the first run, beside the other tools. Unoptimised: that takes two minutes in place of ten, and a
# run reads some two hundred manifests.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=0.20.2

fail() {
    printf 'audit: %s\n' "$*" >&2
    exit 1
}

cache="${XDG_CACHE_HOME:-$HOME/.cache}/fandesk/tools"
folder="$cache/cargo-deny-$version"
if [ ! -x "$folder/bin/cargo-deny" ]; then
    printf 'fandesk: installing cargo-deny %s (a few minutes, only this once)\n' "$version"
    mkdir -p "$cache"
    staging=$(mktemp -d "$cache/.staging.XXXXXX")
    trap 'rm -rf "$staging"' EXIT
    (cd "$staging" && env -u CARGO_TARGET_DIR -u RUSTFLAGS \
        cargo install --quiet --debug --locked --root "$staging" --version "$version" cargo-deny </dev/null) ||
        fail "cargo-deny $version could not be installed"
    # It appears by a rename, so half an installation never counts; of two at once the second keeps the first's.
    rm -rf "$staging/target"
    [ -d "$folder" ] || mv "$staging" "$folder"
fi
deny() {
    "$folder/bin/cargo-deny" --log-level warn "$@"
}

case "${1:-offline}" in
offline)
    # What Cargo.lock names has to be on this machine, since what is checked is read from there.
    cargo fetch --quiet --locked
    deny --offline check licenses bans sources
    ;;
advisories)
    deny fetch db ||
        fail "the advisories could not be fetched from https://github.com/rustsec/advisory-db, so nothing was checked: run it where GitHub can be reached"
    deny check --disable-fetch advisories
    ;;
*) fail "what is '$1'? It is nothing or 'advisories'" ;;
esac

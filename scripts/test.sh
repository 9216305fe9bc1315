#!/usr/bin/env bash
# Everything that CI runs, in order, ending at the first failure. Called by `make test`, which has set up the tools.
# With arguments, only the named steps: scripts/test.sh format clippy
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/node_modules/.bin:$PATH"

steps=(format clippy scripts console dependencies unit fuzz build size decisions openapi launchers e2e morning schema)
[ $# -gt 0 ] && steps=("$@")

step_format() {
    cargo fmt --all --check
    cargo fmt --manifest-path fuzz/Cargo.toml --check
    prettier --log-level warn --check scripts bench console package.json src/index.mjs src/platform
}

# The Worker is checked for both targets: its tests run natively, and it runs as Wasm.
step_clippy() {
    cargo clippy --quiet --workspace --all-targets --all-features -- -D warnings
    cargo clippy --quiet -p fandesk --target wasm32-unknown-unknown -- -D warnings
}

step_scripts() {
    local file
    while IFS= read -r -d '' file; do
        node --check "$file"
    done < <(find scripts bench -name '*.mjs' -print0)
    node --test --test-reporter=spec 'scripts/tests/*.test.mjs'
}

# Its types against those of the API's document, its decisions, then all of it in a browser, before a made-up desk.
step_console() {
    env -u MAKEFLAGS -u MFLAGS make build/console/schema.d.ts console
    svelte-check --workspace console --tsconfig ./tsconfig.json --fail-on-warnings --output human
    vitest run --root console --silent=passed-only
    node --test --test-reporter=spec 'console/tests/*.test.mjs'
}

# Licences, doubled crates, sources; `make audit` asks for advisories too, which wants internet.
step_dependencies() {
    scripts/audit.sh
}

step_unit() {
    cargo test --workspace --all-features --exclude fandesk-e2e
}

# All seeds, then a look around each of them; `make fuzz` looks for longer.
step_fuzz() {
    local fuzz=(--manifest-path fuzz/Cargo.toml --target-dir "${CARGO_TARGET_DIR:-target}/fuzz" --locked --release)
    cargo clippy --quiet "${fuzz[@]}" --all-targets -- -D warnings
    cargo test --quiet "${fuzz[@]}"
    env -u TARGET BRIEF=1 TIME=12 scripts/fuzz.sh
}

# Its flags are those of the make above, whose business they are.
step_build() {
    env -u MAKEFLAGS -u MFLAGS make build sim load
}

step_size() {
    node bench/size.mjs --check
}

step_decisions() {
    node bench/decisions.mjs --check
}

step_openapi() {
    validate-api build/public/api/v1/openapi.json
}

step_launchers() {
    node --test --test-reporter=spec 'scripts/tests/built/*.test.mjs'
}

step_e2e() {
    cargo test -p fandesk-e2e
}

# An agent's morning in a browser, with the real Worker and a simulated fan.
step_morning() {
    node --test --test-reporter=spec 'console/tests/whole/*.test.mjs'
}

# After the end-to-end tests, which say more clearly what is wrong.
step_schema() {
    node scripts/schema/run.mjs
}

started=$SECONDS
step=
trap '[ $? -eq 0 ] || printf "\n==> %s FAILED after %d s\n" "$step" $((SECONDS - started)) >&2' EXIT
for step in "${steps[@]}"; do
    printf '\n==> %s (at %d s)\n' "$step" $((SECONDS - started))
    # Not part of a condition: in one, `set -e` would let a step go on after its first failure.
    "step_$step"
done
printf '\n==> all passed in %d s: %s\n' $((SECONDS - started)) "${steps[*]}"

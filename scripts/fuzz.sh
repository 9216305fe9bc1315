#!/usr/bin/env bash
# Looks for bytes that break what has to hold of everything that reads what comes from outside (fuzz/): libFuzzer, guided by
# coverage, from the seeds in fuzz/corpus on.
#
#   TARGET=xml scripts/fuzz.sh      one target; without it all, one after the other
#   TIME=600 scripts/fuzz.sh        seconds a target; without it 300
#
# The toolchain is the one that builds everything else: coverage needs no nightly, only a C++ compiler for libFuzzer itself.
# What a run learns is kept in target/fuzz/corpus and is where the next one goes on. With BRIEF=1 it looks around the seeds alone and
# keeps nothing: to begin with all that was ever learnt takes minutes.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
    printf 'fuzz: %s\n' "$*" >&2
    exit 1
}

time=${TIME:-300}
[[ $time =~ ^[1-9][0-9]*$ ]] || fail "TIME is '$time', and has to be a number of seconds"
targets=()
for folder in fuzz/corpus/*/; do
    targets+=("$(basename "$folder")")
done
if [ -n "${TARGET:-}" ]; then
    [ -d "fuzz/corpus/$TARGET" ] || fail "there is no target '$TARGET', only ${targets[*]}"
    targets=("$TARGET")
fi
command -v "${CXX:-c++}" >/dev/null || fail "a C++ compiler (c++) is missing: install g++ or clang"

output="${CARGO_TARGET_DIR:-$PWD/target}/fuzz"
host=$(rustc -vV | awk '$1 == "host:" { print $2 }')
# What cargo-fuzz passes when it is asked for no sanitizer: there is no unsafe code here for one to watch. With a target named,
# they are for what is fuzzed, and not for build scripts.
flags='--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares'
env -u MAKEFLAGS -u MFLAGS RUSTFLAGS="$flags" \
    cargo build --quiet --locked --release --features libfuzzer --bin fuzz \
    --manifest-path fuzz/Cargo.toml --target "$host" --target-dir "$output"

learnt_by_all="$output/corpus"
if [ -n "${BRIEF:-}" ]; then
    learnt_by_all=$(mktemp -d)
    trap 'rm -rf "$learnt_by_all"' EXIT
fi
for target in "${targets[@]}"; do
    learnt="$learnt_by_all/$target"
    broken="$output/broken/$target"
    mkdir -p "$learnt" "$broken"
    printf 'fuzz: %s for %d s\n' "$target" "$time"
    log="$output/$target.log"
    if ! FUZZ_TARGET=$target "$output/$host/release/fuzz" "$learnt" "fuzz/corpus/$target" \
        -max_total_time="$time" -max_len=16384 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$broken/" >"$log" 2>&1; then
        # The panic and the name of the file, without the pages that libFuzzer prints in between.
        grep -E -A 8 'panicked at|ERROR: |Test unit written' "$log" >&2 || tail -n 40 "$log" >&2
        fail "$target is broken by a file in $broken (all of the log is in $log).
      Mend it, add a test beside what was mended, and keep the file in fuzz/corpus/$target under a name that says what it is."
    fi
    awk '/^stat::number_of_executed_units/ { runs = $2 } /DONE/ { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
        END { printf "fuzz: %s inputs, %s edges covered, nothing found\n", runs, cov }' "$log"
done

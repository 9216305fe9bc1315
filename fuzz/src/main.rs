//! One target under libFuzzer: that which `FUZZ_TARGET` names. `scripts/fuzz.sh` starts it.

#![no_main]

use std::sync::LazyLock;

use fandesk_fuzz::TARGETS;

static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let wanted = std::env::var("FUZZ_TARGET").unwrap_or_default();
    match TARGETS.iter().find(|(name, _)| *name == wanted) {
        Some((_, target)) => *target,
        None => {
            let names = TARGETS.map(|(name, _)| name).join(", ");
            eprintln!("fuzz: FUZZ_TARGET is `{wanted}`, and the targets are {names}");
            std::process::exit(2)
        }
    }
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| TARGET(data));

//! The platform's random source. It is refused at global scope, so it is asked only while a request runs.

use fandesk_shard::Random;

/// `crypto.getRandomValues`.
pub(crate) struct PlatformRandom;

impl Random for PlatformRandom {
    fn fill(&mut self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            // Workers always have the source; a mix of clock readings keeps names apart if one day they do not.
            let mut state = worker::Date::now().as_millis();
            for byte in bytes {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                *byte = (state >> 33) as u8;
            }
        }
    }
}

/// The time, as decisions want it. In a Worker it stands still between two awaits.
pub(crate) fn now() -> fandesk_shard::UnixMillis {
    // A float holds milliseconds exactly for 285,000 years.
    fandesk_shard::UnixMillis(worker::js_sys::Date::now() as i64)
}

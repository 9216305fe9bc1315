//! The platform's random source. It is refused at global scope, so it is asked only while a request runs.

use std::cell::RefCell;

use fandesk_shard::Random;

/// `crypto.getRandomValues`, a kilobyte at a time: to cross to JavaScript costs more than the bytes. Each is given out once.
pub(crate) struct PlatformRandom;

/// Random bytes, and how many of them were given out.
struct Pool([u8; 1024], usize);

impl Random for PlatformRandom {
    fn fill(&mut self, bytes: &mut [u8]) {
        thread_local! {
            static POOL: RefCell<Pool> = const { RefCell::new(Pool([0; 1024], usize::MAX)) };
        }
        POOL.with_borrow_mut(|Pool(pool, given)| {
            for byte in bytes {
                if *given >= pool.len() {
                    refill(pool);
                    *given = 0;
                }
                if let Some(fresh) = pool.get_mut(*given) {
                    *byte = std::mem::take(fresh);
                }
                *given = given.saturating_add(1);
            }
        });
    }
}

fn refill(bytes: &mut [u8]) {
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

/// The time, as decisions want it. In a Worker it stands still between two awaits.
pub(crate) fn now() -> fandesk_shard::UnixMillis {
    // A float holds milliseconds exactly for 285,000 years.
    fandesk_shard::UnixMillis(worker::js_sys::Date::now() as i64)
}

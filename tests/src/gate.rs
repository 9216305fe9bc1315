//! What lies between the shards and what they tell: D1's ledger and the queue, when they refuse, hang, or take what they are given
//! and say nothing. Locally they do neither by themselves, so `gate.mjs` stands around the Worker and asks here before each call.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::Stub;
use crate::stub::Reply;

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Called {
    /// The database of events.
    Ledger,
    /// The queue of doorbells.
    Queue,
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It goes through.
    Open,
    /// It fails at once.
    Refuses,
    /// It is never answered, and changes nothing.
    Hangs,
    /// It goes through after the caller gave it up.
    IsLate,
    /// It goes through and is never answered.
    SaysNothing,
}

/// All that lies between.
#[derive(Debug)]
pub struct Gate {
    ways: Arc<Mutex<BTreeMap<&'static str, Way>>>,
    stub: Stub,
}

impl Called {
    /// As the Worker calls it.
    fn binding(self) -> &'static str {
        match self {
            Self::Ledger => "LEDGER",
            Self::Queue => "JOBS",
        }
    }
}

impl Gate {
    /// An open one.
    pub(crate) fn open() -> Self {
        let ways = Arc::new(Mutex::new(BTreeMap::<&'static str, Way>::new()));
        let asked = Arc::clone(&ways);
        let stub = Stub::start(move |_, request| {
            let binding = request.target.trim_start_matches('/');
            let way = asked.lock().unwrap().get(binding).copied();
            match way.unwrap_or(Way::Open) {
                Way::Hangs => Reply::Stall,
                Way::Open => Reply::Body("open".to_owned()),
                Way::Refuses => Reply::Body("refuses".to_owned()),
                Way::IsLate => Reply::Body("is late".to_owned()),
                Way::SaysNothing => Reply::Body("says nothing".to_owned()),
            }
        });
        Self { ways, stub }
    }

    /// From now on.
    ///
    /// # Panics
    /// When one of its threads did.
    pub fn set(&self, called: Called, way: Way) {
        self.ways.lock().unwrap().insert(called.binding(), way);
    }

    /// How often it was called so far.
    pub fn calls(&self, called: Called) -> usize {
        let target = format!("/{}", called.binding());
        let asked = self.stub.asked();
        asked.iter().filter(|asked| asked.target == target).count()
    }

    pub(crate) fn url(&self) -> String {
        self.stub.url()
    }
}

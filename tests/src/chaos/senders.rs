//! Two crowds that keep coming: one walks the menu, the other asks where a parcel is and so makes jobs.

use serde_json::{Value, json};

use super::books::Told;
use crate::simulator::Simulator;
use crate::wait::within;
use std::time::Duration;

/// How long one crowd keeps setting out.
const SECONDS: u64 = 15;
/// Longer than the last fan needs, with three tries of five seconds for each of four texts.
const FAREWELL: Duration = Duration::from_secs(90);
/// Fans a second, and what they say.
const MANNERS: [(u64, &[&str]); 2] = [
    (25, &["GO", "菜单", "1", "1"]),
    (8, &["GO", "查物流 12345"]),
];

pub(super) struct Senders {
    simulator: Simulator,
    under_way: [Option<String>; MANNERS.len()],
    told: Vec<Told>,
}

impl Senders {
    pub(super) fn of(simulator: Simulator) -> Self {
        Self {
            simulator,
            under_way: [const { None }; MANNERS.len()],
            told: Vec::new(),
        }
    }

    /// Calls the next crowd for each that is through.
    pub(super) fn keep_coming(&mut self) {
        for (place, (per_second, script)) in MANNERS.into_iter().enumerate() {
            self.collect(place);
            self.under_way[place].get_or_insert_with(|| {
                self.simulator.crowd(&json!({
                    "fans": per_second * SECONDS, "per_second": per_second, "script": script, "keep_answers": true,
                }))
            });
        }
    }

    /// Waits until all are through, and gives everything that they were told.
    pub(super) fn finish(mut self) -> Vec<Told> {
        for place in 0..MANNERS.len() {
            within(FAREWELL, || {
                self.collect(place);
                self.under_way[place].is_none().then_some(())
            })
            .expect("a crowd comes to its end");
        }
        self.told
    }

    /// Takes down what a crowd was told, once it is through.
    fn collect(&mut self, place: usize) {
        let Some(crowd) = &self.under_way[place] else {
            return;
        };
        if self.simulator.crowd_figures(crowd)["done"] != true {
            return;
        }
        let answers = self.simulator.answers(crowd);
        self.told.extend(answers.iter().map(told));
        self.under_way[place] = None;
    }
}

fn told(answer: &Value) -> Told {
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    let reply = json!({ "type": answer["type"], "content": answer["content"] });
    Told {
        msg_id: text("msg_id"),
        openid: text("openid"),
        answer: match answer["verdict"].as_str() {
            Some("reply") => Some(reply),
            Some("nothing") => Some(Value::Null),
            _ => None,
        },
    }
}

//! A desk at work: agents with open consoles, fans who write at a steady rate, and how long it takes until a message is on the screen of
//! whoever has the fan.

use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::wait::within;
use crate::{Agent, Fan, Invited, Mode, Setup, Socket, machine};

/// How much there is to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// People with an open console.
    pub agents: usize,
    /// Fans who want a person.
    pub fans: usize,
    /// What fans write, altogether.
    pub messages: usize,
    /// In how long, at a steady rate.
    pub lasts: Duration,
}

/// How it went.
#[derive(Clone, Debug)]
pub struct Report {
    plan: Plan,
    /// From the callback to the screen, sorted.
    latencies: Vec<Duration>,
    /// Messages that never came to the screen of whoever has the fan.
    pub lost: usize,
    /// Answers of agents that were not taken.
    pub refused: usize,
    /// Fans whom nobody has, and agents who have more or fewer than their share.
    pub wrong: usize,
    /// What the process had in memory at the beginning and after each tenth, in KiB.
    pub memory: Vec<u64>,
}

/// Messages that were sent, by their text: when, and by which fan.
type Sent = Mutex<HashMap<String, (Instant, usize)>>;

/// Plays it. Each second message of a fan is answered by whoever has them.
///
/// # Panics
/// When the deployment does not work at all.
pub fn run(plan: Plan) -> Report {
    let desk = Setup::new(Mode::Safe).start();
    // As many as each will have, and no more, so that who is passed over shows.
    let capacity = plan.fans.div_ceil(plan.agents);
    let hire =
        |n| desk.hires(Invited::agent(&format!("客服{n}")).with("capacity", json!(capacity)));
    let agents: Vec<Agent> = (0..plan.agents).map(hire).collect();
    let consoles: Vec<Socket> = agents.iter().map(Agent::watches).collect();
    let fans: Vec<Fan> = (0..plan.fans).map(|_| desk.fan()).collect();
    for fan in &fans {
        assert!(fan.say("人工").is_well());
    }
    let cases = given(&agents, &fans);
    let sent = Sent::default();
    let refused = Mutex::new(0);
    let memory = Mutex::new(vec![machine::memory(desk.workerd())]);
    let began = Instant::now();
    let each = plan.lasts.div_f64(plan.messages as f64);
    let workers = plan.fans.min(16);
    thread::scope(|scope| {
        for worker in 0..workers {
            let (desk, fans, agents, cases) = (&desk, &fans, &agents, &cases);
            let (sent, refused, memory) = (&sent, &refused, &memory);
            scope.spawn(move || {
                for n in (worker..plan.messages).step_by(workers) {
                    let due = began + each.mul_f64(n as f64);
                    thread::sleep(due.saturating_duration_since(Instant::now()));
                    let who = n % plan.fans;
                    let text = format!("第 {n} 条");
                    sent.lock()
                        .unwrap()
                        .insert(text.clone(), (Instant::now(), who));
                    fans[who].say(&text);
                    let (id, holder) = &cases[who];
                    if (n / plan.fans).is_multiple_of(2)
                        && let Some(holder) = holder
                        && agents[*holder].answers(id, "好的").status != 202
                    {
                        *refused.lock().unwrap() += 1;
                    }
                    if n % (plan.messages / 10).max(1) == 0 {
                        memory.lock().unwrap().push(machine::memory(desk.workerd()));
                    }
                }
            });
        }
    });
    let sent = sent.into_inner().unwrap();
    let latencies = arrivals(&sent, &cases, &consoles);
    Report {
        plan,
        lost: sent.len() - latencies.len(),
        latencies,
        refused: refused.into_inner().unwrap(),
        wrong: wrong(&agents, &cases),
        memory: memory.into_inner().unwrap(),
    }
}

/// The conversation of each fan, and the number of whoever has it.
fn given(agents: &[Agent], fans: &[Fan]) -> Vec<(String, Option<usize>)> {
    let case = |fan: &Fan| {
        let id = agents[0].finds(fan.openid());
        let holder = within(Duration::from_secs(10), || {
            agents[0].sees(&id)["agent"].as_str().map(str::to_owned)
        });
        let holder = holder.and_then(|id| agents.iter().position(|agent| agent.id() == id));
        (id, holder)
    };
    fans.iter().map(case).collect()
}

/// Nobody may wait while somebody has room, and nobody may have more than one fan more than another.
fn wrong(agents: &[Agent], cases: &[(String, Option<usize>)]) -> usize {
    let nobodys = cases.iter().filter(|(_, holder)| holder.is_none()).count();
    let mut loads = vec![0_usize; agents.len()];
    for holder in cases.iter().filter_map(|(_, holder)| *holder) {
        loads[holder] += 1;
    }
    let fewest = loads.iter().min().copied().unwrap_or(0);
    let unfair = loads.iter().filter(|load| **load > fewest + 1).count();
    nobodys + unfair
}

/// How long each message took to the screen of whoever has the fan.
fn arrivals(
    sent: &HashMap<String, (Instant, usize)>,
    cases: &[(String, Option<usize>)],
    consoles: &[Socket],
) -> Vec<Duration> {
    let mut latencies = Vec::new();
    within(Duration::from_secs(30), || {
        latencies.clear();
        for (number, console) in consoles.iter().enumerate() {
            console.each_heard(|heard| {
                let text = heard.message["entry"]["text"].as_str();
                let Some((at, who)) = text.and_then(|text| sent.get(text)) else {
                    return;
                };
                if cases[*who].1 == Some(number) {
                    latencies.push(heard.at.saturating_duration_since(*at));
                }
            });
        }
        (latencies.len() >= sent.len()).then_some(())
    });
    latencies.sort();
    latencies
}

impl Report {
    /// The latency that this share of messages stays below, such as 0.99.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        let place = (share * last as f64).round() as usize;
        self.latencies.get(place).copied().unwrap_or(Duration::MAX)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Plan {
            agents,
            fans,
            messages,
            lasts,
        } = self.plan;
        let per_hour = messages as f64 / lasts.as_secs_f64() * 3600.0;
        writeln!(formatter, "agents            {agents}")?;
        writeln!(formatter, "fans              {fans}")?;
        writeln!(
            formatter,
            "messages          {messages} in {} s ({per_hour:.0} an hour)",
            lasts.as_secs()
        )?;
        for share in [0.5, 0.99, 1.0] {
            let name = format!("p{}", share * 100.0);
            writeln!(
                formatter,
                "{name:<17} {} ms",
                self.quantile(share).as_millis()
            )?;
        }
        writeln!(formatter, "lost              {}", self.lost)?;
        writeln!(formatter, "answers refused   {}", self.refused)?;
        writeln!(formatter, "wrong assignments {}", self.wrong)?;
        let mib = self.memory.iter().map(|kib| (kib / 1024).to_string());
        write!(
            formatter,
            "memory            {} MiB",
            mib.collect::<Vec<_>>().join(" ")
        )
    }
}

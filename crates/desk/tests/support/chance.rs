//! Anything that may happen at a desk, in any order.

use fandesk_desk::{Arrived, Command, Deed, Role, UnixMillis, Who};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{DAY, MINUTE, MORNING, opened, person, said, who};

/// People who may be there, and teams besides `desk`.
pub(crate) const PEOPLE: [&str; 5] = ["an", "bo", "cy", "di", "ed"];
pub(crate) const TEAMS: [&str; 3] = ["desk", "sales", "vip"];
const SKILLS: [&str; 2] = ["english", "phone"];

/// Something that happens. Numbers choose among what there is.
#[derive(Clone, Debug)]
pub(crate) enum Happens {
    Opens {
        team: usize,
        skills: usize,
        complains: bool,
    },
    Row {
        kind: &'static str,
        which: usize,
    },
    Deed {
        which: usize,
        by: usize,
        leads: bool,
        deed: Deed,
    },
    Status {
        by: usize,
        away: bool,
    },
    Connects(usize),
    Drops(usize),
    Present(Vec<usize>),
    Staff(Setup),
    Waits(i64),
}

/// People and teams as they are set up.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    capacities: Vec<u32>,
    /// For each person, which teams and skills, as bits.
    places: Vec<(u8, u8)>,
    is_manual: Vec<bool>,
    /// Minutes after which `desk` falls back to `sales`, if it does.
    fallback: Option<i64>,
    has_roster: bool,
    teams: usize,
}

impl Setup {
    pub(crate) fn people(&self) -> Vec<Value> {
        let names = |all: &[&'static str], bits: u8| -> Vec<&'static str> {
            let chosen = all.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
            chosen.map(|(_, name)| *name).collect()
        };
        PEOPLE
            .iter()
            .zip(&self.capacities)
            .zip(&self.places)
            .map(|((id, capacity), (teams, skills))| {
                let teams = names(&TEAMS, *teams);
                person(id, *capacity, &teams, &names(&SKILLS, *skills))
            })
            .collect()
    }

    pub(crate) fn teams(&self) -> Vec<Value> {
        let team = |(id, is_manual): (&&str, &bool)| {
            let mut team = json!({ "id": id, "name": id, "mode": if *is_manual { "manual" } else { "balanced" },
                "policy": { "by_tag": { "complaint": { "first_answer_ms": 5 * MINUTE, "priority": 9 } } } });
            if *id == "desk" {
                team["fallback"] = json!(
                    self.fallback
                        .map(|after| json!({ "team": "sales", "after_ms": after * MINUTE }))
                );
            }
            if *id == "vip" && self.has_roster {
                team["roster"] = json!([
                    { "person": "an", "from": MORNING, "until": MORNING + 30 * MINUTE },
                    { "person": "bo", "from": MORNING + 20 * MINUTE, "until": MORNING + DAY },
                ]);
            }
            team
        };
        TEAMS
            .iter()
            .zip(&self.is_manual)
            .take(self.teams)
            .map(team)
            .collect()
    }
}

pub(crate) fn setups() -> impl Strategy<Value = Setup> {
    (
        prop::collection::vec(0_u32..4, PEOPLE.len()),
        prop::collection::vec((1_u8..8, 0_u8..4), PEOPLE.len()),
        prop::collection::vec(prop::bool::weighted(0.2), TEAMS.len()),
        prop::option::of(0_i64..10),
        any::<bool>(),
        1..=TEAMS.len(),
    )
        .prop_map(
            |(capacities, places, is_manual, fallback, has_roster, teams)| Setup {
                capacities,
                places,
                is_manual,
                fallback,
                has_roster,
                teams,
            },
        )
}

fn deeds() -> impl Strategy<Value = Deed> {
    let agent = prop::sample::select(&PEOPLE[..]);
    let team = prop::sample::select(&TEAMS[..]);
    prop_oneof![
        4 => Just(Deed::Take),
        2 => Just(Deed::Release),
        2 => agent.prop_map(|agent| Deed::Assign { agent: agent.to_owned() }),
        2 => team.prop_map(|team| Deed::Transfer { team: team.to_owned() }),
        2 => Just(Deed::Hold),
        1 => Just(Deed::Resume),
        3 => Just(Deed::Resolve),
        1 => Just(Deed::Tags(vec!["complaint".to_owned()])),
        1 => prop::option::of("[a-z]{1,5}").prop_map(Deed::Draft),
        1 => Just(Deed::Read),
    ]
}

pub(crate) fn happenings() -> impl Strategy<Value = Vec<Happens>> {
    let person = 0..PEOPLE.len();
    let kind = prop::sample::select(
        &[
            "wrote",
            "wrote",
            "reopened",
            "sent",
            "sent",
            "scored",
            "asked_position",
            "left",
            "ended",
            "erased",
        ][..],
    );
    let happens = prop_oneof![
        8 => (0..TEAMS.len(), 0_usize..4, any::<bool>())
            .prop_map(|(team, skills, complains)| Happens::Opens { team, skills, complains }),
        8 => (kind, any::<usize>()).prop_map(|(kind, which)| Happens::Row { kind, which }),
        8 => (any::<usize>(), person.clone(), any::<bool>(), deeds())
            .prop_map(|(which, by, leads, deed)| Happens::Deed { which, by, leads, deed }),
        2 => (person.clone(), any::<bool>()).prop_map(|(by, away)| Happens::Status { by, away }),
        5 => person.clone().prop_map(Happens::Connects),
        2 => person.clone().prop_map(Happens::Drops),
        1 => prop::collection::vec(person, 0..4).prop_map(Happens::Present),
        1 => setups().prop_map(Happens::Staff),
        5 => prop_oneof![Just(0), 1_i64..60_000, 1_i64..40 * MINUTE, Just(8 * DAY)].prop_map(Happens::Waits),
    ];
    prop::collection::vec(happens, 1..60)
}

/// Makes commands of what happens, and knows how many conversations there were.
pub(crate) struct Day {
    pub(crate) now: i64,
    pub(crate) opened: usize,
    channel: &'static str,
    rows: usize,
    rev: i64,
}

impl Day {
    pub(crate) fn new(channel: &'static str) -> Self {
        Self {
            now: MORNING,
            opened: 0,
            channel,
            rows: 0,
            rev: 0,
        }
    }

    pub(crate) fn staff(&mut self, setup: &Setup) -> Command {
        self.rev += 1;
        Command::Staff {
            rev: self.rev,
            people: setup.people(),
            teams: setup.teams(),
        }
    }

    pub(crate) fn command(&mut self, happens: &Happens) -> Command {
        let person = |at: usize| PEOPLE[at].to_owned();
        match happens {
            Happens::Opens {
                team,
                skills,
                complains,
            } => {
                let wanted: Vec<_> = (0..2)
                    .filter(|at| skills >> at & 1 == 1)
                    .map(|at| SKILLS[at])
                    .collect();
                let tags = if *complains {
                    vec!["complaint"]
                } else {
                    vec![]
                };
                let id = self.opened.to_string();
                self.opened += 1;
                let more = json!({ "team": TEAMS[*team], "skills": wanted, "tags": tags });
                self.row("opened", &id, opened(more))
            }
            Happens::Row { kind, which } => {
                let id = self.which(*which);
                let more = match *kind {
                    "scored" => json!({ "score": 3 }),
                    "wrote" | "reopened" => said("?"),
                    _ => json!({}),
                };
                self.row(kind, &id, more)
            }
            Happens::Deed {
                which,
                by,
                leads,
                deed,
            } => Command::Deed {
                who: self.who(PEOPLE[*by], *leads),
                id: self.which(*which),
                deed: deed.clone(),
            },
            Happens::Status { by, away } => Command::Status {
                who: self.who(PEOPLE[*by], false),
                away: *away,
            },
            Happens::Connects(agent) => Command::Connected {
                agent: person(*agent),
            },
            Happens::Drops(agent) => Command::Dropped {
                agent: person(*agent),
            },
            Happens::Present(agents) => Command::Present {
                agents: agents.iter().map(|agent| person(*agent)).collect(),
            },
            Happens::Staff(setup) => self.staff(setup),
            Happens::Waits(span) => {
                self.now += span;
                Command::Tick
            }
        }
    }

    fn which(&self, which: usize) -> String {
        (which % self.opened.max(1)).to_string()
    }

    fn who(&self, id: &str, leads: bool) -> Who {
        let role = if leads { Role::Supervisor } else { Role::Agent };
        who(id, role, &TEAMS)
    }

    fn row(&mut self, kind: &str, id: &str, more: Value) -> Command {
        self.rows += 1;
        let mut row = json!({ "key": format!("k{}", self.rows), "type": kind, "conversation": id, "epoch": 1,
            "openid": format!("o-{id}"), "fan_ref": format!("f-{id}"), "at": self.now, "channel": self.channel });
        row.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        Command::Arrived(Box::new(Arrived::read(&row).unwrap()))
    }

    pub(crate) fn at(&self) -> UnixMillis {
        UnixMillis(self.now)
    }
}

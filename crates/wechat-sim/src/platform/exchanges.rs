//! What went over the wire, both ways, for the log page: the last exchanges with their whole request and answer.
//!
//! A crowd's callbacks are kept only when they fail: a load would push out everything else.

use std::collections::VecDeque;

use super::exchange::{Direction, Exchange, Summary};

/// Exchanges kept.
const KEPT: usize = 1000;

/// Which lines a reader wants.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Begin of the openid.
    pub fan: String,
    /// Part of the path or of the kind.
    pub path: String,
    /// Only one direction.
    pub direction: Option<Direction>,
    /// Only those that failed.
    pub errors: bool,
}

impl Filter {
    fn takes(&self, line: &Summary) -> bool {
        let fan = self.fan.is_empty()
            || line
                .openid
                .as_deref()
                .is_some_and(|openid| openid.starts_with(&self.fan));
        let path = line.path.contains(&self.path) || line.kind.contains(&self.path);
        let direction = self.direction.is_none_or(|only| only == line.direction);
        fan && path && direction && !(self.errors && line.ok)
    }
}

/// The last exchanges.
#[derive(Debug, Default)]
pub struct Exchanges {
    kept: VecDeque<Exchange>,
    next: u64,
}

impl Exchanges {
    /// Adds one and numbers it.
    pub fn add(&mut self, mut exchange: Exchange) {
        self.next += 1;
        exchange.summary.seq = self.next;
        if self.kept.len() >= KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(exchange);
    }

    /// The lines after number `seq`, the oldest first.
    pub fn after(&self, seq: u64, filter: &Filter) -> Vec<Summary> {
        let later = self
            .kept
            .iter()
            .map(|exchange| &exchange.summary)
            .filter(|line| line.seq > seq && filter.takes(line));
        later.cloned().collect()
    }

    /// The number of the last one.
    pub fn last(&self) -> u64 {
        self.next
    }

    /// One of them whole.
    pub fn one(&self, seq: u64) -> Option<&Exchange> {
        self.kept
            .iter()
            .find(|exchange| exchange.summary.seq == seq)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::exchange::{Called, Part},
        *,
    };

    fn called(path: &str, body: &str, answered: &str) -> Exchange {
        Exchange::from(Called {
            method: "POST",
            path,
            request: Part::of(&[], "application/json", body.as_bytes()),
            body: body.as_bytes(),
            answer: Part::of(&[], "application/json", answered.as_bytes()),
            answered: answered.as_bytes(),
            status: 200,
            elapsed_ms: 3,
            at: 5,
        })
    }

    #[test]
    fn a_reader_sees_what_the_filter_takes() {
        let mut all = Exchanges::default();
        all.add(called("/cgi-bin/menu/get", "{}", r#"{"errcode":46003}"#));
        all.add(called("/cgi-bin/user/info", r#"{"openid":"oFan"}"#, "{}"));
        let seqs = |filter: Filter| {
            let lines = all.after(0, &filter);
            lines.iter().map(|line| line.seq).collect::<Vec<_>>()
        };
        assert_eq!(seqs(Filter::default()), [1, 2]);
        let fan = "oF".to_owned();
        assert_eq!(
            seqs(Filter {
                fan,
                ..Filter::default()
            }),
            [2]
        );
        let path = "menu".to_owned();
        assert_eq!(
            seqs(Filter {
                path,
                ..Filter::default()
            }),
            [1]
        );
        assert_eq!(
            seqs(Filter {
                errors: true,
                ..Filter::default()
            }),
            [1]
        );
    }

    #[test]
    fn old_exchanges_make_room() {
        let mut all = Exchanges::default();
        (0..=KEPT).for_each(|_| all.add(called("/x", "{}", "{}")));
        assert!(all.one(1).is_none() && all.one(2).is_some());
    }
}

//! What the model says, as the tables of `docs/scale.md`.

use std::fmt::Write;

use crate::inputs::{Inputs, TABLE};
use crate::load::{BURSTS, Steady, steady};
use crate::sizes::Sizes;
use crate::{burst, ledger, money};

/// What a new deployment has.
const SHARDS: u32 = 64;

/// What is used less is not what breaks first.
const WORTH_A_ROW: f64 = 0.01;

/// The tables by the names under which the page has them.
pub(crate) fn tables(inputs: &Inputs, sizes: &Sizes) -> Vec<(&'static str, String)> {
    vec![
        ("inputs", given()),
        ("sizes", measured(sizes, inputs)),
        ("shards", shards(inputs)),
        ("ledger", backlog(inputs, sizes)),
        ("amounts", amounts(inputs, sizes)),
        ("limits", limits(inputs, sizes)),
        ("money", dollars(inputs, sizes)),
    ]
}

/// Replaces what stands between `<!-- make scale: NAME -->` and `<!-- end -->`.
pub(crate) fn fill(page: &str, tables: &[(&'static str, String)]) -> Result<String, String> {
    tables
        .iter()
        .try_fold(page.to_owned(), |page, (name, table)| {
            let begin = format!("<!-- make scale: {name} -->\n");
            let (before, rest) = page
                .split_once(&begin)
                .ok_or(format!("the page has no place for the table {name:?}"))?;
            let (_, after) = rest
                .split_once("<!-- end -->")
                .ok_or(format!("the table {name:?} has no end"))?;
            Ok(format!("{before}{begin}\n{table}\n<!-- end -->{after}"))
        })
}

fn given() -> String {
    let rows = TABLE.iter().map(|input| {
        [
            format!("`{}`", input.name),
            format!("{} {}", plain(input.value), input.unit),
            input.source.to_owned(),
        ]
    });
    table(&["input", "value", "from"], rows)
}

fn measured(sizes: &Sizes, inputs: &Inputs) -> String {
    let bytes = |bytes: f64| format!("{bytes:.0} bytes");
    let rows = [
        (
            "an event in its shard, with index entries",
            bytes(sizes.shard_event_bytes),
        ),
        (
            "an event in D1's ledger, with index entries",
            bytes(sizes.ledger_event_bytes),
        ),
        (
            "an event on the way, as JSON",
            bytes(sizes.flush_event_bytes),
        ),
        ("a fan in the shard", bytes(sizes.fan_bytes)),
        ("a fan in D1", bytes(sizes.person_bytes)),
        (
            "rows a shard writes for an event in its life",
            plain(sizes.shard_rows),
        ),
        (
            "rows D1 writes for an event in its life",
            plain(sizes.ledger_rows),
        ),
        (
            "events in a full flush",
            plain(ledger::full_flush(inputs, sizes)),
        ),
    ];
    table(
        &["what", "takes"],
        rows.map(|(what, takes)| [what.to_owned(), takes]),
    )
}

fn shards(inputs: &Inputs) -> String {
    let mut rows = Vec::new();
    for load in BURSTS {
        for count in [8, 16, 64, 256, 1024] {
            let most = load.at_fullest(count);
            let rate = f64::from(most) / f64::from(load.seconds);
            let even = f64::from(load.messages()) / f64::from(count);
            let waits = burst::at_one_shard(most, load.seconds.into(), inputs);
            rows.push([
                format!("{}/s for {} s", grouped(load.a_second.into()), load.seconds),
                count.to_string(),
                format!(
                    "{rate:.0}/s (+{:.0} %)",
                    (f64::from(most) / even - 1.0) * 100.0
                ),
                percent(burst::utilisation(rate, inputs)),
                span(waits.quantile(0.5)),
                span(waits.quantile(0.99)),
                span(waits.quantile(1.0)),
                percent(waits.share_above(inputs.wechat_waits_ms)),
            ]);
        }
    }
    table(
        &[
            "burst",
            "shards",
            "fullest shard",
            "its thread",
            "p50",
            "p99",
            "longest",
            "beyond 5 s",
        ],
        rows,
    )
}

fn backlog(inputs: &Inputs, sizes: &Sizes) -> String {
    let mut rows = Vec::new();
    for load in BURSTS {
        for databases in [1.0, 4.0] {
            let capacity = ledger::capacity(databases, inputs, sizes);
            let (waiting, drain) =
                ledger::backlog(load.a_second.into(), load.seconds.into(), capacity);
            rows.push([
                format!("{}/s for {} s", grouped(load.a_second.into()), load.seconds),
                plain(databases),
                format!("{}/s", grouped(capacity.round())),
                grouped(waiting.round()),
                format!("{drain:.0} s"),
            ]);
        }
    }
    table(
        &[
            "burst",
            "ledger databases",
            "they take",
            "waiting at its end",
            "all in D1 after",
        ],
        rows,
    )
}

fn amounts(inputs: &Inputs, sizes: &Sizes) -> String {
    let loads = steady(inputs);
    let shards = f64::from(SHARDS);
    let line = |what: &str, amount: &dyn Fn(&Steady) -> String| -> Vec<String> {
        std::iter::once(what.to_owned())
            .chain(loads.iter().map(amount))
            .collect()
    };
    let rows = [
        line("messages a day", &|load| {
            grouped(load.messages_a_day.round())
        }),
        line("messages a second, busiest hour", &|load| {
            tenths(load.peak_a_second)
        }),
        line("of these at one of 64 shards", &|load| {
            tenths(load.peak_a_second / shards)
        }),
        line("doorbells a second, busiest hour", &|load| {
            tenths(load.peak_a_second * inputs.jobs_a_message)
        }),
        line("flushes a second to the ledger, busiest hour", &|load| {
            tenths(ledger::flushes_a_second(load.peak_a_second / shards, inputs) * shards)
        }),
        line("the ledger grows by, GB a day", &|load| {
            tenths(load.messages_a_day * sizes.ledger_event_bytes / 1e9)
        }),
        line("and has, GB", &|load| {
            tenths(load.messages_within(inputs.ledger_keeps_days) * sizes.ledger_event_bytes / 1e9)
        }),
        line("people in D1, GB", &|load| {
            tenths(load.fans * sizes.person_bytes / 1e9)
        }),
    ];
    let heads: Vec<&str> = std::iter::once("amount")
        .chain(loads.iter().map(|load| load.name))
        .collect();
    table(&heads, rows)
}

fn limits(inputs: &Inputs, sizes: &Sizes) -> String {
    let mut rows = Vec::new();
    for load in steady(inputs) {
        let uses = load.uses(SHARDS, 1.0, inputs, sizes);
        for used in uses.iter().filter(|used| used.share >= WORTH_A_ROW) {
            rows.push([
                load.name.to_owned(),
                used.of.to_owned(),
                percent(used.share),
                used.turn.to_owned(),
            ]);
        }
    }
    table(&["load", "uses of", "share", "to turn"], rows)
}

fn dollars(inputs: &Inputs, sizes: &Sizes) -> String {
    let loads = steady(inputs);
    let bills = loads.map(|load| money::month(&load, SHARDS.into(), inputs, sizes));
    let sums = bills
        .each_ref()
        .map(|bill| bill.iter().map(|(_, dollars)| dollars).sum::<f64>());
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (place, (name, _)) in bills
        .iter()
        .flatten()
        .take(bills.iter().map(Vec::len).min().unwrap_or(0))
        .enumerate()
    {
        let amounts = bills
            .iter()
            .filter_map(|bill| bill.get(place))
            .map(|(_, dollars)| format!("{dollars:.2}"));
        rows.push(std::iter::once((*name).to_owned()).chain(amounts).collect());
    }
    rows.push(
        std::iter::once("together".to_owned())
            .chain(sums.map(|sum| format!("{sum:.2}")))
            .collect(),
    );
    let names = loads.map(|load| {
        format!(
            "{} ({}/day)",
            load.name,
            grouped(load.messages_a_day.round())
        )
    });
    let heads: Vec<&str> = std::iter::once("$ a month")
        .chain(names.iter().map(String::as_str))
        .collect();
    table(&heads, rows)
}

/// A table of Markdown.
fn table<R: AsRef<[String]>>(heads: &[&str], rows: impl IntoIterator<Item = R>) -> String {
    let mut text = format!(
        "| {} |\n|{}\n",
        heads.join(" | "),
        "---|".repeat(heads.len())
    );
    for row in rows {
        let _ = writeln!(text, "| {} |", row.as_ref().join(" | "));
    }
    text
}

/// `1234567` → `1,234,567`.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn tenths(number: f64) -> String {
    format!("{number:.1}")
}

/// Whole numbers in groups, others as they are.
fn plain(number: f64) -> String {
    if number.fract() == 0.0 {
        grouped(number)
    } else {
        number.to_string()
    }
}

fn percent(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0 %".to_owned(),
        share if share < 0.1 => "< 0.1 %".to_owned(),
        share if share < 10.0 => format!("{share:.1} %"),
        share => format!("{} %", grouped(share)),
    }
}

fn span(ms: f64) -> String {
    if ms < 1000.0 {
        format!("{ms:.0} ms")
    } else {
        format!("{:.1} s", ms / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::PRESENT;
    use crate::sizes;

    const PAGE: &str = include_str!("../../../docs/scale.md");

    #[test]
    fn the_page_shows_what_the_model_says() {
        let sizes = sizes::measure(sizes::MESSAGES, &|| 0.0).unwrap();
        let filled = fill(PAGE, &tables(&PRESENT, &sizes)).unwrap();
        assert!(
            filled == PAGE,
            "docs/scale.md is not what the model says now: run `make scale` and commit it"
        );
    }

    #[test]
    fn a_table_takes_the_place_of_the_one_before() {
        let page = "a\n<!-- make scale: x -->\nold\n<!-- end -->\nb\n";
        let filled = fill(page, &[("x", "new\n".to_owned())]).unwrap();
        assert_eq!(
            filled,
            "a\n<!-- make scale: x -->\n\nnew\n\n<!-- end -->\nb\n"
        );
        assert_eq!(fill(&filled, &[("x", "new\n".to_owned())]).unwrap(), filled);
        assert!(fill("nothing", &[("x", String::new())]).is_err());
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(
            (grouped(1_234_567.0), grouped(12.0)),
            ("1,234,567".to_owned(), "12".to_owned())
        );
        assert_eq!(
            (percent(0.012), percent(25.0)),
            ("1.2 %".to_owned(), "2,500 %".to_owned())
        );
        assert_eq!(
            (span(12.4), span(7_250.0)),
            ("12 ms".to_owned(), "7.2 s".to_owned())
        );
    }
}

//! Every seed keeps what its target claims, on any toolchain; `make fuzz` goes on from there.

use std::fs;
use std::path::{Path, PathBuf};

use fandesk_fuzz::TARGETS;

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target)
}

fn replay(target: &str) {
    let (_, run) = TARGETS.iter().find(|(name, _)| *name == target).unwrap();
    let mut seeds: Vec<PathBuf> = fs::read_dir(folder(target))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    seeds.sort();
    assert!(seeds.len() >= 5, "{target} has {} seeds", seeds.len());
    for seed in seeds {
        // Shown when it fails.
        println!("{}", seed.display());
        run(&fs::read(seed).unwrap());
    }
}

#[test]
fn seeds_of_xml_hold() {
    replay("xml");
}

#[test]
fn seeds_of_json_hold() {
    replay("json");
}

#[test]
fn seeds_of_query_hold() {
    replay("query");
}

#[test]
fn seeds_of_sealed_hold() {
    replay("sealed");
}

#[test]
fn seeds_of_answers_hold() {
    replay("answers");
}

#[test]
fn seeds_of_playbook_hold() {
    replay("playbook");
}

#[test]
fn seeds_of_patterns_hold() {
    replay("patterns");
}

#[test]
fn every_folder_of_seeds_has_a_target_and_every_target_a_test() {
    let mut folders: Vec<String> = fs::read_dir(folder(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let mut names = TARGETS.map(|(name, _)| name.to_owned());
    names.sort();
    assert_eq!(folders, names);
    let tests = include_str!("seeds.rs");
    for (name, _) in TARGETS {
        assert!(
            tests.contains(&format!("replay(\"{name}\")")),
            "{name} is not replayed"
        );
    }
}

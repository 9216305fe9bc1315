//! Writes the tables of NFKC in a compact form: see `src/nfkc/tables.rs`, which reads them.
//!
//! `unicode-normalization` has all of them, and 64 KB of gzipped Wasm; this file has them in 9.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a panic here ends a build, no more"
)]

use std::path::Path;
use std::{env, error, fs};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

fn main() -> Result<(), Box<dyn error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut file = Vec::new();
    decompositions(&mut file);
    classes(&mut file);
    fs::write(Path::new(&env::var("OUT_DIR")?).join("nfkc.bin"), file)?;
    Ok(())
}

/// What each character is made of, in four columns, which compress better than rows: how many there are; the steps
/// from one to the next; of how many it is made, with a bit for those that NFKC puts together again; and of which.
fn decompositions(file: &mut Vec<u8>) {
    let (mut steps, mut shapes, mut parts) = (Vec::new(), Vec::new(), Vec::new());
    let mut count = 0;
    let mut last = 0;
    let mut last_parts = [0; 2];
    for c in ('\0'..=char::MAX).filter(|c| !('\u{ac00}'..='\u{d7a3}').contains(c)) {
        let mut made_of = Vec::new();
        decompose_compatible(c, |part| made_of.push(part));
        if made_of == [c] {
            continue;
        }
        count += 1;
        number(u32::from(c) - last, &mut steps);
        last = u32::from(c);
        let composes = c.nfkc().eq([c]);
        number(
            u32::try_from(made_of.len()).unwrap_or(0) << 1 | u32::from(composes),
            &mut shapes,
        );
        // First parts are near one another from character to character, and so are the others.
        for (place, part) in made_of.into_iter().enumerate() {
            let before = &mut last_parts[place.min(1)];
            difference(*before, u32::from(part), &mut parts);
            *before = u32::from(part);
        }
    }
    number(count, file);
    file.extend([steps, shapes, parts].concat());
}

/// The canonical combining classes that are not 0, in runs: the step to the first, how many more, and the class.
fn classes(file: &mut Vec<u8>) {
    let mut runs: Vec<(u32, u32, u8)> = Vec::new();
    for c in '\0'..=char::MAX {
        let (point, class) = (u32::from(c), canonical_combining_class(c));
        match runs.last_mut() {
            Some((_, end, of)) if *end + 1 == point && *of == class => *end = point,
            _ if class > 0 => runs.push((point, point, class)),
            _ => {}
        }
    }
    let mut last = 0;
    for (start, end, class) in runs {
        number(start - last, file);
        number(end - start, file);
        file.push(class);
        last = end;
    }
}

/// Seven bits a byte, the lowest first, with the eighth for those that go on.
fn number(mut value: u32, file: &mut Vec<u8>) {
    while value > 0x7f {
        file.push(value as u8 | 0x80);
        value >>= 7;
    }
    file.push(value as u8);
}

/// A step up or down, the sign in the lowest bit.
fn difference(from: u32, to: u32, file: &mut Vec<u8>) {
    let up = to >= from;
    number(from.abs_diff(to) << 1 | u32::from(!up), file);
}

//! The longest rising part of a list of numbers: what kept its order.

/// The places of a longest part whose numbers rise, in their order.
pub(super) fn longest(numbers: &[usize]) -> Vec<usize> {
    // The place of the smallest number that ends a rising part of each length, and what came before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    let number = |place: usize| numbers.get(place).copied().unwrap_or_default();
    for (place, this) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| number(*end) < *this);
        before.push(
            length
                .checked_sub(1)
                .and_then(|shorter| ends.get(shorter).copied()),
        );
        match ends.get_mut(length) {
            Some(end) => *end = place,
            None => ends.push(place),
        }
    }
    let mut places = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(place) = at {
        places.push(place);
        at = before.get(place).copied().flatten();
    }
    places.reverse();
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_rises_is_found() {
        assert_eq!(longest(&[]), [0; 0]);
        assert_eq!(longest(&[0, 1, 2]), [0, 1, 2]);
        assert_eq!(longest(&[2, 0, 1]), [1, 2]);
        assert_eq!(longest(&[3, 2, 1]).len(), 1);
    }

    proptest! {
        #[test]
        fn none_is_longer(numbers in Just((0..9_usize).collect::<Vec<_>>()).prop_shuffle()) {
            let places = longest(&numbers);
            let chosen: Vec<usize> = places.iter().map(|place| numbers[*place]).collect();
            prop_assert!(chosen.is_sorted() && places.is_sorted());
            let rises = |mask: u32| {
                let part: Vec<usize> = (0..9).filter(|place| mask & (1 << place) != 0).map(|place| numbers[place]).collect();
                part.is_sorted().then_some(part.len())
            };
            prop_assert_eq!((0..512_u32).filter_map(rises).max(), Some(places.len()));
        }
    }
}

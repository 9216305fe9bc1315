//! Randomness as an argument, so that a decision can be replayed from a seed.

/// A source of random bytes.
pub trait Random {
    /// Fills `bytes` with random bytes.
    fn fill(&mut self, bytes: &mut [u8]);

    /// 128 random bits as 32 hexadecimal digits: names that nobody can guess and that never meet.
    fn token(&mut self) -> String {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0');
        bytes
            .iter()
            .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
            .collect()
    }
}

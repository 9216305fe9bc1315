//! The encryption of safe and compatible mode.
//!
//! AES-256 in CBC mode. The key is the 43 configured characters read as base64, the initialisation vector its
//! first 16 bytes. The plaintext is 16 random bytes, the length of the message (4 bytes, big endian), the
//! message and the AppID, padded as PKCS#7 does, but to blocks of **32** bytes.
//!
//! CBC does not authenticate: a changed ciphertext may decrypt to something. Check `msg_signature` first, as
//! [`crate::callback`] does; then nobody without the token can send a ciphertext and learn from the refusal.

use std::fmt;

use aes::Aes256;
use aes::cipher::{Array, BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

/// Keys are 43 characters, so the last one has two bits too many. The platform draws them at random, and most
/// real keys have a bit set there, which a strict decoder refuses.
const KEY_ENGINE: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Characters of a configured key (EncodingAESKey).
const KEY_CHARACTERS: usize = 43;

/// Padding fills up to a multiple of this; a full one when nothing is missing.
const PADDING_BLOCK: usize = 32;

/// Random bytes before the length.
const RANDOM: usize = 16;

/// A key for messages. Never shown by `Debug`.
#[derive(Clone)]
pub struct AesKey {
    key: [u8; 32],
    iv: [u8; 16],
}

impl AesKey {
    /// Reads the 43 characters shown in the platform's settings (EncodingAESKey).
    ///
    /// # Errors
    /// Another length, or a character outside the base64 alphabet.
    pub fn parse(text: &str) -> Result<AesKey, InvalidAesKey> {
        if text.len() != KEY_CHARACTERS {
            return Err(InvalidAesKey::Length {
                found: text.chars().count(),
            });
        }
        let bytes = KEY_ENGINE
            .decode(text)
            .map_err(|_| InvalidAesKey::Alphabet)?;
        let key: [u8; 32] = bytes.try_into().map_err(|_| InvalidAesKey::Alphabet)?;
        let iv = *key.first_chunk().ok_or(InvalidAesKey::Alphabet)?;
        Ok(AesKey { key, iv })
    }

    /// Encrypts a message for `app_id`. The random bytes must be unpredictable and new each time.
    pub fn encrypt(&self, random: [u8; 16], message: &[u8], app_id: &str) -> String {
        let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
        let mut text = Vec::new();
        text.extend_from_slice(&random);
        text.extend_from_slice(&length.to_be_bytes());
        text.extend_from_slice(message);
        text.extend_from_slice(app_id.as_bytes());
        let padded = (text.len() / PADDING_BLOCK)
            .saturating_add(1)
            .saturating_mul(PADDING_BLOCK);
        let missing = padded.saturating_sub(text.len());
        text.resize(padded, missing as u8);

        let (blocks, _) = Array::slice_as_chunks_mut(&mut text);
        cbc::Encryptor::<Aes256>::new(&self.key.into(), &self.iv.into()).encrypt_blocks(blocks);
        STANDARD.encode(text)
    }

    /// Decrypts what was encrypted for `app_id`.
    ///
    /// # Errors
    /// What was given is not base64 of whole blocks, does not have the form above after decryption, or is for
    /// another AppID.
    pub fn decrypt(&self, encrypt: &str, app_id: &str) -> Result<Vec<u8>, DecryptError> {
        let mut text = STANDARD
            .decode(encrypt)
            .map_err(|_| DecryptError::NotBase64)?;
        let (blocks, rest) = Array::slice_as_chunks_mut(&mut text);
        if blocks.is_empty() || !rest.is_empty() {
            return Err(DecryptError::NotWholeBlocks);
        }
        cbc::Decryptor::<Aes256>::new(&self.key.into(), &self.iv.into()).decrypt_blocks(blocks);

        let (_random, text) = unpadded(&text)?
            .split_at_checked(RANDOM)
            .ok_or(DecryptError::Length)?;
        let (length, text) = text.split_first_chunk::<4>().ok_or(DecryptError::Length)?;
        let length =
            usize::try_from(u32::from_be_bytes(*length)).map_err(|_| DecryptError::Length)?;
        let (message, receiver) = text.split_at_checked(length).ok_or(DecryptError::Length)?;
        if receiver != app_id.as_bytes() {
            return Err(DecryptError::OtherAppId);
        }
        Ok(message.to_vec())
    }
}

impl fmt::Debug for AesKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AesKey(hidden)")
    }
}

fn unpadded(text: &[u8]) -> Result<&[u8], DecryptError> {
    let missing = usize::from(*text.last().ok_or(DecryptError::Padding)?);
    let kept = text
        .len()
        .checked_sub(missing)
        .ok_or(DecryptError::Padding)?;
    let (text, padding) = text.split_at_checked(kept).ok_or(DecryptError::Padding)?;
    let sound = (1..=PADDING_BLOCK).contains(&missing)
        && padding.iter().all(|byte| usize::from(*byte) == missing);
    if sound {
        Ok(text)
    } else {
        Err(DecryptError::Padding)
    }
}

/// A configured key that is none. Carries no part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAesKey {
    /// Not 43 characters.
    #[error("an AES key has {KEY_CHARACTERS} characters, this one has {found}")]
    Length {
        /// Characters found.
        found: usize,
    },
    /// A character outside `A-Z a-z 0-9 + /`.
    #[error("an AES key consists of the base64 characters A-Z a-z 0-9 + /")]
    Alphabet,
}

/// A text that could not be decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecryptError {
    /// Not base64.
    #[error("the encrypted text is not base64")]
    NotBase64,
    /// No bytes, or a part of a block.
    #[error("the encrypted text is not a number of whole blocks")]
    NotWholeBlocks,
    /// Wrong padding: another key, or a damaged text.
    #[error("the padding is wrong, so the key is another one or the text is damaged")]
    Padding,
    /// The length inside points beyond the end.
    #[error("the length inside the encrypted text is wrong")]
    Length,
    /// It is for another account.
    #[error("the text was encrypted for another AppID")]
    OtherAppId,
}

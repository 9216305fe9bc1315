//! The platform's cryptography (WebCrypto), for what is slow or large in Wasm: stretching passwords, sealing secrets,
//! signatures of others.
//!
//! Everything here is one or two awaits on the platform, which works outside of the isolate's own time.

use fandesk_people::password::ROUNDS;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Error, Result};

use crate::random::PlatformRandom;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = importKey)]
    fn import_key(
        format: &str,
        key: &JsValue,
        algorithm: &JsValue,
        extractable: bool,
        usages: &Array,
    ) -> std::result::Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = deriveBits)]
    fn derive_bits(
        algorithm: &JsValue,
        key: &JsValue,
        bits: u32,
    ) -> std::result::Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"])]
    fn verify(
        algorithm: &JsValue,
        key: &JsValue,
        signature: &Uint8Array,
        data: &Uint8Array,
    ) -> std::result::Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"])]
    fn encrypt(
        algorithm: &JsValue,
        key: &JsValue,
        data: &Uint8Array,
    ) -> std::result::Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"])]
    fn decrypt(
        algorithm: &JsValue,
        key: &JsValue,
        data: &Uint8Array,
    ) -> std::result::Result<Promise, JsValue>;
}

/// Bytes of AES-GCM's starting value.
const IV_BYTES: usize = 12;

/// PBKDF2-HMAC-SHA-512: as many bytes as are wanted. More rounds than the platform takes are refused here, also where it would take them
/// (local workerd does).
pub(crate) async fn pbkdf2(
    secret: &[u8],
    salt: &[u8],
    rounds: u32,
    bytes: usize,
) -> Result<Vec<u8>> {
    if rounds > ROUNDS {
        return Err(Error::RustError(format!(
            "{rounds} rounds are more than the platform takes"
        )));
    }
    let key = key(secret, &JsValue::from_str("PBKDF2"), "deriveBits").await?;
    let algorithm = Object::new();
    set(&algorithm, "name", &"PBKDF2".into())?;
    set(&algorithm, "hash", &"SHA-512".into())?;
    set(&algorithm, "salt", &Uint8Array::from(salt))?;
    set(&algorithm, "iterations", &rounds.into())?;
    let bits = u32::try_from(bytes.saturating_mul(8)).unwrap_or(u32::MAX);
    waited(derive_bits(&algorithm, &key, bits)?).await
}

/// AES-256-GCM under `key` (32 bytes): a fresh starting value, then what is sealed.
pub(crate) async fn seal(key: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
    use fandesk_shard::Random;
    let mut iv = [0; IV_BYTES];
    PlatformRandom.fill(&mut iv);
    let (key, algorithm) = aes_gcm(key, &iv, "encrypt").await?;
    let sealed = waited(encrypt(&algorithm, &key, &Uint8Array::from(plain))?).await?;
    Ok([iv.as_slice(), &sealed].concat())
}

/// What [`seal`] sealed under this key; an error when it was another, or something was changed.
pub(crate) async fn open(key: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
    let (iv, sealed) = sealed
        .split_at_checked(IV_BYTES)
        .ok_or_else(|| Error::RustError("what is sealed is cut".to_owned()))?;
    let (key, algorithm) = aes_gcm(key, iv, "decrypt").await?;
    waited(decrypt(&algorithm, &key, &Uint8Array::from(sealed))?).await
}

/// Whether `signature` is one over `signed` in RS256, by the key with this modulus and exponent (as a JSON Web Key has them).
pub(crate) async fn is_rs256(
    modulus: &str,
    exponent: &str,
    signed: &[u8],
    signature: &[u8],
) -> Result<bool> {
    let jwk = Object::new();
    set(&jwk, "kty", &"RSA".into())?;
    set(&jwk, "n", &modulus.into())?;
    set(&jwk, "e", &exponent.into())?;
    let algorithm = Object::new();
    set(&algorithm, "name", &"RSASSA-PKCS1-v1_5".into())?;
    set(&algorithm, "hash", &"SHA-256".into())?;
    let usages = Array::of1(&"verify".into());
    let key = JsFuture::from(import_key("jwk", &jwk, &algorithm, false, &usages)?).await?;
    let (signature, signed) = (Uint8Array::from(signature), Uint8Array::from(signed));
    let verifying = verify(&algorithm, &key, &signature, &signed)?;
    Ok(JsFuture::from(verifying).await?.is_truthy())
}

async fn aes_gcm(secret: &[u8], iv: &[u8], usage: &str) -> Result<(JsValue, Object)> {
    let key = key(secret, &JsValue::from_str("AES-GCM"), usage).await?;
    let algorithm = Object::new();
    set(&algorithm, "name", &"AES-GCM".into())?;
    set(&algorithm, "iv", &Uint8Array::from(iv))?;
    Ok((key, algorithm))
}

async fn key(bytes: &[u8], algorithm: &JsValue, usage: &str) -> Result<JsValue> {
    let usages = Array::of1(&usage.into());
    let importing = import_key("raw", &Uint8Array::from(bytes), algorithm, false, &usages)?;
    Ok(JsFuture::from(importing).await?)
}

async fn waited(promise: Promise) -> Result<Vec<u8>> {
    let buffer = JsFuture::from(promise).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<()> {
    Reflect::set(object, &name.into(), value)?;
    Ok(())
}

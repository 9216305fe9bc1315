//! Who Cloudflare Access says somebody is: the assertion that it sends along with each request (a JSON Web Token, RS256).
//!
//! What is read here is worth something only once its signature was verified with the key that it names, which the Worker does.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Bytes of an assertion; Access's own have one or two thousand.
const LONGEST: usize = 16 * 1024;
/// How far clocks may be apart, in seconds.
const SKEW_SECONDS: i64 = 60;

/// An assertion that is taken apart and not believed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// The name of the key that signed it.
    pub kid: String,
    /// What is signed.
    pub signed: String,
    /// The signature over it.
    pub signature: Vec<u8>,
    claims: Value,
}

/// Why an assertion is worth nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not a JSON Web Token in RS256.
    #[error("it is no assertion of Cloudflare Access")]
    Malformed,
    /// Of another team.
    #[error("it is of another Access team")]
    Issuer,
    /// For another application.
    #[error("it is for another application: FANDESK_ACCESS_AUD is another")]
    Audience,
    /// Too old, or too young.
    #[error("it is not good now")]
    Time,
    /// Of a service token, which is nobody.
    #[error("it is of no person")]
    Nobody,
}

impl Assertion {
    /// Takes the value of `Cf-Access-Jwt-Assertion` apart.
    ///
    /// # Errors
    /// When it is none in RS256; no other form of signature is ever taken.
    pub fn read(token: &str) -> Result<Self, Refused> {
        if token.len() > LONGEST {
            return Err(Refused::Malformed);
        }
        let read = || {
            let (signed, signature) = token.rsplit_once('.')?;
            let (header, claims) = signed.split_once('.')?;
            let header = json(header)?;
            let is_rs256 = header.get("alg")?.as_str()? == "RS256";
            is_rs256.then_some(Self {
                kid: header.get("kid")?.as_str()?.to_owned(),
                signed: signed.to_owned(),
                signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
                claims: json(claims)?,
            })
        };
        read().ok_or(Refused::Malformed)
    }

    /// The e-mail address of whoever it is about, once its signature was verified. `now` is in Unix milliseconds.
    ///
    /// # Errors
    /// When it is of another team or for another application, not good now, or about nobody.
    pub fn email(&self, issuer: &str, audience: &str, now: i64) -> Result<&str, Refused> {
        let claim = |name: &str| self.claims.get(name);
        if claim("iss").and_then(Value::as_str) != Some(issuer) {
            return Err(Refused::Issuer);
        }
        let is_ours = |value: &Value| value.as_str() == Some(audience);
        let for_us = claim("aud").is_some_and(|aud| match aud {
            Value::Array(several) => several.iter().any(is_ours),
            one => is_ours(one),
        });
        if !for_us {
            return Err(Refused::Audience);
        }
        let seconds = now.div_euclid(1000);
        let moment = |name: &str| claim(name).and_then(Value::as_i64);
        let is_over = moment("exp").is_none_or(|end| end.saturating_add(SKEW_SECONDS) <= seconds);
        let begins = moment("nbf").or_else(|| moment("iat"));
        let is_early = begins.is_some_and(|begin| begin > seconds.saturating_add(SKEW_SECONDS));
        if is_over || is_early {
            return Err(Refused::Time);
        }
        let email = claim("email").and_then(Value::as_str);
        email
            .filter(|email| !email.is_empty())
            .ok_or(Refused::Nobody)
    }
}

fn json(part: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://team.cloudflareaccess.com";
    const NOW: i64 = 1_700_000_000_000;

    fn token(header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.c2ln", part(header), part(claims))
    }

    fn claims() -> Value {
        json!({ "iss": ISSUER, "aud": ["app"], "exp": 1_700_000_060, "nbf": 1_700_000_000, "email": "a@b.c" })
    }

    fn email(changes: &[(&str, Value)]) -> Result<String, Refused> {
        let mut claims = claims();
        for (name, value) in changes {
            claims[*name] = value.clone();
        }
        let token = token(&json!({ "alg": "RS256", "kid": "k" }), &claims);
        let assertion = Assertion::read(&token)?;
        assertion.email(ISSUER, "app", NOW).map(str::to_owned)
    }

    #[test]
    fn an_assertion_says_who_somebody_is() {
        assert_eq!(email(&[]).as_deref(), Ok("a@b.c"));
        assert_eq!(email(&[("aud", json!("app"))]).as_deref(), Ok("a@b.c"));
    }

    #[test]
    fn what_is_of_others_or_not_of_now_is_refused() {
        for (name, value, why) in [
            (
                "iss",
                json!("https://other.cloudflareaccess.com"),
                Refused::Issuer,
            ),
            ("aud", json!(["other"]), Refused::Audience),
            ("aud", json!(null), Refused::Audience),
            ("exp", json!(1_699_999_900), Refused::Time),
            ("exp", json!("later"), Refused::Time),
            ("nbf", json!(1_700_000_100), Refused::Time),
            ("email", json!(""), Refused::Nobody),
            ("email", json!(null), Refused::Nobody),
        ] {
            assert_eq!(email(&[(name, value.clone())]), Err(why), "{name} {value}");
        }
    }

    #[test]
    fn no_other_signature_than_rs256_is_read() {
        for header in [
            json!({ "alg": "none", "kid": "k" }),
            json!({ "alg": "HS256", "kid": "k" }),
            json!({ "alg": "RS256" }),
        ] {
            let read = Assertion::read(&token(&header, &claims()));
            assert_eq!(read, Err(Refused::Malformed), "{header}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sent_never_panics(token in ".*", parts in "[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}") {
            let _ = Assertion::read(&token);
            let _ = Assertion::read(&parts);
        }
    }
}

//! What the command line says: `--name value` pairs.

use std::collections::HashMap;
use std::str::FromStr;
use std::time::Duration;

use wechat::AesKey;

use crate::connection::LoadError;

/// A run.
pub(crate) struct Settings {
    /// `127.0.0.1:8787`
    pub(crate) host: String,
    /// `/wechat`
    pub(crate) path: String,
    pub(crate) connections: usize,
    /// Load that is not measured, before.
    pub(crate) warmup: Duration,
    /// How long it is measured, unless all fans were answered before.
    pub(crate) measured: Duration,
    /// Fans at most, each of whom writes once.
    pub(crate) fans: u64,
    pub(crate) token: String,
    /// Safe mode, for this AppID.
    pub(crate) sealing: Option<(AesKey, String)>,
    pub(crate) expected: Expected,
    /// The number of the first fan; no two runs against one server may overlap.
    pub(crate) first_fan: u64,
}

/// What a right answer is.
pub(crate) enum Expected {
    /// A text message to the fan with this content, in the mode of the request.
    Reply(String),
    /// This body, whoever asked.
    Body(String),
}

impl Settings {
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, LoadError> {
        let mut given = Given::read(arguments)?;
        let url = given.needed("url")?;
        let (host, path) = url
            .strip_prefix("http://")
            .and_then(|rest| rest.split_once('/'))
            .ok_or_else(|| {
                LoadError::Usage(format!("--url {url}: expected http://host:port/path"))
            })?;
        let sealing = match given.take("aes-key") {
            Some(key) => {
                let key =
                    AesKey::parse(&key).map_err(|error| LoadError::Usage(error.to_string()))?;
                Some((key, given.needed("app-id")?))
            }
            None => None,
        };
        let expected = match given.take("body") {
            Some(body) => Expected::Body(body),
            None => Expected::Reply(given.needed("reply")?),
        };
        let settings = Self {
            host: host.to_owned(),
            path: format!("/{path}"),
            connections: given.number("connections")?.unwrap_or(1),
            warmup: given.seconds("warmup")?.unwrap_or_default(),
            measured: given.seconds("seconds")?.unwrap_or(Duration::from_secs(5)),
            token: given.needed("token")?,
            sealing,
            expected,
            fans: given.number("fans")?.unwrap_or(u64::MAX),
            first_fan: given.number("first-fan")?.unwrap_or(0),
        };
        given.finish()?;
        Ok(settings)
    }
}

struct Given(HashMap<String, String>);

impl Given {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, LoadError> {
        let mut given = HashMap::new();
        while let Some(argument) = arguments.next() {
            let name = argument
                .strip_prefix("--")
                .ok_or_else(|| LoadError::Usage(format!("{argument}: expected --name value")))?;
            let value = arguments
                .next()
                .ok_or_else(|| LoadError::Usage(format!("{argument} has no value")))?;
            given.insert(name.to_owned(), value);
        }
        Ok(Self(given))
    }

    fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    fn needed(&mut self, name: &str) -> Result<String, LoadError> {
        self.take(name)
            .ok_or_else(|| LoadError::Usage(format!("--{name} is missing")))
    }

    fn number<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, LoadError> {
        self.take(name)
            .map(|text| {
                text.parse()
                    .map_err(|_| LoadError::Usage(format!("--{name} {text}: not a number")))
            })
            .transpose()
    }

    fn seconds(&mut self, name: &str) -> Result<Option<Duration>, LoadError> {
        let number = self.number::<f64>(name)?;
        number
            .map(|seconds| {
                Duration::try_from_secs_f64(seconds)
                    .map_err(|error| LoadError::Usage(format!("--{name} {seconds}: {error}")))
            })
            .transpose()
    }

    fn finish(self) -> Result<(), LoadError> {
        self.0.into_keys().next().map_or(Ok(()), |name| {
            Err(LoadError::Usage(format!("--{name} is not known")))
        })
    }
}

//! Answers read from JSON.
//!
//! By hand rather than by derived readers, for two reasons. WeChat is inconsistent: the same identifier comes as a number from one
//! call and as a text from another, a switch as `1` or `true`, an absent value as nothing, `null` or (for a list inside an
//! object) `[]`; all of these are read here, once. And a derived reader is 3 to 10 KB of machine code for each type, where one of
//! these is some hundred bytes.
//!
//! Numbers never pass through a float: identifiers of WeChat need all 64 bits.

use serde_json::{Map, Value};

/// A part of an answer that is missing or of another kind: which, and which kind was expected. Holds nothing of the answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path} is not {expected}")]
pub struct Unexpected {
    /// Such as `tags[0].id`; `the answer` for the whole.
    pub path: String,
    /// Such as `a text`.
    pub expected: &'static str,
}

impl Unexpected {
    pub(super) fn kind(expected: &'static str) -> Unexpected {
        Unexpected {
            path: String::new(),
            expected,
        }
    }

    /// The same, as seen from outside the field or the place of a list.
    #[inline(never)]
    pub(super) fn under(mut self, outer: &str) -> Unexpected {
        let separator = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = [outer, separator, &self.path].concat();
        self
    }
}

/// A value of an answer.
pub trait FromJson: Sized {
    /// Reads a value that is there and not `null`.
    ///
    /// # Errors
    /// When it is of another kind.
    fn from_json(value: Value) -> Result<Self, Unexpected>;

    /// What stands for a value that is not there.
    ///
    /// # Errors
    /// When it has to be there.
    fn missing() -> Result<Self, Unexpected> {
        Err(Unexpected::kind("there"))
    }
}

impl FromJson for String {
    fn from_json(value: Value) -> Result<Self, Unexpected> {
        match value {
            Value::String(text) => Ok(text),
            Value::Number(number) if number.is_u64() || number.is_i64() => Ok(number.to_string()),
            _ => Err(Unexpected::kind("a text")),
        }
    }
}

impl FromJson for u64 {
    fn from_json(value: Value) -> Result<Self, Unexpected> {
        match &value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
        .ok_or(Unexpected::kind("a whole number"))
    }
}

impl FromJson for i64 {
    fn from_json(value: Value) -> Result<Self, Unexpected> {
        match &value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
        .ok_or(Unexpected::kind("a whole number"))
    }
}

impl FromJson for bool {
    fn from_json(value: Value) -> Result<Self, Unexpected> {
        match &value {
            Value::Bool(on) => Some(*on),
            Value::Number(number) => number.as_i64().map(|number| number != 0),
            _ => None,
        }
        .ok_or(Unexpected::kind("0 or 1"))
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(value: Value) -> Result<Self, Unexpected> {
        T::from_json(value).map(Some)
    }

    fn missing() -> Result<Self, Unexpected> {
        Ok(None)
    }
}

/// A list that is not there is an empty one: WeChat leaves it out.
impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: Value) -> Result<Self, Unexpected> {
        let Value::Array(items) = value else {
            return Err(Unexpected::kind("a list"));
        };
        let read = |(index, item)| {
            T::from_json(item).map_err(|error: Unexpected| error.under(&format!("[{index}]")))
        };
        items.into_iter().enumerate().map(read).collect()
    }

    fn missing() -> Result<Self, Unexpected> {
        Ok(Vec::new())
    }
}

/// JSON kept as it is.
impl FromJson for Value {
    fn from_json(value: Value) -> Result<Self, Unexpected> {
        Ok(value)
    }
}

/// The members of an object.
pub(super) fn object(value: Value) -> Result<Map<String, Value>, Unexpected> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(Unexpected::kind("an object")),
    }
}

/// Takes a field out; `path` may lead through an object, as in `data.openid`.
pub(super) fn field<T: FromJson>(
    members: &mut Map<String, Value>,
    path: &'static str,
) -> Result<T, Unexpected> {
    match take(members, path)? {
        None => T::missing(),
        Some(value) => T::from_json(value),
    }
    .map_err(|error| error.under(path))
}

fn take(members: &mut Map<String, Value>, path: &str) -> Result<Option<Value>, Unexpected> {
    let found = match path.split_once('.') {
        // Emptied rather than removed, which would bring along how a tree is balanced.
        None => members.get_mut(path).map(std::mem::take),
        Some((outer, inner)) => match members.get_mut(outer) {
            None | Some(Value::Null) => None,
            Some(Value::Object(members)) => return take(members, inner),
            // An empty object of a language that writes such as lists.
            Some(Value::Array(items)) if items.is_empty() => None,
            Some(_) => return Err(Unexpected::kind("an object").under(outer)),
        },
    };
    Ok(found.filter(|value| !value.is_null()))
}

/// Types of answers. A field is read from WeChat's field of the same name, or of the one behind `=`; an `Option` or a list may be
/// missing.
macro_rules! answers {
    ($(
        $(#[$about:meta])*
        pub struct $name:ident {
            $($(#[$field_about:meta])* pub $field:ident: $type:ty $(= $wire:literal)?,)*
        }
    )*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_about])* pub $field: $type,)*
        }

        impl $crate::api::json::FromJson for $name {
            fn from_json(value: ::serde_json::Value) -> Result<Self, $crate::api::Unexpected> {
                #[allow(unused_mut, unused_variables, reason = "an answer without fields takes none out")]
                let mut members = $crate::api::json::object(value)?;
                Ok($name {
                    $($field: $crate::api::json::field(
                        &mut members,
                        $crate::api::json::answers!(@wire $field $($wire)?),
                    )?,)*
                })
            }
        }

        impl $crate::api::Answer for $name {
            fn read(response: $crate::api::Response) -> Result<Self, $crate::api::CallFailure> {
                let members = ::serde_json::Value::Object(response.into_json()?);
                Ok(<$name as $crate::api::json::FromJson>::from_json(members)?)
            }
        }
    )*};
    (@wire $field:ident) => { stringify!($field) };
    (@wire $field:ident $wire:literal) => { $wire };
}
pub(super) use answers;

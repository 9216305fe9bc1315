//! Which shards there are.

use serde::Serialize;

/// How the fans are spread over shards, and how far a change of that is. Fans are in 4,096 slots, which move.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Layout {
    /// How many shards are wanted: `FANDESK_SHARDS`.
    pub wanted: u16,
    /// How many shards there are, numbered from 0, with those that are retired.
    pub shards: u16,
    /// Slots that have moved since another number was wanted.
    pub moved: u16,
    /// Slots that have yet to move; 0 when all is as wanted.
    pub left: u16,
    /// Shards that are wanted no longer and keep no fan any more. They keep their events, and are still listed.
    pub retired: Vec<u16>,
}

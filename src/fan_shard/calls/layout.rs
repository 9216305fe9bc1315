//! How many shards the first start makes.

use fandesk_shard::Layout;

use super::Call;
use crate::record::{Record, Unreadable};

/// To shard 0: how many shards the first start shall make, which only the first proposal decides. Answered with the layout in force.
pub(crate) struct ProposeLayout(pub(crate) Layout);

impl Call for ProposeLayout {
    type Answer = Layout;
    const PATH: &'static str = "/layout";

    fn write(&self) -> Record {
        Self::write_answer(self.0.clone())
    }

    fn read(record: Record) -> Result<Self, Unreadable> {
        Self::read_answer(record).map(Self)
    }

    // The release that knew of no moves has the first field only.
    fn write_answer(layout: Layout) -> Record {
        Record::new().with(layout.base()).with(layout)
    }

    fn read_answer(mut record: Record) -> Result<Layout, Unreadable> {
        let layout = match record.take(1) {
            Some(layout) => layout.parse().ok(),
            None => u16::try_from(record.integer(0)?)
                .ok()
                .and_then(Layout::even),
        };
        layout.ok_or(Unreadable::Field(1))
    }
}

-- A playbook that is being written: one an account. Its revision rises with every change and is never used again, so the row
-- stays when the draft is published or thrown away, without a document.
CREATE TABLE playbook_drafts (
    account TEXT NOT NULL,
    revision INTEGER NOT NULL,
    format TEXT NOT NULL,
    document TEXT,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (account)
) STRICT, WITHOUT ROWID;

-- The version whose document this one is again.
ALTER TABLE playbooks ADD COLUMN restored_from INTEGER;

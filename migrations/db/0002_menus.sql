-- A menu is written down before WeChat is asked to take it, so that two who publish at once are told, and so that what became of it
-- is known afterwards: `publishing`, `published`, or `unsure` (WeChat may have all, part or nothing of it; `error` says why).
ALTER TABLE menus ADD COLUMN state TEXT NOT NULL DEFAULT 'published';
ALTER TABLE menus ADD COLUMN error TEXT;
-- The version that this one is a copy of.
ALTER TABLE menus ADD COLUMN restored_from INTEGER;

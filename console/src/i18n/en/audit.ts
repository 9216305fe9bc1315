import type { Words } from '../zh';

export const audit: Words['audit'] = {
  title: 'Audit',
  about:
    'Who read and changed what, and when. Each row carries the fingerprint of the one before, so no silent change goes unnoticed.',
  person: 'Person',
  anyone: 'Everyone',
  token: 'Admin token',
  action: 'Deed',
  anything: 'Everything',
  conversation: 'Conversation id',
  apply: 'Filter',
  clear: 'Clear',
  n: 'No.',
  at: 'Time',
  object: 'Object',
  detail: 'Detail',
  hash: 'Fingerprint',
  none: 'No such rows',
  verify: 'Verify',
  verifying: 'Verifying…',
  whole: (rows: number) => `Verified: all ${rows} rows are as they were written.`,
  broken: (row: number, rows: number) =>
    `Row ${row} is not as it was written (of ${rows}). Nothing from there on can be trusted: leave all as it is and tell an admin.`,
  head: 'The newest fingerprint, to be kept elsewhere:',
};

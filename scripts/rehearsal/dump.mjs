// The databases of a state folder: looked into, and as SQL text to be kept beside the tests.

import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What begins the part of a database; its path in the state folder follows. */
const FILE = '-- file ';

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

const literal = (value) => {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString('hex')}'`;
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
};

/** How many rows a table of D1 has, while its workerd runs. */
export function countInD1(folder, table) {
  for (const path of files(join(folder, 'v3/d1')).filter((path) => path.endsWith('.sqlite'))) {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const found = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table);
      if (found) return database.prepare(`SELECT count(*) AS rows FROM "${table}"`).get().rows;
    } finally {
      database.close();
    }
  }
  return undefined;
}

/** Every database below the folder that has a table of fandesk's. */
export function dump(folder) {
  const parts = [];
  for (const path of files(folder).sort()) {
    if (!path.endsWith('.sqlite')) continue;
    const database = new DatabaseSync(path);
    const schema = database
      .prepare('SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid')
      .all();
    const isOurs = schema.some(({ name }) => ['outbox', 'playbooks', 'payloads'].includes(name));
    if (isOurs) parts.push(`${FILE}${relative(folder, path)}\n${text(database, schema)}`);
    database.close();
  }
  return parts.join('\n');
}

function text(database, schema) {
  const lines = schema
    .filter(({ name }) => !name.startsWith('sqlite_'))
    .map(({ sql }) => `${sql.replace(/--.*/g, '').replace(/\s*\n\s*/g, ' ')};`);
  // The places that were given out come last: inserting rows notes some of its own.
  const isSequence = ({ name }) => name === 'sqlite_sequence';
  const tables = schema.filter(({ type }) => type === 'table');
  for (const table of [...tables.filter((one) => !isSequence(one)), ...tables.filter(isSequence)]) {
    const { name } = table;
    if (isSequence(table)) lines.push('DELETE FROM sqlite_sequence;');
    const statement = database.prepare(`SELECT * FROM "${name}"`);
    // Larger ones than JavaScript's numbers are among them.
    statement.setReadBigInts(true);
    const rows = statement.all();
    if (rows.length === 0) continue;
    const values = rows.map((row) => `(${Object.values(row).map(literal).join(',')})`);
    lines.push(`INSERT INTO "${name}" (${Object.keys(rows[0]).join(',')}) VALUES\n${wrapped(values)};`);
  }
  return `${lines.join('\n')}\n`;
}

/** Some rows a line: thousands of slots are worth no line each. */
function wrapped(values) {
  const lines = [];
  for (const value of values) {
    const last = lines.at(-1);
    if (last === undefined || last.length + value.length > 200) lines.push(value);
    else lines[lines.length - 1] = `${last},${value}`;
  }
  return lines.join(',\n');
}

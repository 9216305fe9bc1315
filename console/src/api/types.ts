/** What the API says, by the names of its document; generated into build/console/schema.d.ts by `make console`. */
import type { components } from '$schema';

type Schemas = components['schemas'];

/** The document calls whatever may be null optional; the API always says it. */
type Said<T> = T extends (infer Item)[]
  ? Said<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Said<Exclude<T[Key], undefined>> }
    : T;

export type Fan = Said<Schemas['Fan']>;
export type Job = Said<Schemas['Job']>;
export type Conversation = Said<Schemas['Conversation']>;
export type CaseState = Conversation['state'];
export type Deadline = Said<Schemas['Deadline']>;
export type ReplyWindow = Said<Schemas['ConversationWindow']>;
export type Desk = Said<Schemas['Desk']>;
export type DeskAgent = Said<Schemas['Agent']>;
export type DeskTeam = Said<Schemas['TeamQueue']>;
export type Presence = Schemas['Presence'];
export type Draft = Said<Schemas['Draft']>;
export type BulkResult = Said<Schemas['BulkDone']>;
export type BulkRequest = Schemas['BulkRequest'];
export type EntryJob = Said<Schemas['EntryJob']>;

/** `payload` has whatever WeChat sent, by its names. */
export type Entry = Omit<Said<Schemas['Entry']>, 'payload'> & { payload: Record<string, unknown> | null };

export type Context = Omit<Said<Schemas['Context']>, 'orders' | 'notes'> & {
  notes: Entry[];
  orders: Record<string, unknown>[];
};

export type Role = Schemas['Role'];
export type Session = Said<Schemas['Session']>;
export type Person = Session['person'];
export type SessionRow = Said<Schemas['OwnSession']>;
export type Team = Said<Schemas['Team']>;

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

export type Account = Said<Schemas['Account']>;
export type Alert = Said<Schemas['Alert']>;
export type AuditRow = Said<Schemas['AuditRow']>;
export type AuditVerified = Said<Schemas['AuditVerified']>;
export type Capabilities = Said<Schemas['Capabilities']>;
export type DraftSaved = Said<Schemas['DraftSaved']>;
export type Health = Said<Schemas['Health']>;
export type Invitation = Said<Schemas['Invitation']>;
export type Layout = Said<Schemas['Layout']>;
export type MenuChecked = Said<Schemas['MenuChecked']>;
export type MenuLive = Said<Schemas['MenuLive']>;
export type MenuPublished = Said<Schemas['MenuPublished']>;
export type MenuVersion = Said<Schemas['MenuVersion']>;
export type PersonAdded = Said<Schemas['PersonAdded']>;
export type PlaybookDifference = Said<Schemas['PlaybookDifference']>;
export type PlaybookHit = Said<Schemas['PlaybookHit']>;
export type PlaybookPlace = Said<Schemas['PlaybookPlace']>;
export type PlaybookPreview = Said<Schemas['PlaybookPreview']>;
export type PlaybookVersion = Said<Schemas['PlaybookVersion']>;
export type Published = Said<Schemas['Published']>;
export type ShardPlaybook = Said<Schemas['ShardPlaybook']>;
export type Warning = Said<Schemas['Warning']>;

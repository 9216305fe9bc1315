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

export type Role = 'admin' | 'supervisor' | 'agent' | 'analyst';

export interface Persona {
  name?: string;
  kf_account?: string;
  avatar?: string;
}

export interface Person {
  id: string;
  login: string;
  name: string;
  role: Role;
  teams: string[];
  skills: string[];
  capacity: number;
  persona: Persona;
  active: boolean;
  totp: boolean;
  created_at: number;
}

export interface Session {
  person: Person;
  /** Goes along with every change, as `x-csrf-token`. */
  csrf: string;
  expires_at: number;
  account: string;
}

export interface SessionRow {
  id: string;
  created_at: number;
  last_seen_at?: number;
  expires_at?: number;
  current?: boolean;
  agent?: string;
}

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

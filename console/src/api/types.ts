/** What the API says, by the names of its document; generated into build/console/schema.d.ts by `make console`. */
import type { components } from '$schema';

type Schemas = components['schemas'];

export type Fan = Schemas['Fan'];
export type Job = Schemas['Job'];
export type Alert = Schemas['Alert'];
export type Account = Schemas['Account'];
export type AuditRow = Schemas['AuditRow'];
export type AuditVerified = Schemas['AuditVerified'];
export type Capabilities = Schemas['Capabilities'];
export type Health = Schemas['Health'];
export type Layout = Schemas['Layout'];
export type MenuChecked = Schemas['MenuChecked'];
export type MenuLive = Schemas['MenuLive'];
export type MenuPublished = Schemas['MenuPublished'];
export type MenuVersion = Schemas['MenuVersion'];
export type DraftSaved = Schemas['DraftSaved'];
export type PlaybookDifference = Schemas['PlaybookDifference'];
export type PlaybookHit = Schemas['PlaybookHit'];
export type PlaybookPlace = Schemas['PlaybookPlace'];
export type PlaybookPreview = Schemas['PlaybookPreview'];
export type PlaybookVersion = Schemas['PlaybookVersion'];
export type Published = Schemas['Published'];
export type ShardPlaybook = Schemas['ShardPlaybook'];
export type Warning = Schemas['Warning'];

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

export interface Team {
  id: string;
  name: string;
}

export type CaseState = 'new' | 'waiting' | 'assigned' | 'on_hold' | 'resolved' | 'reopened' | 'closed';

export interface Deadline {
  kind: 'first_answer' | 'next_answer' | 'resolution';
  due_at: number;
  warn_at: number;
  breached_at: number | null;
  paused: boolean;
}

/** Until when and how often WeChat lets the account write. */
export interface ReplyWindow {
  until: number | null;
  left: number;
}

export interface Conversation {
  id: string;
  channel: 'wechat' | 'web';
  openid: string;
  state: CaseState;
  team: string;
  agent: string | null;
  agent_name: string | null;
  tags: string[];
  priority: number;
  epoch: number;
  reason: string;
  opened_at: number;
  waiting_since: number | null;
  assigned_at: number | null;
  resolved_at: number | null;
  last_fan_at: number | null;
  last_answer_at: number | null;
  first_answered_at: number | null;
  preview: string;
  last_from: 'fan' | 'agent' | 'bot';
  unread: number;
  fan_tags: string[];
  deadlines: Deadline[];
  window: ReplyWindow;
  reopened: number;
  score: number | null;
  draft_by: string | null;
  position: number | null;
}

export interface EntryJob {
  id: string;
  state: 'waiting' | 'sending' | 'done' | 'dead' | 'unknown';
  last_error: string | null;
}

export interface Entry {
  id: string;
  at: number;
  from: 'fan' | 'bot' | 'agent' | 'system';
  agent: { id: string; name: string } | null;
  kind: string;
  text: string | null;
  /** What WeChat sent, by its names. */
  payload: Record<string, unknown> | null;
  /** What the bot answered at once. */
  reply: { type: string; text: string | null } | null;
  job: EntryJob | null;
}

export interface Order {
  id: string;
  title?: string;
  state?: string;
  at?: number;
}

export interface Context {
  fan: Fan;
  cases: Conversation[];
  notes: Entry[];
  orders: Order[];
}

export interface Draft {
  text: string;
  by?: string | null;
  by_name?: string | null;
  at?: number | null;
}

export type Presence = 'online' | 'away' | 'offline';

export interface DeskAgent {
  id: string;
  name: string;
  status: Presence;
  load: number;
  capacity: number;
  teams: string[];
}

export interface DeskTeam {
  id: string;
  name: string;
  waiting: number;
  oldest_wait_ms: number | null;
  predicted_wait_ms: number | null;
  assigned: number;
  on_hold: number;
  breached: number;
  warned: number;
}

export interface Desk {
  teams: DeskTeam[];
  agents: DeskAgent[];
  /** The place in the live feed that this is true for. */
  n: number;
}

export interface SessionRow {
  id: string;
  created_at: number;
  last_seen_at?: number;
  expires_at?: number;
  current?: boolean;
  agent?: string;
}

export interface Invitation {
  token: string;
  path: string;
  expires_at: number;
}

export interface BulkResult {
  done: string[];
  failed: { id: string; code: string; message: string }[];
}

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** A person as a form has them: texts, as they are typed. */
import type { Person, Role } from '../api/types';

export interface PersonDraft {
  login: string;
  name: string;
  role: Role;
  teams: string[];
  skills: string;
  capacity: string;
  personaName: string;
  kfAccount: string;
  avatar: string;
}

export function draftOf(person: Person | null): PersonDraft {
  return {
    login: person?.login ?? '',
    name: person?.name ?? '',
    role: person?.role ?? 'agent',
    teams: [...(person?.teams ?? ['desk'])],
    skills: (person?.skills ?? []).join('、'),
    capacity: String(person?.capacity ?? 10),
    personaName: person?.persona.name ?? '',
    kfAccount: person?.persona.kf_account ?? '',
    avatar: person?.persona.avatar ?? '',
  };
}

/** Words with any comma between them, each once. */
export function listOf(text: string): string[] {
  const words = text.split(/[、，,;；\n]/).map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ''))];
}

/** What is sent. What is no number stays as it was typed: the API says so, and at which field. */
export function requestOf(draft: PersonDraft): Record<string, unknown> {
  const persona: Record<string, string> = {};
  if (draft.personaName.trim() !== '') persona.name = draft.personaName.trim();
  if (draft.kfAccount.trim() !== '') persona.kf_account = draft.kfAccount.trim();
  if (draft.avatar.trim() !== '') persona.avatar = draft.avatar.trim();
  return {
    login: draft.login.trim(),
    name: draft.name.trim(),
    role: draft.role,
    teams: draft.teams,
    skills: listOf(draft.skills),
    capacity: wholeNumber(draft.capacity) ?? draft.capacity,
    persona,
  };
}

/** A whole number that somebody typed; null when it is none. */
export function wholeNumber(text: string): number | null {
  return /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : null;
}

/** Who works at the desk, and in which teams. */
import { get } from '../api/client';
import type { Page, Person, Team } from '../api/types';

class Staff {
  people = $state.raw<readonly Person[]>([]);
  teams = $state.raw<readonly Team[]>([]);

  async load(): Promise<void> {
    const [people, teams] = await Promise.all([get<Page<Person>>('/people'), get<Page<Team>>('/teams')]);
    this.people = people.items;
    this.teams = teams.items;
  }

  /** Puts a person, added or changed, where they belong. */
  keep(person: Person): void {
    const isNew = !this.people.some(({ id }) => id === person.id);
    this.people = isNew
      ? [...this.people, person]
      : this.people.map((known) => (known.id === person.id ? person : known));
  }

  keepTeam(team: Team): void {
    const isNew = !this.teams.some(({ id }) => id === team.id);
    this.teams = isNew ? [...this.teams, team] : this.teams.map((known) => (known.id === team.id ? team : known));
  }

  forgetTeam(id: string): void {
    this.teams = this.teams.filter((team) => team.id !== id);
  }

  nameOfTeam(id: string): string {
    return this.teams.find((team) => team.id === id)?.name ?? id;
  }
}

export const staff = new Staff();

// The figures of a run: medians over its rounds.

import { median } from '../lib/statistics.mjs';

export class Figures {
  #cells;

  constructor(cells) {
    this.#cells = cells;
  }

  /** `where` is `{mode, shards, connections}`. One that has no shards is found at any number of them. */
  cell(subject, { mode, shards, connections }) {
    return this.#cells.find(
      (cell) =>
        cell.subject === subject &&
        cell.mode === mode &&
        cell.connections === connections &&
        (cell.shards === shards || cell.shards === null),
    );
  }

  value(subject, where, metric) {
    const cell = this.cell(subject, where);
    return cell && median(cell.rounds.map((round) => round[metric]));
  }

  /**
   * The median of what `one` was to `other` in each round, which passing troubles of the machine change least. A round in which
   * the other did nothing at all says nothing.
   */
  ratio(one, other, metric, where, whereOther = where) {
    const cells = [this.cell(one, where), this.cell(other, whereOther)];
    if (cells.includes(undefined)) return undefined;
    const [ones, others] = cells.map((cell) => cell.rounds.map((round) => round[metric]));
    const ratios = ones.map((value, round) => value / others[round]).filter(Number.isFinite);
    return ratios.length === 0 ? undefined : median(ratios);
  }

  /** All places with a figure, in the order in which they were first measured. */
  places() {
    const places = new Map();
    const add = ({ mode, shards, connections }) =>
      places.set(`${mode} ${shards} ${connections}`, { mode, shards, connections });
    const sharded = this.#cells.filter(({ shards }) => shards !== null);
    sharded.forEach(add);
    // Who has no shards stands beside those who have, and alone only where they were left out.
    const beside = ({ mode, connections }) =>
      sharded.some((cell) => cell.mode === mode && cell.connections === connections);
    this.#cells.filter((cell) => cell.shards === null && !beside(cell)).forEach(add);
    return [...places.values()];
  }
}

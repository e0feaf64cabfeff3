import { Buffer } from 'node:buffer';
import { unitPrefix } from '../engine/nats/nats-names.js';

/** What several servers that share a store call its parts. */
export class ClusterNames {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Begins the names of all that the unit of a queue stores: letters, digits, "-" and "_". */
  storeOf(queue: string): string {
    return unitPrefix(this.#prefix, escaped(queue));
  }

  /** The subject to which the server answers that has the unit of a queue. */
  subjectOf(queue: string): string {
    return `typed-queue.${this.#prefix}.unit.${escaped(queue)}`;
  }
}

/** Another one for each text, in which "_" is followed by two hex digits. */
const escaped = (text: string): string =>
  text.replaceAll(/[^A-Za-z0-9-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `_${byte.toString(16).padStart(2, '0')}`).join(''),
  );

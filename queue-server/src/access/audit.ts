import type { ApiErrorCode } from '@typed-queue/contracts';
import { EVERYBODY, printable } from '@typed-queue/program';
import { addressRange } from './address-range.js';
import { OwnedFolding } from './owned-folding.js';
import type { After } from '@typed-queue/contracts/wire';

/** Who requested what, and its outcome. Never a payload or a token. */
export interface AuditEntry {
  /** Undefined: not known. */
  readonly client?: string | undefined;
  /** Undefined: the client is not admitted. */
  readonly principal?: string | undefined;
  readonly address: string;
  /** `connect`, `request` (of HTTP), or the name of the request, such as `group:seek`. */
  readonly verb: string;
  /** The queue, the group (`queue/group`), or what a refusal is about: an origin, a host. */
  readonly object?: string | undefined;
  readonly outcome: 'ok' | ApiErrorCode;
}

export interface AuditDeps {
  readonly log: (level: 'info' | 'warn', fields: Readonly<Record<string, unknown>>, text: string) => void;
  readonly after: After;
}

/** An operator may repeat an action; only a program repeats it more often within a minute. */
const LINES_OF_AN_ACTION = 10;
const LINES_OF_A_REFUSAL = 1;
const MAX_SHOWN = 200;

/**
 * Logs the actions of operators, and refusals: a line each; repeated ones, and too many different ones of one principal
 * or address, as a count for each minute.
 */
export class Audit {
  readonly #done: OwnedFolding<AuditEntry>;
  readonly #failed: OwnedFolding<AuditEntry>;
  readonly #refusals: OwnedFolding<AuditEntry>;
  readonly #strangers: OwnedFolding<AuditEntry>;

  constructor(deps: AuditDeps) {
    // Each by itself, so that what failed hides nothing that was done, and strangers hide nobody who is known.
    this.#done = foldingOf(deps, 'info', LINES_OF_AN_ACTION);
    this.#failed = foldingOf(deps, 'info', LINES_OF_AN_ACTION);
    this.#refusals = foldingOf(deps, 'warn', LINES_OF_A_REFUSAL);
    this.#strangers = foldingOf(deps, 'warn', LINES_OF_A_REFUSAL);
  }

  /** A request of an operator, whatever its outcome. */
  action(entry: AuditEntry): void {
    const folding = entry.outcome === 'ok' ? this.#done : this.#failed;
    folding.add(short(entry));
  }

  /** A connection or a request that was refused. */
  refusal(entry: AuditEntry): void {
    const folding = isKnown(entry) ? this.#refusals : this.#strangers;
    folding.add(short(entry));
  }

  close(): void {
    for (const folding of [this.#done, this.#failed, this.#refusals, this.#strangers]) folding.close();
  }
}

/** Everybody who comes without a key has the same principal. */
const isKnown = ({ principal }: AuditEntry): boolean =>
  principal !== undefined && principal !== EVERYBODY.name;

const ownerOf = (entry: AuditEntry): string =>
  isKnown(entry) ? String(entry.principal) : addressRange(entry.address);

const foldingOf = (
  { log, after }: AuditDeps,
  level: 'info' | 'warn',
  linesEach: number,
): OwnedFolding<AuditEntry> =>
  new OwnedFolding({
    ownerOf,
    linesEach,
    after,
    keyOf: (entry) => JSON.stringify(entry),
    write: (entry, more) => {
      const { verb, object, outcome } = entry;
      const asked = object === undefined ? verb : `${verb} ${object}`;
      const again = more === undefined ? '' : `, ${more} more`;
      log(
        level,
        { ...entry, ...(more === undefined ? {} : { more }) },
        `audit: ${asked}: ${outcome}${again}`,
      );
    },
    writeOthers: (count, owner) =>
      log(
        level,
        { more: count, ...(owner === undefined ? {} : { owner }) },
        `audit: ${count} others${owner === undefined ? '' : ` of ${owner}`}, of too many kinds to list`,
      ),
  });

const short = ({ client, principal, address, verb, object, outcome }: AuditEntry): AuditEntry => ({
  ...(client === undefined ? {} : { client: shortText(client) }),
  ...(principal === undefined ? {} : { principal: shortText(principal) }),
  address: shortText(address),
  verb: shortText(verb),
  ...(object === undefined ? {} : { object: shortText(object) }),
  outcome,
});

const shortText = (text: string): string => printable(text.slice(0, MAX_SHOWN));

import { QueueError } from '@typed-queue/contracts';
import type { Logger } from 'pino';
import { printable, type KeyChanges } from '@typed-queue/program';
import { Audit } from '../access/audit.js';
import type { CertificateChange } from '../access/certificate.js';
import { unrefAfter } from '@typed-queue/program';
import { connectionLog, type ConnectionLog } from './connection-log.js';
import { DeadLetterCounts } from './dead-letter-counts.js';
import type { ConnectedClient } from '../transport/socket-server.js';
import type { EngineEvents } from '../engine/engine.js';
import type { ValueChange } from '../guard/served-schemas.js';
import type { BackupStall } from '../http/backup-page.js';
import { engineErrors } from './engine-errors.js';

interface RestingSchedule {
  readonly name: string;
  readonly queue: string;
  /** Of its first run that was due and is not made, in milliseconds since 1970. Null: there is none yet. */
  readonly missedAt: number | null;
}

/** Of a list in a text; its fields have all. */
const MAX_SHOWN = 10;

const restText = ({ name, queue, missedAt }: RestingSchedule): string =>
  missedAt === null ? `${name} (${queue})` : `${name} (${queue}, due at ${new Date(missedAt).toISOString()})`;

/** What a running server logs for its operator. Frequent events are folded into counts. */
export class OperatorLog {
  readonly audit: Audit;
  readonly connections: ConnectionLog;
  readonly #deadLetters: DeadLetterCounts;
  readonly #logger: Logger;
  readonly #retried: (error: unknown) => void;

  constructor(logger: Logger) {
    this.#logger = logger;
    this.audit = new Audit({
      after: unrefAfter,
      log: (level, fields, text) => logger[level](fields, text),
    });
    this.connections = connectionLog(logger, unrefAfter);
    this.#deadLetters = new DeadLetterCounts({ logger, now: () => performance.now(), after: unrefAfter });
    this.#retried = engineErrors(logger);
  }

  /** A failure of work that no client waits for. Reads that fail for now are retried. */
  readonly failure = (err: unknown): void => {
    if (err instanceof QueueError && err.retryable) this.#retried(err);
    else this.#logger.error({ err }, 'a failure that should not happen');
  };

  readonly schemaChangesValue = ({ queue, event, pointer, reason }: ValueChange): void => {
    this.#logger.warn(
      { queue, event, pointer, reason },
      'a schema may change payloads: consumers get them as they were published, so those that it would change are refused',
    );
  };

  readonly callsUndeclared = (queue: string, counts: ReadonlyMap<string, number>): void => {
    if (counts.size === 0) return;
    const calls = Object.fromEntries(counts);
    const text = [...counts].map(([call, count]) => `${call} (${count})`).join(', ');
    this.#logger.warn(
      { queue, calls },
      `durable calls of "${queue}" that the contract lacks are kept, but not answered: ${text}`,
    );
  };

  readonly scheduledUndeclared = (counts: ReadonlyMap<string, number>): void => {
    if (counts.size === 0) return;
    const queues = Object.fromEntries(counts);
    const text = [...counts].map(([queue, count]) => `${queue} (${count})`).join(', ');
    this.#logger.warn(
      { queues },
      `scheduled messages for queues that the contract lacks are kept, but not published: ${text}`,
    );
  };

  readonly schedulesRest = (schedules: readonly RestingSchedule[]): void => {
    const shown = schedules.slice(0, MAX_SHOWN).map(restText).join(', ');
    const more = schedules.length > MAX_SHOWN ? ` and ${schedules.length - MAX_SHOWN} more` : '';
    this.#logger.warn(
      { schedules },
      `schedules for queues that the contract lacks make no runs: ${shown}${more}. Serve a contract that has the queues: ` +
        'the schedules go on then, and can be deleted',
    );
  };

  readonly contractNotStored = (err: unknown): void => {
    this.#logger.warn(
      { err },
      'could not write down what queues are served by: consumers validate more than they need',
    );
  };

  readonly connection = (event: 'connected' | 'disconnected', who: ConnectedClient): void => {
    this.#logger.debug({ ...who, principal: printable(who.principal) }, `client ${event}`);
  };

  readonly backupStalled = ({ principal, address, waitedMs }: BackupStall): void => {
    this.#logger.warn(
      { principal: printable(principal), address, waitedMs },
      'a backup was ended, since its client read nothing more of it: another can be made',
    );
  };

  /** Names only. */
  readonly keysReloaded = ({ added, removed, changed, warnings }: KeyChanges): void => {
    this.#logger.info({ added, removed, changed }, 'the keys file was read again');
    for (const warning of warnings) this.#logger.warn(warning);
  };

  readonly keysNotReloaded = (err: unknown): void => {
    this.#logger.error({ err }, 'the keys file could not be read again: the former keys stay');
  };

  readonly certificateReloaded = ({ subject, validTo, warnings }: CertificateChange): void => {
    const until = new Date(validTo).toISOString();
    this.#logger.info({ subject, validTo: until }, 'the TLS certificate was read again');
    for (const warning of warnings) this.#logger.warn(warning);
  };

  readonly certificateNotReloaded = (err: unknown): void => {
    this.#logger.error({ err }, 'the TLS certificate could not be read again: the former one stays');
  };

  readonly passedOver = (queue: string, group: string, event: string, firstSeq: number): void => {
    this.#logger.warn(
      { queue, group, event, firstSeq },
      'a group passes over an event that none of its members knows: seek brings it back',
    );
  };

  readonly deadLetters: EngineEvents['deadLettered'] = (queue, group, letters) => {
    let count = 0;
    for (const each of letters.values()) count += each;
    this.#deadLetters.add(queue, group, count);
  };

  readonly deadLettersExpired = (queue: string, group: string, letters: number): void => {
    this.#logger.warn(
      { queue, group, letters },
      'dead letters are lost: the queue keeps no more, or none so old',
    );
  };

  /** Writes the pending counts. */
  close(): void {
    this.audit.close();
    this.connections.close();
    this.#deadLetters.stop();
  }
}

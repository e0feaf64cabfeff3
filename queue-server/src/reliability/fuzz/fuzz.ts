import { seededRandom, type SeededRandom } from '../seeded-random.js';
import { isLive } from '../probe.js';
import { ServerProcess } from '../server-process.js';
import { Witness } from '../witness.js';
import { printedCase, randomCase, type FuzzCase } from './fuzz-case.js';
import { playCase } from './play-case.js';
import { invalidMessages } from './stored.js';

/** Cases that run at the same time; the server is checked after each batch. */
const BATCH = 64;
const MAX_MEMORY_MIB = 768;
const INTERNAL = '"code":"internal"';

export interface FuzzReport {
  readonly seed: number;
  /** Connections by what they sent. */
  readonly cases: Readonly<Record<string, number>>;
  /** Requests that were granted and refused. */
  readonly answers: { readonly granted: number; readonly refused: number };
  readonly peakMiB: number;
  /** Messages of the well-behaved client that had a receipt. */
  readonly published: number;
  /** What must not happen and did; empty: nothing. */
  readonly problems: readonly string[];
  /** The connections of the batch in which it happened. */
  readonly reproducer: readonly string[];
}

/** One run against one server. */
class Fuzzing {
  readonly cases: Record<string, number> = {};
  readonly answers = { granted: 0, refused: 0 };
  readonly problems: string[] = [];
  reproducer: readonly string[] = [];
  readonly #server: ServerProcess;
  readonly #witness: Witness;

  constructor(server: ServerProcess, witness: Witness) {
    this.#server = server;
    this.#witness = witness;
  }

  /** Plays one batch. Returns whether no problem was found. */
  async batch(random: SeededRandom): Promise<boolean> {
    const { target } = this.#server;
    const cases = Array.from({ length: BATCH }, () => randomCase(random, target.key));
    const received = await Promise.all(cases.map((each) => playCase(target, each)));
    for (const { kind } of cases) this.cases[kind] = (this.cases[kind] ?? 0) + 1;
    this.answers.granted += occurrences(received, '[{"ok":true');
    this.answers.refused += occurrences(received, '[{"ok":false');
    if (received.some((text) => text.includes(INTERNAL)))
      this.problems.push('an answer has the code internal');
    await this.#check();
    if (this.problems.length > 0) this.#keep(cases);
    return this.problems.length === 0;
  }

  /** After the last batch: checks that the client lost nothing, and that the stored messages are valid after a restart. */
  async end(): Promise<{ readonly published: number; readonly peakMiB: number }> {
    const { published, ...noticed } = await this.#witness.end();
    const { peak } = await this.#server.memory();
    const { missing, deliveredTwice, disconnects } = noticed;
    for (const [what, times] of Object.entries({ missing, deliveredTwice, disconnects })) {
      if (times > 0) this.problems.push(`the well-behaved client: ${what} ${times}`);
    }
    if (this.#server.isRunning) {
      await this.#server.restart();
      this.problems.push(...(await invalidMessages(this.#server.target)), ...this.#server.errors);
    }
    return { published, peakMiB: peak };
  }

  async #check(): Promise<void> {
    const { errors, isRunning, target } = this.#server;
    if (!isRunning) this.problems.push('the server ended');
    else if (!(await isLive(target.port))) this.problems.push('/livez does not answer');
    if (errors.length > 0) this.problems.push(...errors.slice(0, 3));
    if (this.#witness.isHarmed) this.problems.push('the well-behaved client got an error');
    const { peak } = await this.#server.memory();
    if (peak >= MAX_MEMORY_MIB) this.problems.push(`memory: ${peak} MiB`);
  }

  #keep(cases: readonly FuzzCase[]): void {
    this.reproducer = cases.map(printedCase);
  }
}

const occurrences = (texts: readonly string[], text: string): number =>
  texts.reduce((sum, each) => sum + each.split(text).length - 1, 0);

/**
 * Sends random bytes to a built server of its own until `goesOn` is false or a problem is found. The same seed sends
 * the same cases, apart from message ids and the key.
 */
export const fuzz = async (seed: number, goesOn: (batches: number) => boolean): Promise<FuzzReport> => {
  const server = await ServerProcess.start();
  try {
    const fuzzing = new Fuzzing(server, await Witness.start(server.target));
    const random = seededRandom(seed);
    for (let batches = 0; goesOn(batches) && (await fuzzing.batch(random)); batches++);
    const { published, peakMiB } = await fuzzing.end();
    const { cases, answers, problems, reproducer } = fuzzing;
    return { seed, cases, answers, peakMiB, published, problems, reproducer };
  } finally {
    await server.close();
  }
};

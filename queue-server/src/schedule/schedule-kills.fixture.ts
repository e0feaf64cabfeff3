import { openDiskEngine } from '../engine/disk/open-disk-engine.js';
import { idOf } from '../engine/frames.fixture.js';
import { LossyFileSystem, type Ending } from '../engine/journal/lossy-file-system.fixture.js';
import type { ScheduledMessage } from '../reliability/later/scheduled-message.js';
import type { SeededRandom } from '../reliability/seeded-random.js';
import { DATABASE, FILES, ScheduleTrial } from './schedule.fixture.js';

const SECOND = 1_000;
/** Until when messages are scheduled, of the time in which they become due. */
const SCHEDULING = 0.75;
/** A crash comes within this number of calls of the file system. */
const NEXT_CALLS = 40;

interface Plan {
  readonly messages: number;
  /** All are due within them. */
  readonly seconds: number;
}

/** A message as far as it has come. */
interface Asked {
  readonly number: number;
  readonly queue: string;
  readonly sentAt: number;
  readonly dueAt: number;
  confirmedAt: number | undefined;
  cancellation: ScheduledMessage['cancellation'];
}

/** A schedule on a disk whose machine crashes in random calls, in virtual time. */
export class KilledSchedule {
  crashes = 0;
  readonly #dir: string;
  readonly #random: SeededRandom;
  readonly #asked: Asked[] = [];
  #unconfirmed: Asked[] = [];
  #disk = new LossyFileSystem();
  #isStopped = false;
  #trial: ScheduleTrial | undefined;

  constructor(dir: string, random: SeededRandom) {
    this.#dir = dir;
    this.#random = random;
  }

  get scheduled(): readonly ScheduledMessage[] {
    return this.#asked.map(({ number, queue, sentAt, dueAt, confirmedAt = Infinity, cancellation }) => {
      return { id: idOf(number), queue, sentAt, confirmedAt, dueFrom: dueAt, dueAt, cancellation };
    });
  }

  get trial(): ScheduleTrial {
    if (this.#trial === undefined) throw new Error('the schedule is not open');
    return this.#trial;
  }

  /** Schedules the messages of a plan and cancels some of them; resolves when the others are published. */
  async run(plan: Plan): Promise<void> {
    await this.#start(undefined);
    let nextCrash = 1;
    for (let second = 0; second < plan.seconds; second++) {
      if (second === nextCrash) {
        this.#crashSoon();
        nextCrash += 2 + this.#random.below(4);
      }
      this.#ask(plan, second);
      await this.#work();
      if (this.#isStopped) await this.#restart();
    }
    this.#disk.fault = () => undefined;
    // Also what came a second time would be published by then.
    for (let starts = 0; starts < 2; starts++) {
      await this.#work();
      await this.trial.pass(120 * SECOND);
      await this.#restart();
    }
    await this.trial.pass(120 * SECOND);
  }

  #ask({ messages, seconds }: Plan, second: number): void {
    const { trial } = this;
    const end = Math.min(messages, Math.floor((messages * (second + 1)) / (SCHEDULING * seconds)));
    const sentAt = trial.wallNow();
    while (this.#asked.length < end) {
      const dueAt = sentAt + this.#random.below(seconds - second) * SECOND + this.#random.of([0, 0, 1, 500]);
      const number = this.#asked.length;
      const queue = this.#random.of([FILES, DATABASE]);
      const asked = { number, queue, sentAt, dueAt, confirmedAt: undefined, cancellation: 'none' } as const;
      this.#asked.push(asked);
      this.#unconfirmed.push(asked);
    }
  }

  /** What is done in a second. */
  async #work(): Promise<void> {
    const sending = this.#unconfirmed;
    const adding = Promise.all(sending.map((asked) => this.#add(asked)));
    const cancelling = Promise.all([this.#cancelOne(), this.#cancelOne(), this.#sendOneAgain()]);
    await this.trial.pass(this.#random.below(SECOND));
    await Promise.all([adding, cancelling]);
    this.#unconfirmed = sending.filter(({ confirmedAt }) => confirmedAt === undefined);
    await this.trial.pass(SECOND - (this.trial.time.now % SECOND));
  }

  async #add(asked: Asked): Promise<void> {
    const { trial } = this;
    const { number, queue, dueAt } = asked;
    await trial.add(number, { deliverAt: dueAt }, queue).then(
      () => (asked.confirmedAt = trial.wallNow()),
      () => undefined,
    );
  }

  async #cancelOne(): Promise<void> {
    const asked = this.#asked[this.#random.below(this.#asked.length)];
    if (asked?.confirmedAt === undefined || asked.cancellation !== 'none') return;
    const { schedule } = this.trial;
    await schedule.cancel(asked.queue, idOf(asked.number)).then(
      (cancelled) => (asked.cancellation = cancelled ? 'cancelled' : 'too-late'),
      () => (asked.cancellation = 'unknown'),
    );
  }

  /** What was confirmed comes again: a first request that was slow, or a client that lost the receipt. */
  async #sendOneAgain(): Promise<void> {
    const asked = this.#asked[this.#random.below(this.#asked.length)];
    if (asked?.confirmedAt === undefined) return;
    const { number, queue, dueAt } = asked;
    await this.trial.add(number, { deliverAt: dueAt }, queue).catch(() => undefined);
  }

  #crashSoon(): void {
    const at = this.#disk.calls + this.#random.below(NEXT_CALLS);
    this.#disk.fault = ({ index }) => {
      if (index !== at) return undefined;
      this.#isStopped = true;
      return { kind: 'stop', takes: this.#random.below(2_000) };
    };
  }

  async #restart(): Promise<void> {
    const now = this.trial.time.now + this.#random.below(2 * SECOND);
    const ending = this.#random.of<Ending>(['kill', 'power', 'tear']);
    this.#disk = this.#disk.restart(ending, this.#random.below);
    await this.trial.end().catch(() => undefined);
    this.crashes++;
    await this.#start(now);
  }

  async #start(now: number | undefined): Promise<void> {
    this.#isStopped = false;
    const [dir, fileSystem] = [this.#dir, this.#disk];
    this.#trial = await ScheduleTrial.start(
      (options) => openDiskEngine({ ...options, dir, fileSystem }),
      now,
      // Its log is trimmed as soon as anything in it is not needed.
      0,
    );
  }
}

import { expect, it } from '@jest/globals';
import { Dispatching, type Joined } from './dispatching.fixture.js';
import { GatedEngine } from './gated-engine.fixture.js';
import { eventLoopIdle } from './recorder.fixture.js';

const JOBS = 500;
const JOB_MS = 200;
const STEP_MS = 20;
/** The other members join after this time. */
const ALONE_MS = 1_000;
/** Jobs, from its even share: a window holds those of half a second, 3, and one is in work. */
const TOLERANCE = 4;

/** A member with one handler, which takes some time for each job. */
class Worker {
  readonly joined: Joined;
  done = 0;
  readonly #group: Dispatching;
  readonly #waiting: { token: number; seq: number }[] = [];
  #endsAt = Infinity;

  constructor(group: Dispatching, name: string, clock: { now: number }) {
    this.#group = group;
    this.joined = group.join(name, { messages: 1_000, concurrency: 1, now: () => clock.now });
  }

  async step(now: number): Promise<void> {
    const { grants } = this.joined;
    const seqs = this.joined.seqs();
    grants.splice(0).forEach(({ token }, at) => {
      for (const seq of seqs[at] ?? []) this.#waiting.push({ token, seq });
    });
    const [job] = this.#waiting;
    if (job === undefined) return;
    if (this.#endsAt === Infinity) this.#endsAt = now + JOB_MS;
    if (now < this.#endsAt) return;
    this.#waiting.shift();
    this.#endsAt = this.#waiting.length > 0 ? now + JOB_MS : Infinity;
    this.done++;
    await this.#group.settle(this.joined, job.token, [[job.seq, job.seq]]);
  }
}

it('slow work is shared evenly by the members, also when one of them came first', async () => {
  const engine = new GatedEngine();
  const group = await Dispatching.on(engine);
  const clock = { now: 0 };
  engine.publish(JOBS);
  const workers = [new Worker(group, 'first', clock)];
  for (; workers.reduce((sum, { done }) => sum + done, 0) < JOBS; clock.now += STEP_MS) {
    if (clock.now === ALONE_MS) {
      workers.push(...['b', 'c', 'd'].map((name) => new Worker(group, name, clock)));
    }
    for (const worker of workers) await worker.step(clock.now);
    group.dispatcher.pump();
    await eventLoopIdle();
  }
  const doneAlone = ALONE_MS / JOB_MS;
  const evenShare = (JOBS - doneAlone) / workers.length;
  for (const [index, { done }] of workers.entries()) {
    const expected = index === 0 ? doneAlone + evenShare : evenShare;
    expect(Math.abs(done - expected)).toBeLessThanOrEqual(TOLERANCE);
  }
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Placement } from './placement.js';
import { ownerOf } from './rendezvous.js';

const QUEUES = Array.from({ length: 20 }, (_, index) => `queue-${index}`);
const SELF = 'ada';

const ownedOf = (members: readonly string[]): readonly string[] =>
  QUEUES.filter((queue) => ownerOf(queue, members) === SELF);

/** A start of a unit that a test brings to its end. */
interface Start {
  readonly queue: string;
  readonly signal: AbortSignal;
  readonly succeed: () => void;
  readonly fail: (error: Error) => void;
}

class Bench {
  live: readonly string[] = [SELF];
  readonly starts: Start[] = [];
  readonly closings: { readonly queue: string; readonly finish: () => void }[] = [];
  readonly errors: string[] = [];
  readonly timers: { readonly ms: number; readonly run: () => void }[] = [];
  readonly lose = new Map<string, (error: unknown) => void>();
  readonly prepared: string[] = [];
  hasLeft = false;
  suspect: (ids: readonly string[]) => void = () => undefined;
  #listener: () => void = () => undefined;

  place(queues: readonly string[] = QUEUES): Placement {
    return new Placement({
      queues,
      self: SELF,
      members: {
        live: () => this.live,
        onChange: (listener) => {
          this.#listener = listener;
          return () => (this.#listener = () => undefined);
        },
        onSuspicion: (listener) => {
          this.suspect = listener;
          return () => (this.suspect = () => undefined);
        },
        leave: async () => void (this.hasLeft = true),
      },
      start: (queue, signal) =>
        new Promise((resolve, reject) => {
          const unit = {
            close: () => new Promise<void>((finish) => this.closings.push({ queue, finish })),
            onLost: (listener: (error: unknown) => void) => void this.lose.set(queue, listener),
          };
          this.starts.push({ queue, signal, succeed: () => resolve(unit), fail: reject });
        }),
      onSuspicion: (queue) => this.prepared.push(queue),
      onError: (queue, error) => this.errors.push(`${queue}: ${String(error)}`),
      after: (ms, run) => {
        const timer = { ms, run };
        this.timers.push(timer);
        return () => void this.timers.splice(this.timers.indexOf(timer), 1);
      },
    });
  }

  async liveAre(...live: readonly string[]): Promise<void> {
    this.live = live;
    this.#listener();
    await nextTurn();
  }

  async succeed(): Promise<void> {
    for (const { succeed } of this.starts.splice(0)) succeed();
    await nextTurn();
  }

  async finish(): Promise<void> {
    for (const { finish } of this.closings.splice(0)) finish();
    await nextTurn();
  }
}

describe('placement', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });
  const started = (): readonly string[] => bench.starts.map(({ queue }) => queue);
  const closed = (): readonly string[] => bench.closings.map(({ queue }) => queue);

  it('starts the units of all queues when no other server lives', () => {
    bench.place();
    expect(started()).toEqual(QUEUES);
  });

  it('starts those that belong to this server when others live', () => {
    bench.live = [SELF, 'bea'];
    bench.place();
    expect(started()).toEqual(ownedOf([SELF, 'bea']));
  });

  it('starts nothing before this server is a member', () => {
    bench.live = ['bea'];
    bench.place();
    expect(started()).toEqual([]);
  });

  it('closes what belongs to a server that comes, and nothing else', async () => {
    const placement = bench.place();
    await bench.succeed();
    await bench.liveAre(SELF, 'bea');
    const kept = ownedOf([SELF, 'bea']);
    expect(placement.running()).toEqual(kept);
    expect(closed()).toEqual(QUEUES.filter((queue) => !kept.includes(queue)));
  });

  it('starts what belonged to a server that is gone', async () => {
    bench.live = [SELF, 'bea'];
    bench.place();
    const first = started();
    await bench.liveAre(SELF);
    expect(started().slice(first.length).toSorted()).toEqual(
      QUEUES.filter((queue) => !first.includes(queue)).toSorted(),
    );
  });

  it('prepares for what would belong to it if a server is dead that may be', () => {
    bench.live = [SELF, 'bea', 'cleo'];
    bench.place();
    bench.suspect(['bea']);
    const own = ownedOf([SELF, 'bea', 'cleo']);
    expect(bench.prepared).toEqual(ownedOf([SELF, 'cleo']).filter((queue) => !own.includes(queue)));
    expect(bench.prepared.length).toBeGreaterThan(0);
  });

  it('prepares for nothing more when it is closed', async () => {
    bench.live = [SELF, 'bea'];
    await bench.place([]).close();
    bench.suspect(['bea']);
    expect(bench.prepared).toEqual([]);
  });

  it('ends the start of what belongs to another server meanwhile', async () => {
    bench.place();
    await bench.liveAre('bea');
    expect(bench.starts.every(({ signal }) => signal.aborted)).toBe(true);
  });

  it('reports no start that it ended', async () => {
    bench.place(['logs']);
    await bench.liveAre('bea');
    bench.starts[0]?.fail(new Error('ended'));
    await nextTurn();
    expect(bench.errors).toEqual([]);
  });

  it('closes a unit that started although its start was ended', async () => {
    bench.place(['logs']);
    await bench.liveAre('bea');
    await bench.succeed();
    expect(closed()).toEqual(['logs']);
  });

  it('starts a unit again only when the one before has closed', async () => {
    bench.place(['logs']);
    await bench.succeed();
    await bench.liveAre('bea');
    await bench.liveAre(SELF);
    expect(started()).toEqual([]);
    await bench.finish();
    expect(started()).toEqual(['logs']);
  });

  it('starts a unit again only when the start that it ended is over', async () => {
    bench.place(['logs']);
    await bench.liveAre('bea');
    await bench.liveAre(SELF);
    expect(started()).toEqual(['logs']);
    bench.starts.splice(0)[0]?.fail(new Error('ended'));
    await nextTurn();
    expect(started()).toEqual(['logs']);
  });

  it('waits longer after each failure in a row', async () => {
    bench.place(['logs']);
    const waits: number[] = [];
    for (let failures = 0; failures < 7; failures++) {
      bench.starts.splice(0)[0]?.fail(new Error('no disk'));
      await nextTurn();
      const [timer] = bench.timers.splice(0);
      waits.push(timer?.ms ?? 0);
      timer?.run();
    }
    expect(waits).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect(bench.errors).toHaveLength(7);
  });

  it('waits no longer for what belongs to another server meanwhile', async () => {
    bench.place(['logs']);
    bench.starts.splice(0)[0]?.fail(new Error('no disk'));
    await nextTurn();
    await bench.liveAre('bea');
    expect(bench.timers).toEqual([]);
  });

  it('closes a unit that is lost, and starts it again after a while', async () => {
    bench.place(['logs']);
    await bench.succeed();
    bench.lose.get('logs')?.(new Error('lease'));
    expect(closed()).toEqual(['logs']);
    await bench.finish();
    bench.timers.splice(0)[0]?.run();
    expect(started()).toEqual(['logs']);
    expect(bench.errors).toEqual(['logs: Error: lease']);
  });

  it('does not start again what was lost and belongs to another server when it has closed', async () => {
    bench.place(['logs']);
    await bench.succeed();
    bench.lose.get('logs')?.(new Error('lease'));
    await bench.liveAre('bea');
    await bench.finish();
    expect([bench.timers.length, bench.starts.length]).toEqual([0, 0]);
  });

  it('leaves the members and closes all units at once when it is closed', async () => {
    const placement = bench.place();
    await bench.succeed();
    let isClosed = false;
    const closing = placement.close().then(() => (isClosed = true));
    await nextTurn();
    expect(bench.hasLeft).toBe(true);
    expect(closed()).toEqual(QUEUES);
    expect(isClosed).toBe(false);
    await bench.finish();
    expect(await closing).toBe(true);
  });

  it('starts nothing more after it is closed', async () => {
    const placement = bench.place(['logs']);
    bench.starts.splice(0)[0]?.fail(new Error('no disk'));
    await nextTurn();
    await placement.close();
    await bench.liveAre(SELF);
    expect([bench.timers.length, bench.starts.length]).toEqual([0, 0]);
  });
});

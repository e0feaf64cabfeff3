import { expect, it } from '@jest/globals';
import type { KV, KvEntry } from '@nats-io/kv';
import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BEAT_MS, FORGOTTEN_MS } from './membership.js';
import { Members } from './members.js';

/** A bucket whose entries come at once. */
class FakeBucket {
  readonly deleted: unknown[] = [];
  readonly #entries = new PassThrough({ objectMode: true, highWaterMark: 1_000 });
  #revision = 0;

  readonly port = {
    put: (key: string) => {
      this.#entries.write({ key, operation: 'PUT', revision: ++this.#revision } satisfies Partial<KvEntry>);
      return Promise.resolve(this.#revision);
    },
    delete: (key: string, options?: { readonly previousSeq?: number }) => {
      this.deleted.push([key, options?.previousSeq]);
      return Promise.resolve();
    },
    watch: () => Promise.resolve(Object.assign(this.#entries, { stop: () => void this.#entries.end() })),
    // Safe: `Members` uses no more of it than that.
  } as unknown as Pick<KV, 'put' | 'delete' | 'watch'>;
}

it('deletes the entry of a server that died long ago, unless that writes meanwhile', async () => {
  const bucket = new FakeBucket();
  await bucket.port.put('server.dead', '');
  let now = 0;
  let beat: () => void = () => undefined;
  const joining = Members.join({
    bucket: bucket.port,
    self: { id: 'self', name: 'here' },
    now: () => now,
    after: (_ms, run) => {
      beat = run;
      return () => undefined;
    },
  });
  const members = await joining;
  expect(members.live()).toEqual(['dead', 'self']);
  while (now < FORGOTTEN_MS) {
    expect(bucket.deleted).toEqual([]);
    now += BEAT_MS;
    beat();
    await nextTurn();
  }
  expect(bucket.deleted).toEqual([['server.dead', 1]]);
  await members.leave();
  expect(bucket.deleted).toContainEqual(['server.self', undefined]);
});

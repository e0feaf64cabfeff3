import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Appended } from '../log/log.js';
import { frameOf, idOf, producerOf } from '../frames.fixture.js';
import { FakeJournal } from './fake-journal.fixture.js';
import { idsIn, open, type Opened } from './queue-log.fixture.js';

const someCommand = fc.oneof(
  fc.record({
    kind: fc.constant('publish' as const),
    producer: fc.nat(2),
    ids: fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('resend' as const), back: fc.nat(3) }),
  fc.record({ kind: fc.constant('commit' as const), frames: fc.integer({ min: 1, max: 3 }) }),
  fc.constant({ kind: 'fail' as const }),
  fc.record({ kind: fc.constant('restart' as const), sealed: fc.boolean() }),
);
type Command = typeof someCommand extends fc.Arbitrary<infer T> ? T : never;

interface Sent {
  readonly ids: readonly number[];
  readonly producer: number;
  readonly firstNumber: number;
}

/** Publishers that resend anything, over a disk that fails and a server that is killed. */
class World {
  server: Opened;
  readonly sent: Sent[] = [];
  readonly answers: Promise<void>[] = [];
  /** The seq of each id, as publishers know it from receipts. */
  readonly acked: (readonly [id: string, seq: number])[] = [];
  nextNumber = 1;

  constructor(server: Opened) {
    this.server = server;
    server.journal.held = true;
  }

  async run(command: Command): Promise<void> {
    const { journal } = this.server;
    switch (command.kind) {
      case 'publish':
        this.sent.push({ ...command, firstNumber: this.nextNumber });
        this.nextNumber += command.ids.length;
        this.send(this.sent.at(-1));
        break;
      case 'resend':
        this.send(this.sent.at(-1 - command.back));
        break;
      case 'commit':
        journal.commit(command.frames);
        break;
      case 'fail':
        journal.fail();
        journal.recover();
        break;
      case 'restart':
        await this.restart(command.sealed);
    }
  }

  async restart(sealed: boolean): Promise<void> {
    const { journal, duplicates } = this.server;
    const replayFrom = sealed ? journal.lastSeq + 1 : journal.replayFrom;
    const sealedProducers = sealed ? duplicates.producerSnapshot(replayFrom) : journal.sealedProducers;
    this.server = open(new FakeJournal({ items: journal.items, sealedProducers, replayFrom }));
    this.server.journal.held = true;
    // What had not reached the disk is not acknowledged.
    journal.fail();
  }

  /** Producer 0 has no name: its frames are known only by their ids. */
  send(sent: Sent | undefined): void {
    if (sent === undefined) return;
    const { ids, producer, firstNumber } = sent;
    const origin = producer === 0 ? {} : { producer: producerOf(producer), firstNumber };
    const answered = this.server.log.append(frameOf(ids, origin)).then(
      (appended) => this.acknowledged(ids, appended),
      (error: unknown) => expect(error).toMatchObject({ code: 'storage_full' }),
    );
    this.answers.push(answered);
  }

  acknowledged(ids: readonly number[], { firstSeq, duplicates }: Appended): void {
    let next = firstSeq;
    ids.forEach((id, index) => {
      const seq = duplicates.find((duplicate) => duplicate.index === index)?.seq ?? next++;
      this.acked.push([idOf(id), seq]);
    });
  }

  async end(): Promise<void> {
    this.server.journal.commit();
    await Promise.all(this.answers);
  }
}

describe('the log of a queue with resends, a disk that fails, and restarts', () => {
  it('has every acknowledged message at its seq, and no message twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someCommand, { maxLength: 40 }), async (commands) => {
        const world = new World(open());
        for (const command of commands) await world.run(command);
        await world.end();
        const stored = idsIn(world.server.journal);
        expect(new Set(stored).size).toBe(stored.length);
        for (const [id, seq] of world.acked) expect([seq, stored[seq - 1]]).toEqual([seq, id]);
      }),
      { numRuns: 1_000 },
    );
  });
});

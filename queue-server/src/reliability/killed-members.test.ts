import { describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { setTimeout } from 'node:timers/promises';
import { startTestServer } from '../testing.js';
import { type Handled } from './loss-checker.js';
import { expectNothingLost } from './nothing-lost.fixture.js';
import { startMember, type MemberProcess } from './member-process.fixture.js';
import { seededRandom } from './seeded-random.js';

const MESSAGES = 100_000;
const KEYS = 200;
const KILLS = 8;

describe('a group whose members are killed and joined at random', () => {
  it(`handles ${MESSAGES} messages: none is lost, repeats come only after a kill or with a higher attempt, and keys stay in order`, async () => {
    const random = seededRandom(20_261_123);
    const server = await startTestServer({ engine: { graceMs: 100 } });
    const queue = connect(contract, { url: server.url });
    const handled: Handled[] = [];
    const join = (): MemberProcess =>
      startMember(server.url, random.of([1, 4, 16]), (each) => handled.push(each));
    const members = [join(), join(), join()];
    const killed = new Set<number>();

    const published = new Map<number, { key: string }>();
    const receipts = Array.from({ length: MESSAGES }, async (_, n) => {
      const key = n % 4 === 0 ? `key-${n % KEYS}` : '';
      const headers = key === '' ? {} : { headers: { key } };
      const payload = { model: 'product', id: String(n), count: 1 };
      const { seq } = await queue.publish('database', 'read', payload, headers);
      published.set(seq, { key });
    });
    for (let kills = 0; kills < KILLS; kills++) {
      await setTimeout(random.below(600));
      const [gone] = members.splice(random.below(members.length), 1, join());
      const signal = random.of(['SIGKILL', 'SIGKILL', 'SIGTERM'] as const);
      if (gone !== undefined && signal === 'SIGKILL') killed.add(gone.pid);
      await gone?.end(signal);
    }
    await Promise.all(receipts);
    const floor = async () => (await queue.admin.groups('database'))[0]?.floor ?? 0;
    while ((await floor()) <= MESSAGES) await setTimeout(50);

    expect(published.size).toBe(MESSAGES);
    await Promise.all(members.map((member) => member.end('SIGTERM')));
    expectNothingLost(published, handled, killed);
    // The kills did hit messages that were granted.
    expect(handled.filter(({ attempt }) => attempt > 1).length).toBeGreaterThan(0);
    const [group] = await queue.admin.groups('database');
    expect(group).toMatchObject({ depth: 0, lag: 0, deadLetters: 0, members: [] });
    await queue.close();
    await server.close();
  });
});

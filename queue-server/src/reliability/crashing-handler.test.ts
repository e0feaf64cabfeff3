import { describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { setTimeout } from 'node:timers/promises';
import { startTestServer } from '../testing.js';
import { startCrashingMember, type Crashing } from './crashing-member.fixture.js';

const MESSAGES = 300;
const POISON = 30;
const MAX_ATTEMPTS = 6;

interface Case extends Pick<Crashing, 'form' | 'concurrency'> {
  readonly what: string;
  readonly keys: number;
}

const cases: readonly Case[] = [
  { what: 'one handler at once', form: 'client', concurrency: 1, keys: 0 },
  { what: 'ten handlers at once', form: 'client', concurrency: 10, keys: 0 },
  { what: 'ten handlers at once and ordering keys', form: 'client', concurrency: 10, keys: 5 },
  { what: 'a plain JSON member', form: 'plain', concurrency: 1, keys: 0 },
];

describe('a message whose handler kills its process, among others whose handlers take no time', () => {
  it.each(cases)(
    'is dead after a few kills, and nothing else is: $what',
    async ({ form, concurrency, keys }) => {
      const server = await startTestServer({ engine: { graceMs: 50 } });
      const queue = connect(contract, { url: server.url });
      const publish = (n: number) => {
        const headers = keys === 0 ? {} : { headers: { key: `key-${n % keys}` } };
        return queue.publish('database', 'read', { model: 'product', id: String(n), count: 1 }, headers);
      };
      await Promise.all(Array.from({ length: MESSAGES }, (_, n) => publish(n)));

      const handled = new Set<number>();
      const group = async () => (await queue.admin.groups('database'))[0];
      let kills = 0;
      const crashing = { url: server.url, form, concurrency, poison: POISON };
      const done = async () => ((await group())?.floor ?? 0) > MESSAGES;
      while (!(await done()) && kills <= MAX_ATTEMPTS + 2) {
        const member = startCrashingMember(crashing, (seq) => handled.add(seq));
        const died = member.ended.then(() => 'died' as const);
        while ((await Promise.race([died, setTimeout(20)])) !== 'died') {
          if (await done()) break;
        }
        if (await done()) member.kill();
        else kills++;
        await died;
      }

      expect(kills).toBeLessThanOrEqual(MAX_ATTEMPTS + 2);
      const { letters } = await queue.admin.deadLetters('database', {});
      expect(letters.map(({ seq }) => seq)).toEqual([POISON]);
      expect(handled.size).toBe(MESSAGES - 1);
      await queue.close();
      await server.close();
    },
  );
});

import { describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect, DeadLetter } from '@typed-queue/queue-client';
import { pino } from 'pino';
import { DeadLetterCounts } from './dead-letter-counts.js';
import { startTestServer } from '../testing.js';

const MINUTE = 60_000;

const open = () => {
  const lines: unknown[] = [];
  let now = 0;
  let timers: { readonly run: () => void; readonly at: number }[] = [];
  const log = new DeadLetterCounts({
    logger: { warn: (details: object, text?: string) => void lines.push([details, text]) },
    now: () => now,
    after: (ms, run) => {
      const timer = { run, at: now + ms };
      timers.push(timer);
      return () => (timers = timers.filter((each) => each !== timer));
    },
  });
  const pass = (ms: number): void => {
    now += ms;
    const due = timers.filter(({ at }) => at <= now);
    timers = timers.filter(({ at }) => at > now);
    for (const { run } of due) run();
  };
  return { log, lines, pass, timers: () => timers.length };
};

describe('dead letters in the log', () => {
  it('are a count for each group: the first ones at once, what follows within a minute in one line', () => {
    const { log, lines, pass, timers } = open();
    log.add('files', 'a', 1);
    for (let more = 0; more < 500; more++) log.add('files', 'a', 2);
    log.add('files', 'b', 7);
    const first = [
      [{ queue: 'files', group: 'a', count: 1 }, 'a message became a dead letter'],
      [{ queue: 'files', group: 'b', count: 7 }, '7 messages became dead letters'],
    ];
    expect(lines).toEqual(first);
    pass(MINUTE);
    const second = [{ queue: 'files', group: 'a', count: 1_000 }, '1000 messages became dead letters'];
    expect(lines).toEqual([...first, second]);
    pass(MINUTE);
    expect(lines).toHaveLength(3);
    expect(timers()).toBe(0);
    log.add('files', 'a', 1);
    expect(lines).toHaveLength(4);
  });

  it('that were only counted are logged when the server closes', () => {
    const { log, lines, timers } = open();
    log.add('files', 'a', 1);
    log.add('files', 'a', 4);
    log.stop();
    expect(lines.at(-1)).toEqual([
      { queue: 'files', group: 'a', count: 4 },
      '4 messages became dead letters',
    ]);
    expect(timers()).toBe(0);
  });
});

it('a server logs how many messages each group dead-lettered, and nothing of their content', async () => {
  const warnings: unknown[] = [];
  const logger = pino({ level: 'warn', base: null }, { write: (line) => warnings.push(JSON.parse(line)) });
  const server = await startTestServer({ storage: 'memory', logger });
  const queue = connect(contract, { url: server.url });
  let given = 0;
  queue.on('dead-letter', () => given++);
  queue.subscribe('files', { group: 'g' }, () => {
    throw new DeadLetter('a secret');
  });
  const saved = { path: 'secret', bytes: 1, sha256: 'a', durationMs: 1 };
  for (let message = 0; message < 3; message++) await queue.publish('files', 'save', saved);
  while ((await queue.admin.groups('files'))[0]?.deadLetters !== 3) continue;
  await queue.close();
  await server.close();
  expect(given).toBe(3);
  // Safe: only dead letters are warned of here, as the lines below say.
  const lines = warnings as readonly { readonly count: number }[];
  expect(lines.map((line) => ({ ...line, count: 0, msg: '' }))).toEqual(
    lines.map(() => ({ level: 40, time: expect.any(Number), queue: 'files', group: 'g', count: 0, msg: '' })),
  );
  expect(lines.reduce((sum, { count }) => sum + count, 0)).toBe(3);
});

import { expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { startCallProcess, type CallProcess } from './call-processes.fixture.js';
import { differing, unmade, type MadeAnswer } from './loss-checker.js';
import { seededRandom } from './seeded-random.js';

const CALLS = 1_000;
const KILLS = 12;

it(`${CALLS} durable calls whose server, responders and callers are killed at random: each has one answer, and each caller has it`, async () => {
  const random = seededRandom(20_261_128);
  const dataDir = await mkdtemp(join(tmpdir(), 'killed-calls-'));
  const port = await freePort();
  const made: MadeAnswer[] = [];
  const received: MadeAnswer[] = [];
  const start = [
    () => startCallProcess('server', [port, dataDir]),
    () => startCallProcess('responder', [port], (call, answer) => made.push({ call, answer })),
    () => startCallProcess('responder', [port], (call, answer) => made.push({ call, answer })),
    ...[0, CALLS / 2].map(
      (first) => () =>
        startCallProcess('caller', [port, first, first + CALLS / 2], (call, answer) =>
          received.push({ call, answer }),
        ),
    ),
  ];
  const processes = start.map((each) => each());
  await processes[0]?.ready;
  for (let kills = 0; kills < KILLS; kills++) {
    const enough = made.length + 10 + random.below(60);
    while (made.length < enough) await setTimeout(1);
    // Each of the three kinds in turn.
    const index = [0, 3 + random.below(2), 1 + random.below(2)][kills % 3] ?? 0;
    await processes[index]?.kill();
    processes.splice(index, 1, ...start.slice(index, index + 1).map((each): CallProcess => each()));
  }
  await Promise.all(processes.slice(3).map(({ ready }) => ready));
  await Promise.all(processes.map((each) => each.kill()));
  await rm(dataDir, { recursive: true });

  expect(new Set(received.map(({ call }) => call)).size).toBe(CALLS);
  expect(differing(received)).toEqual([]);
  expect(unmade(received, made)).toEqual([]);
  // The kills did hit calls that were handed out.
  expect(differing(made).length).toBeGreaterThan(0);
});

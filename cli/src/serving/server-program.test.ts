import { expect, it } from '@jest/globals';
import type { Child, ChildEnd } from '../machine.js';
import { exitCodeOf } from './server-program.js';

const endedBy = (end: ChildEnd): Child => ({
  ready: Promise.resolve(),
  ended: Promise.resolve(end),
  signal: () => undefined,
});

it.each(['SIGINT', 'SIGTERM'])(
  'has the exit code 0 when %s ends a server before it listens',
  async (signal) => {
    expect(await exitCodeOf(endedBy({ kind: 'killed', signal }))).toBe(0);
  },
);

it('says which other signal killed a server', async () => {
  await expect(exitCodeOf(endedBy({ kind: 'killed', signal: 'SIGKILL' }))).rejects.toMatchObject({
    exitCode: 70,
    message: 'the queue server was killed by SIGKILL',
  });
});

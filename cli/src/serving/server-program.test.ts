import { expect, it } from '@jest/globals';
import { exitCodeOf } from './server-program.js';

it('says that a server was ended by a signal', async () => {
  const server = { ended: Promise.resolve(null), signal: () => undefined };
  await expect(exitCodeOf(server)).rejects.toMatchObject({
    exitCode: 70,
    message: expect.stringContaining('was ended by a signal'),
  });
});

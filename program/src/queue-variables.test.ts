import { describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnvironment } from './environment.js';
import { queueTokenOf, queueTokenVariables } from './queue-variables.js';

const read = (env: Readonly<Record<string, string>>) =>
  queueTokenOf(parseEnvironment(queueTokenVariables(env), env));

describe('the token of a program', () => {
  it.each([
    [{}, undefined],
    [{ QUEUE_TOKEN: '', QUEUE_TOKEN_FILE: '' }, undefined],
    [{ QUEUE_TOKEN: 'key' }, 'key'],
  ])('may be a text: %j', (env, token) => {
    expect(read(env)).toBe(token);
  });

  it('may be in a file, which is read each time it is asked for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'queue-token-'));
    const token = read({ QUEUE_TOKEN_FILE: 'token', INIT_CWD: folder });
    const tokens: unknown[] = [];
    for (const key of ['key-1\n', 'key-2']) {
      await writeFile(join(folder, 'token'), key);
      tokens.push(typeof token === 'function' ? await token() : token);
    }
    await rm(folder, { recursive: true });
    expect(tokens).toEqual(['key-1', 'key-2']);
  });

  it('is not both', () => {
    expect(() => read({ QUEUE_TOKEN: 'key', QUEUE_TOKEN_FILE: 'token' })).toThrow(/leave one of the two out/);
  });
});

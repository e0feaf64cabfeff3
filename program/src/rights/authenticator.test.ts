import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authenticator } from './authenticator.js';
import { keyDigest } from './key.js';
import { EVERYBODY } from './principal.js';
import { ALL_RIGHTS } from './rights.js';

const tokens = ['first-token-of-a-server', 'second-token-of-a-server'];
const shop = { name: 'shop', sha256: keyDigest('key-of-the-shop'), queues: { files: { publish: ['save'] } } };
const clerk = { name: 'clerk', sha256: keyDigest('key-of-the-clerk'), expires: '2027-01-01' };

let folder: string;
let path: string;
let now: number;

/** Whole at once: it may be read meanwhile. */
const write = async (...keys: readonly object[]): Promise<void> => {
  await writeFile(`${path}.part`, JSON.stringify({ keys }), { mode: 0o600 });
  await rename(`${path}.part`, path);
};
const open = (): Promise<Authenticator> =>
  Authenticator.open({ tokens, keysFile: path, wallNow: () => now, advice: 'Set QUEUE_TOKEN.' });

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  folder = await mkdtemp(join(tmpdir(), 'authenticator-'));
  path = join(folder, 'keys.json');
  await write(shop, clerk);
});
afterEach(() => rm(folder, { recursive: true }));

describe('an authenticator', () => {
  it.each([undefined, '', 'anything'])('accepts everybody when it has no keys: %j', async (token) => {
    const authenticator = await Authenticator.open({});
    expect(authenticator.isRequired).toBe(false);
    expect(await authenticator.authenticate(token)).toBe(EVERYBODY);
  });

  it.each([
    [tokens[0], { kind: 'token', name: 'token:1', rights: ALL_RIGHTS }],
    [tokens[1], { kind: 'token', name: 'token:2', rights: ALL_RIGHTS }],
    ['key-of-the-shop', { kind: 'key', name: 'key:shop', rights: { models: {} } }],
  ])('knows who shows %s', async (token, principal) => {
    expect(await (await open()).authenticate(token)).toMatchObject(principal);
  });

  it.each([undefined, '', 'key-of-somebody', shop.sha256, tokens.join(), 'a.b.c', 'x'.repeat(100_000)])(
    'refuses any other token, and does not repeat it: %j',
    async (token) => {
      const refusal: unknown = await (await open()).authenticate(token).catch((error: unknown) => error);
      expect(refusal).toMatchObject({
        code: 'unauthorized',
        message: expect.stringMatching(/Set QUEUE_TOKEN\.$/),
      });
      for (const secret of [...(token ? [token] : []), ...tokens]) {
        expect(JSON.stringify(refusal)).not.toContain(secret);
      }
    },
  );

  it('takes a key until it expires', async () => {
    const authenticator = await open();
    const principal = await authenticator.authenticate('key-of-the-clerk');
    now = Date.UTC(2027, 0, 1) - 1;
    expect(authenticator.renew(principal)).toEqual(principal);
    now++;
    const expired = { code: 'auth_expired', retryable: true };
    expect(() => authenticator.renew(principal)).toThrow(expect.objectContaining(expired));
    await expect(authenticator.authenticate('key-of-the-clerk')).rejects.toMatchObject(expired);
  });
});

describe('a keys file that is read again', () => {
  it('reports what changed, by name', async () => {
    const authenticator = await open();
    await write({ ...shop, queues: {} }, { name: 'new', sha256: keyDigest('new') });
    expect(await authenticator.reload()).toEqual({
      added: ['new'],
      removed: ['clerk'],
      changed: ['shop'],
      warnings: [],
    });
    expect(await authenticator.reload()).toMatchObject({ added: [], removed: [], changed: [] });
  });

  it('gives principals the rights that they have now', async () => {
    const authenticator = await open();
    const principal = await authenticator.authenticate('key-of-the-shop');
    await write({ ...shop, queues: { '*': { tail: true } } });
    await authenticator.reload();
    expect(authenticator.renew(principal).rights).toMatchObject({ queues: { '*': { tail: true } } });
  });

  it.each([
    ['removed', [clerk]],
    ['replaced by another of its name', [{ ...shop, sha256: keyDigest('another') }]],
  ])('withdraws a key that is %s', async (_, keys) => {
    const authenticator = await open();
    const principal = await authenticator.authenticate('key-of-the-shop');
    await write(...keys);
    await authenticator.reload();
    expect(() => authenticator.renew(principal)).toThrow(expect.objectContaining({ code: 'unauthorized' }));
    await expect(authenticator.authenticate('key-of-the-shop')).rejects.toMatchObject({
      code: 'unauthorized',
    });
  });

  it('changes nothing when it is wrong', async () => {
    const authenticator = await open();
    const principal = await authenticator.authenticate('key-of-the-shop');
    await writeFile(path, '{"keys": [');
    await expect(authenticator.reload()).rejects.toMatchObject({ code: 'config_invalid' });
    expect(authenticator.renew(principal)).toEqual(principal);
  });

  it('is the one of the last reload when several overlap', async () => {
    const authenticator = await open();
    const reloads = [authenticator.reload(), write(clerk).then(() => authenticator.reload())];
    await Promise.all(reloads);
    await expect(authenticator.authenticate('key-of-the-shop')).rejects.toMatchObject({
      code: 'unauthorized',
    });
  });
});

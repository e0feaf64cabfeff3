import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../thrown.js';
import { parseKeysFile, readKeysFile } from './keys-file.js';
import { keyDigest } from './key.js';

const [one, two] = [keyDigest('one'), keyDigest('two')];

const problemOf = (text: string): string => {
  try {
    parseKeysFile(text);
    return '';
  } catch (error) {
    return messageOf(error);
  }
};

describe('a keys file', () => {
  it('names keys by their digests, with rights and the time that they expire', () => {
    const files = { publish: ['save'] };
    const keys = [
      { name: 'shop', sha256: one.toUpperCase(), expires: '2027-01-31T12:00:00+01:00', queues: { files } },
      { name: 'clerk', sha256: two, expires: '2027-01-31', models: { product: ['read'] } },
    ];
    expect(parseKeysFile(JSON.stringify({ keys }))).toEqual([
      {
        name: 'shop',
        sha256: one,
        expiresAt: Date.UTC(2027, 0, 31, 11),
        rights: {
          queues: { files: { ...files, consume: [], tail: false, admin: false, call: [], serve: [] } },
          models: {},
        },
      },
      {
        name: 'clerk',
        sha256: two,
        expiresAt: Date.UTC(2027, 0, 31),
        rights: { queues: {}, models: { product: ['read'] } },
      },
    ]);
  });

  it('is refused with everything that is wrong, by entry', () => {
    const keys = [
      { name: 'shop', sha256: one },
      { name: 'shop', sha256: 'a-key-and-no-digest' },
      { name: 'two words', sha256: one, expires: 'tomorrow', queues: { files: { publsh: [] } } },
      { sha256: two, rights: {} },
    ];
    const lines = problemOf(JSON.stringify({ keys })).split('\n').slice(1);
    expect(lines).toEqual([
      expect.stringMatching(/^ {2}entry 2 \("shop"\): sha256: expected the SHA-256 .* never the key itself$/),
      expect.stringMatching(/^ {2}entry 3 \("two words"\): name: expected 1 to 128/),
      expect.stringMatching(/^ {2}entry 3 \("two words"\): expires: expected a date/),
      expect.stringMatching(/^ {2}entry 3 \("two words"\): queues.files: .*"publsh"/),
      expect.stringMatching(/^ {2}entry 4: name: /),
      expect.stringMatching(/^ {2}entry 4: .*"rights"/),
    ]);
  });

  it('has no digest of the empty text', () => {
    const keys = [{ name: 'shop', sha256: keyDigest('').toUpperCase() }];
    expect(problemOf(JSON.stringify({ keys }))).toMatch(/entry 1 \("shop"\): sha256: .*empty/);
  });

  it.each(['name', 'sha256'])('has each %s once', (field) => {
    const keys = [
      { name: 'shop', sha256: one },
      { name: 'clerk', sha256: two },
    ].map((key, place) => (place === 0 ? key : { ...key, [field]: { name: 'shop', sha256: one }[field] }));
    expect(problemOf(JSON.stringify({ keys }))).toMatch(
      new RegExp(`entry 2 .*: ${field}: the same as that of entry 1 \\("shop"\\)`),
    );
  });

  it.each([
    ['{\n  "keys": [\n    { "name": "a" "sha256" }\n]}', 'it is not JSON: see line 3'],
    ['a-key-that-was-pasted', 'it is not JSON'],
  ])('that is no JSON is not repeated: %j', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });
});

describe('reading a keys file', () => {
  let folder: string;
  const write = async (keys: readonly object[], mode = 0o600): Promise<string> => {
    const path = join(folder, 'keys.json');
    await writeFile(path, JSON.stringify({ keys }));
    await chmod(path, mode);
    return path;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keys-file-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('warns of nothing when all is well', async () => {
    const path = await write([{ name: 'shop', sha256: one, expires: '2027-01-31' }]);
    expect((await readKeysFile(path, Date.UTC(2027, 0, 30))).warnings).toEqual([]);
  });

  it.each([0o640, 0o604])('warns of one that others may read: %o', async (mode) => {
    const path = await write([], mode);
    expect((await readKeysFile(path, 0)).warnings).toEqual([expect.stringContaining(`chmod 600 ${path}`)]);
  });

  it('warns of a key that has expired', async () => {
    const path = await write([{ name: 'shop', sha256: one, expires: '2027-01-31' }]);
    const { warnings } = await readKeysFile(path, Date.UTC(2027, 0, 31));
    expect(warnings).toEqual([expect.stringContaining('the key "shop"')]);
  });

  it('says which file is missing', async () => {
    const path = join(folder, 'missing.json');
    await expect(readKeysFile(path, 0)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(path),
    });
  });
});

import { createHash } from 'node:crypto';
import * as real from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { CHUNK_BYTES } from './reader.js';
import { SILENT, type Progress } from './progress.js';
import { WatchedFiles } from './watched-files.fixture.js';
import { testFolder } from './folder.fixture.js';
import { outcomeOf } from './outcome-of.fixture.js';

const folder = testFolder();

const fileOf = (content: string | Buffer, name = 'a.txt'): Promise<string> => folder.write(name, content);

describe('processFile', () => {
  it('writes the transformed content and measures what was written', async () => {
    const path = await fileOf('straße\n');
    const times = [100, 112.5000004];
    const outcome = await outcomeOf(path, { now: () => times.shift() ?? NaN });
    expect(await real.readFile(path, 'utf8')).toBe('STRASSE\n');
    const sha256 = createHash('sha256').update('STRASSE\n').digest('hex');
    expect(outcome).toEqual({ event: 'save', payload: { path, bytes: 8, sha256, durationMs: 12.5 } });
  });

  it('writes an empty file as well', async () => {
    const path = await fileOf('');
    expect(await outcomeOf(path)).toMatchObject({ event: 'save', payload: { bytes: 0 } });
  });

  it('takes any transform, with a new transformation for each file', async () => {
    const transform = () => {
      let length = 0;
      return {
        push: (text: string) => {
          length += text.length;
          return text;
        },
        end: () => `${length}`,
      };
    };
    for (const name of ['a.txt', 'b.txt']) {
      const path = await fileOf('abc', name);
      await outcomeOf(path, { transform });
      expect(await real.readFile(path, 'utf8')).toBe('abc3');
    }
  });

  it('transforms characters across the borders of chunks', async () => {
    // Bytes before the border that a character of four bytes has in the first chunk: none to all.
    for (let before = 0; before <= 4; before++) {
      const lead = 'x'.repeat(CHUNK_BYTES - before);
      const path = await fileOf(`${lead}𐐨ß`);
      await outcomeOf(path);
      expect(await real.readFile(path, 'utf8')).toBe(`${lead.toUpperCase()}𐐀SS`);
    }
  });

  it('reports its progress in bytes that were read', async () => {
    const advanced: number[] = [];
    const progress: Progress = { ...SILENT, advance: (bytes) => advanced.push(bytes) };
    await outcomeOf(await fileOf('ß'.repeat(CHUNK_BYTES)), { progress });
    expect(advanced).toEqual([CHUNK_BYTES, CHUNK_BYTES]);
  });
});

describe('processFile of a large file', () => {
  const SIZE = 64 * 1024 * 1024;

  it('holds no more than a chunk of it', async () => {
    const path = await fileOf(Buffer.alloc(SIZE, 'the quick brown fox\n'));
    const watched = new WatchedFiles(path);
    const sha256 = createHash('sha256').update(Buffer.alloc(SIZE, 'THE QUICK BROWN FOX\n')).digest('hex');
    const payload = { path, bytes: SIZE, sha256, durationMs: 0 };
    expect(await outcomeOf(path, { fs: watched.fs })).toEqual({ event: 'save', payload });
    expect(watched.read).toEqual(SIZE);
    expect(watched.written).toEqual(SIZE);
    expect(watched.mostHeld).toEqual(CHUNK_BYTES);
    expect(watched.longest).toEqual(CHUNK_BYTES);
  });
});

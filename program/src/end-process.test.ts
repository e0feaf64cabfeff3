import { describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { endProcess } from './end-process.js';

describe('the end of a process', () => {
  it('comes when both outputs are written', async () => {
    const written: (() => void)[] = [];
    const exits: unknown[] = [];
    const output = { write: (_: string, done: () => void) => void written.push(done) };
    const process = {
      exitCode: 0,
      stdout: output,
      stderr: output,
      exit: () => void exits.push(process.exitCode),
    };
    endProcess(process, 78);
    for (const count of [1, 2]) {
      await setImmediate();
      expect([written.length, exits]).toEqual([count, []]);
      written.at(-1)?.();
    }
    await setImmediate();
    expect(exits).toEqual([78]);
  });
});

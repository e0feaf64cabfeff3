import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MINUTE } from '@typed-queue/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Time } from '../engine/conformance/time.fixture.js';
import { openDiskEngine } from '../engine/disk/open-disk-engine.js';
import type { Engine } from '../engine/engine.js';
import { GroupExpiry } from './group-expiry.js';
import { RETURN_MS } from './member.js';

const QUEUE = 'files';
const HOUR = 60 * MINUTE;
let dir: string;
let time: Time;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'group-expiry-'));
  time = new Time();
});
afterEach(() => rm(dir, { recursive: true }));

/** The steady clock of a process begins with what the wall clock says at its start. */
const open = (steady: number): Promise<Engine> =>
  openDiskEngine({
    dir,
    queues: [{ name: QUEUE, retention: {} }],
    after: time.after,
    now: () => time.now + steady,
    wallNow: () => time.now,
  });

describe('the expiry of a group after a restart', () => {
  it.each([
    ['ahead', 6 * HOUR],
    ['late', -6 * HOUR],
  ])(
    'comes when it should, with the earlier server started while its clock was six hours %s',
    async (_, steady) => {
      const before = await open(steady);
      await before.group(QUEUE, 'g').open({ start: 'start', settings: { expireAfterMs: MINUTE } });
      await before.close();

      const engine = await open(0);
      const deleted: number[] = [];
      const opened = time.now;
      const groups = new GroupExpiry({
        engine,
        queues: [QUEUE],
        now: () => time.now,
        after: time.after,
        used: () => false,
        deleteGroup: async () => void deleted.push(time.now - opened),
        onError: (error) => {
          throw error;
        },
      });
      time.pass(RETURN_MS + MINUTE - 1);
      expect(deleted).toEqual([]);
      time.pass(1);
      expect(deleted).toEqual([RETURN_MS + MINUTE]);
      groups.stop();
      await engine.close();
    },
  );
});

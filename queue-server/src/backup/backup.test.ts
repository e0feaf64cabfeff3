import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { frameOf, producerOf } from '../engine/frames.fixture.js';
import { openMemoryEngine } from '../engine/memory/open-memory-engine.js';
import { archiveOf } from './archive.js';
import {
  archived,
  BackupTrial,
  claim,
  collected,
  CREATED_AT,
  numbersIn,
  publish,
  QUEUE,
  settle,
} from './backup-trial.fixture.js';
import { encodeManifest, MANIFEST_FILE, type Manifest } from './manifest.js';
import { restore } from './restore.js';
import { saveFolder } from './saved-backup.js';

let trial: BackupTrial;
beforeEach(async () => {
  trial = await BackupTrial.begin();
});
afterEach(() => trial.end());

describe('a restored backup', () => {
  it('has what was published before it began, and nothing later', async () => {
    const engine = await trial.open('running');
    await publish(engine, [1, 2, 3]);
    const backup = await engine.backup();
    await publish(engine, [4, 5]);
    const name = await trial.restore(await collected(await archiveOf(backup, CREATED_AT)));
    expect(await numbersIn(await trial.open(name))).toEqual([1, 2, 3]);
  });

  it('has another epoch of each queue, and gives out the next seqs in it', async () => {
    const engine = await trial.open('running');
    await publish(engine, [1, 2]);
    const restored = await trial.open(await trial.restore(await archived(engine)));
    const { epoch } = engine.queue(QUEUE).head();
    const receipt = await publish(restored, [3]);
    expect(receipt.firstSeq).toBe(3);
    expect(receipt.epoch).not.toBe(epoch);
  });

  it('delivers what was not settled, and nothing that was', async () => {
    const engine = await trial.open('running');
    await publish(engine, [1, 2, 3, 4, 5]);
    await engine.group(QUEUE, 'g').open({ start: 'start' });
    await settle(engine, 'g', 2);
    await claim(engine, 'g', 1);
    const archive = await archived(engine);
    await settle(engine, 'g', 2);
    const restored = await trial.open(await trial.restore(archive));
    expect((await claim(restored, 'g'))?.seqs).toEqual([3, 4, 5]);
    expect(trial.errors).toEqual([]);
  });

  it('has groups of another life, without a reset of their position', async () => {
    const engine = await trial.open('running');
    await publish(engine, [1, 2]);
    const { life } = await engine.group(QUEUE, 'g').open({ start: 'start' });
    await settle(engine, 'g', 1);
    const restored = await trial.open(await trial.restore(await archived(engine)));
    const opened = await restored.group(QUEUE, 'g').open({ start: 'start' });
    expect(opened).toMatchObject({ floor: 2, reset: undefined });
    expect(opened.life).not.toBe(life);
  });

  it('gives out higher tokens than the server of the backup did since', async () => {
    let engine = await trial.open('running');
    await publish(engine, [1, 2]);
    await engine.group(QUEUE, 'g').open({ start: 'start' });
    const archive = await archived(engine);
    await trial.close(engine);
    await trial.close(await trial.open('running'));
    engine = await trial.open('running');
    const { token = Infinity } = (await claim(engine, 'g', 1)) ?? {};
    const restored = await trial.open(await trial.restore(archive));
    expect((await claim(restored, 'g', 1))?.token).toBeGreaterThan(token);
  });

  it('knows the messages that were stored, when they are sent again', async () => {
    const engine = await trial.open('running');
    const sent = () => frameOf([1, 2, 3], { producer: producerOf(1), firstNumber: 1 });
    await engine.queue(QUEUE).append(sent());
    await engine.queue(QUEUE).trim(4);
    await publish(engine, [4]);
    const restored = await trial.open(await trial.restore(await archived(engine)));
    expect((await publish(restored, [4, 5])).duplicates).toEqual([{ index: 0, seq: 4 }]);
    expect((await restored.queue(QUEUE).append(sent())).duplicates).toHaveLength(3);
  });

  it('begins where retention had removed the messages, and reports no damage', async () => {
    const engine = await trial.open('running');
    await publish(engine, [1, 2, 3]);
    await engine.queue(QUEUE).trim(4);
    await publish(engine, [4, 5]);
    const restored = await trial.open(await trial.restore(await archived(engine)));
    expect(restored.queue(QUEUE).head()).toMatchObject({ firstSeq: 4, lastSeq: 5 });
    expect((await restored.queue(QUEUE).read(1, 1)).slice(0, 1)).toMatchObject([
      { kind: 'gap', gap: { from: 1, to: 3, reason: 'retention' } },
    ]);
  });

  it('may be backed up and restored again', async () => {
    const engine = await trial.open('running');
    await publish(engine, [1, 2, 3]);
    await engine.group(QUEUE, 'g').open({ start: 'start' });
    await settle(engine, 'g', 1);
    const first = await trial.open(await trial.restore(await archived(engine)));
    await publish(first, [4]);
    await settle(first, 'g', 1);
    const second = await trial.open(await trial.restore(await archived(first)));
    expect(await numbersIn(second)).toEqual([1, 2, 3, 4]);
    expect((await claim(second, 'g'))?.seqs).toEqual([3, 4]);
  });

  it('has the queues that the contract lacks', async () => {
    const both = [QUEUE, 'former'].map((name) => ({ name, retention: {} }));
    let engine = await trial.open('running', { queues: both });
    await publish(engine, [1, 2], 'former');
    await engine.group('former', 'g').open({ start: { seq: 2 } });
    await trial.close(engine);
    engine = await trial.open('running');
    const restored = await trial.open(await trial.restore(await archived(engine)), { queues: both });
    expect(await numbersIn(restored, 'former')).toEqual([1, 2]);
    expect(restored.group('former', 'g').info()).toMatchObject({ floor: 2 });
  });
});

describe('the dead letters of a restored backup', () => {
  it('keep their positions and can be redriven', async () => {
    const engine = await trial.open('running');
    await publish(engine, [1, 2, 3]);
    await engine.group(QUEUE, 'g').open({ start: 'start' });
    await settle(engine, 'g', 2, 'dead-letter');
    await engine.queue(QUEUE).deadLetters.discard([1]);
    const restored = await trial.open(await trial.restore(await archived(engine)));
    const { deadLetters } = restored.queue(QUEUE);
    const { letters } = await deadLetters.list({});
    expect(letters).toMatchObject([{ position: 2, seq: 2, epoch: restored.queue(QUEUE).head().epoch }]);
    expect(await deadLetters.redrive(letters)).toEqual({ redriven: 1, refused: [] });
    expect((await claim(restored, 'g'))?.seqs).toEqual([2, 3]);
  });

  it('keep the declared failures by which they were given up, or failed before', async () => {
    const engine = await trial.open('running');
    await publish(engine, [1, 2]);
    await engine.group(QUEUE, 'g').open({ start: 'start', settings: { maxAttempts: 2 } });
    const failure = { code: 'sold_out', data: { article: 7 } };
    await settle(engine, 'g', 1, { kind: 'dead-letter', failure });
    await settle(engine, 'g', 1, { kind: 'retry', delayMs: 0, failure: { code: 'mail_down' } });
    const restored = await trial.open(await trial.restore(await archived(engine)));
    await settle(restored, 'g', 1, { kind: 'retry', failure });
    expect((await restored.queue(QUEUE).deadLetters.list({})).letters).toMatchObject([
      { seq: 1, ...failure, failures: [failure] },
      { seq: 2, ...failure, failures: [{ code: 'mail_down' }, failure] },
    ]);
  });

  it('are known again when the group had not settled their messages yet', async () => {
    const engine = await trial.open('running');
    await publish(engine, [1, 2]);
    await engine.group(QUEUE, 'g').open({ start: 'start' });
    await settle(engine, 'g', 1, 'dead-letter');
    const { letters } = await engine.queue(QUEUE).deadLetters.list({});
    const [letter] = letters;
    const folder = join(trial.root, 'folder');
    const manifest = await saveFolder(await archiveOf(await engine.backup(), CREATED_AT), folder);
    const before = {
      floor: 1,
      runs: [{ from: 1, to: 1, delivery: { kind: 'condemned', failures: 1, handouts: 1, alone: false } }],
      failures: letter?.failures.map((failure) => ({ from: 1, to: 1, failure, code: letter.code })),
    };
    await changeGroups(folder, manifest, before);
    await restore(folder, join(trial.root, 'restored'));
    const restored = await trial.open('restored');
    expect((await claim(restored, 'g'))?.seqs).toEqual([2]);
    while ((restored.group(QUEUE, 'g').info()?.unsettled ?? 0) > 1)
      await new Promise((resolve) => setImmediate(resolve));
    expect((await restored.queue(QUEUE).deadLetters.list({})).letters).toMatchObject([
      { position: 1, seq: 1 },
    ]);
  });

  it('are hidden while they are redriven', async () => {
    const engine = await trial.open('running');
    await publish(engine, [1]);
    await engine.group(QUEUE, 'g').open({ start: 'start' });
    await settle(engine, 'g', 1, 'dead-letter');
    const { letters } = await engine.queue(QUEUE).deadLetters.list({});
    await engine.queue(QUEUE).deadLetters.redrive(letters);
    const restored = await trial.open(await trial.restore(await archived(engine)));
    expect((await restored.queue(QUEUE).deadLetters.list({})).letters).toEqual([]);
    expect(await settle(restored, 'g', 1, 'dead-letter')).toEqual([1]);
    expect((await restored.queue(QUEUE).deadLetters.list({})).letters).toMatchObject([{ seq: 1 }]);
  });
});

/** Changes the group records of a saved backup, and its manifest accordingly. */
const changeGroups = async (folder: string, manifest: Manifest, fields: object): Promise<void> => {
  const path = join(folder, 'groups.ndjson');
  const records = (await readFile(path, 'utf8')).trim().split('\n');
  const changed = records.map((record) => {
    // Safe: a record of a group.
    const parsed = JSON.parse(record) as { readonly kind: string };
    return parsed.kind === 'group' ? JSON.stringify({ ...parsed, ...fields }) : record;
  });
  const bytes = Buffer.from(`${changed.join('\n')}\n`);
  await writeFile(path, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const files = manifest.files.map((file) =>
    file.path === 'groups.ndjson' ? { ...file, bytes: bytes.byteLength, sha256 } : file,
  );
  await writeFile(join(folder, MANIFEST_FILE), encodeManifest({ ...manifest, files }));
};

describe('a backup that runs', () => {
  it('reads what retention and compaction remove meanwhile', async () => {
    const engine = await trial.open('running');
    await publish(engine, [1, 2, 3]);
    const backup = await engine.backup();
    await engine.queue(QUEUE).trim(4);
    expect(engine.queue(QUEUE).head().firstSeq).toBe(4);
    const name = await trial.restore(await collected(await archiveOf(backup, CREATED_AT)));
    expect(await numbersIn(await trial.open(name))).toEqual([1, 2, 3]);
  });

  it('is the only one, until it ends or its reader leaves', async () => {
    const engine = await trial.open('running');
    const first = await engine.backup();
    await expect(engine.backup()).rejects.toMatchObject({ code: 'overloaded', retryable: true });
    const state = { released: false };
    const release = async (): Promise<void> => {
      await first.release();
      state.released = true;
    };
    for await (const _ of await archiveOf({ ...first, release }, CREATED_AT)) break;
    while (!state.released) await nextTurn();
    const second = await engine.backup();
    await second.release();
    expect(await numbersIn(engine)).toEqual([]);
    expect((await archived(engine)).byteLength).toBeGreaterThan(0);
  });

  it('is refused where everything is in memory', async () => {
    const engine = openMemoryEngine({ queues: [{ name: QUEUE, retention: {} }] });
    await expect(engine.backup()).rejects.toMatchObject({ code: 'request_invalid' });
    await engine.close();
  });

  it('has nothing that was published later, whatever is published and settled meanwhile', async () => {
    const engine = await trial.open('running');
    await engine.group(QUEUE, 'g').open({ start: 'start' });
    let [published, stopped] = [0, false];
    const settled = new Set<number>();
    const publishing = (async () => {
      while (!stopped) await publish(engine, [++published, ++published]);
    })();
    const settling = (async () => {
      while (!stopped) {
        for (const seq of await settle(engine, 'g', 5)) settled.add(seq);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    while (settled.size < 50) await new Promise((resolve) => setImmediate(resolve));
    for (let round = 0; round < 3; round++) {
      const [acknowledged, done] = [engine.queue(QUEUE).head().lastSeq, new Set(settled)];
      const archive = await archived(engine);
      const restored = await trial.open(await trial.restore(archive));
      const numbers = await numbersIn(restored);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      expect(numbers.length).toBeGreaterThanOrEqual(acknowledged);
      const claimed: number[] = [];
      for (
        let seqs = await settle(restored, 'g', 1_000);
        seqs.length > 0;
        seqs = await settle(restored, 'g', 1_000)
      )
        claimed.push(...seqs);
      expect(claimed.filter((seq) => done.has(seq))).toEqual([]);
      expect(claimed.every((seq) => seq <= numbers.length)).toBe(true);
      await trial.close(restored);
    }
    stopped = true;
    await Promise.all([publishing, settling]);
    expect(trial.errors).toEqual([]);
  });
});

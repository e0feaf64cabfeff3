import type { Outcome } from '@typed-queue/contracts/wire';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDiskEngine, type DiskOptions } from '../engine/disk/open-disk-engine.js';
import type { Engine } from '../engine/engine.js';
import { frameOf } from '../engine/frames.fixture.js';
import { archiveOf } from './archive.js';
import { restore } from './restore.js';

export const QUEUE = 'files';
export const CREATED_AT = 1_700_000_000_000;

/** Engines in folders of their own, their backups, and what is restored of them. */
export class BackupTrial {
  readonly root: string;
  readonly errors: string[] = [];
  readonly #open = new Set<Engine>();
  #restored = 0;

  private constructor(root: string) {
    this.root = root;
  }

  static async begin(): Promise<BackupTrial> {
    return new BackupTrial(await mkdtemp(join(tmpdir(), 'backup-')));
  }

  async end(): Promise<void> {
    await Promise.all([...this.#open].map((engine) => engine.close()));
    await rm(this.root, { recursive: true });
  }

  /** Opens the engine of `<name>/queue`. */
  async open(name: string, options: Partial<DiskOptions> = {}): Promise<Engine> {
    const engine = await openDiskEngine({
      dir: join(this.root, name, 'queue'),
      queues: [{ name: QUEUE, retention: {} }],
      onError: (error) => this.errors.push(String(error)),
      ...options,
    });
    this.#open.add(engine);
    return engine;
  }

  async close(engine: Engine): Promise<void> {
    this.#open.delete(engine);
    await engine.close();
  }

  /** Restores an archive; returns the name under which it can be opened. */
  async restore(archive: Uint8Array): Promise<string> {
    const name = `restored ${++this.#restored}`;
    const path = join(this.root, `${name}.tar`);
    await writeFile(path, archive);
    await restore(path, join(this.root, name));
    return name;
  }
}

export const archived = async (engine: Engine): Promise<Uint8Array> =>
  collected(await archiveOf(await engine.backup(), CREATED_AT));

export const collected = async (chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
};

export const publish = (engine: Engine, numbers: readonly number[], queue = QUEUE) =>
  engine.queue(queue).append(frameOf(numbers));

const MEMBER = 'm';

/** Claims at most `count` messages; undefined: none is ready. */
export const claim = async (
  engine: Engine,
  group: string,
  count = 1_000,
): Promise<{ readonly token: number; readonly seqs: readonly number[] } | undefined> => {
  const claimed = await engine
    .group(QUEUE, group)
    .claim({ member: MEMBER, maxMessages: count, maxBytes: 1024 * 1024 });
  if (typeof claimed === 'string') return undefined;
  const seqs = claimed.frames.flatMap((frame) =>
    Array.from({ length: frame.count }, (_, index) => frame.firstSeq + index),
  );
  return { token: claimed.token, seqs };
};

const NAMED = {
  ack: { kind: 'ack' },
  'dead-letter': { kind: 'dead-letter', reason: 'bad' },
} as const satisfies Record<string, Outcome>;

/** Claims messages and settles them; resolves with their seqs when that is durable. */
export const settle = async (
  engine: Engine,
  group: string,
  count: number,
  outcome: keyof typeof NAMED | Outcome = 'ack',
): Promise<readonly number[]> => {
  const claimed = await claim(engine, group, count);
  if (claimed === undefined) return [];
  const { durable } = await engine.group(QUEUE, group).settle({
    member: MEMBER,
    token: claimed.token,
    outcome: typeof outcome === 'string' ? NAMED[outcome] : outcome,
  });
  await durable;
  return claimed.seqs;
};

/** The numbers of all messages of a log. */
export const numbersIn = async (engine: Engine, queue = QUEUE): Promise<number[]> => {
  const numbers: number[] = [];
  const { lastSeq, firstSeq } = engine.queue(queue).head();
  for (let next = firstSeq; next <= lastSeq;) {
    for (const item of await engine.queue(queue).read(next, 1024 * 1024)) {
      if (item.kind === 'gap') throw new Error(`a gap of ${item.gap.reason} at ${item.gap.from}`);
      // Safe: `frameOf` made them.
      const payloads = JSON.parse(`[${item.frame.texts()}]`) as { readonly number: number }[];
      numbers.push(...payloads.map(({ number }) => number));
      next = item.frame.lastSeq + 1;
    }
  }
  return numbers;
};

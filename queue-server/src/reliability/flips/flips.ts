import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { checkFolder } from './damage-check.js';
import { makeSmallFolder } from './small-folder.js';

/** One damage to one file: a bit is flipped, or the file ends at a byte. */
type Damage =
  | { readonly kind: 'flip'; readonly file: string; readonly bit: number }
  | { readonly kind: 'cut'; readonly file: string; readonly size: number };

export interface FlipsReport {
  readonly flips: number;
  readonly cuts: number;
  /** How often the server did not start, and said which file it does not understand. */
  readonly refused: number;
  readonly faults: readonly string[];
}

type Files = ReadonlyMap<string, Uint8Array>;

const filesIn = async (dir: string): Promise<Files> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return new Map(
    await Promise.all(paths.map(async (path) => [relative(dir, path), await readFile(path)] as const)),
  );
};

const writeFiles = async (dir: string, files: Files): Promise<void> => {
  for (const [path, content] of files) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
};

/** Every bit of every file, and every size that is shorter; with a step `n`, every n-th of them. */
const damagesOf = (files: Files, step: number): Damage[] => {
  const all = [...files].flatMap(([file, { byteLength }]): Damage[] => [
    ...Array.from({ length: byteLength * 8 }, (_, bit): Damage => ({ kind: 'flip', file, bit })),
    ...Array.from({ length: byteLength }, (_, size): Damage => ({ kind: 'cut', file, size })),
  ]);
  return all.filter((_, index) => index % step === 0);
};

const damaged = (content: Uint8Array, damage: Damage): Uint8Array => {
  if (damage.kind === 'cut') return content.subarray(0, damage.size);
  const flipped = Uint8Array.from(content);
  const at = Math.floor(damage.bit / 8);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << (damage.bit % 8));
  return flipped;
};

/**
 * Damages a small data folder by each possible flipped bit and each cut, one at a time, and finds what is altered, or
 * lost without a gap. `step`: `n` tries only every n-th damage.
 */
export const tryDamages = async (
  { snapshot, step = 1 }: { readonly snapshot: boolean; readonly step?: number },
  progress: (done: number, of: number) => void = () => undefined,
): Promise<FlipsReport> => {
  const root = await mkdtemp(join(tmpdir(), 'flips-'));
  try {
    const confirmed = await makeSmallFolder(join(root, 'sound'), snapshot);
    const files = await filesIn(join(root, 'sound'));
    const damages = damagesOf(files, step);
    const faults: string[] = [];
    let refused = 0;
    for (const [index, damage] of damages.entries()) {
      const dir = join(root, String(index));
      const content = files.get(damage.file) ?? new Uint8Array();
      await writeFiles(dir, new Map([...files, [damage.file, damaged(content, damage)]]));
      const checked = await checkFolder(dir, confirmed);
      if (checked.kind === 'refused') refused++;
      faults.push(...checked.faults.map((fault) => `${JSON.stringify(damage)}: ${fault}`));
      await rm(dir, { recursive: true });
      if (index % 1_000 === 999) progress(index + 1, damages.length);
    }
    const cuts = damages.filter(({ kind }) => kind === 'cut').length;
    return { flips: damages.length - cuts, cuts, refused, faults };
  } finally {
    await rm(root, { recursive: true });
  }
};

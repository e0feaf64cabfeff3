/** A file as the disk of a machine has it: what a reader sees, and what of it survives a loss of power. */

type Change =
  | { readonly kind: 'write'; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly size: number };

/** A whole number below `limit`. */
export type Random = (limit: number) => number;

const PAGE = 512;

const apply = (content: Uint8Array, change: Change): Uint8Array => {
  const end = change.kind === 'truncate' ? change.size : change.position + change.bytes.byteLength;
  const size = change.kind === 'truncate' ? end : Math.max(content.byteLength, end);
  const next = new Uint8Array(size);
  next.set(content.subarray(0, size));
  if (change.kind === 'write') next.set(change.bytes, change.position);
  return next;
};

export class LossyFile {
  /** What the processes of the machine see. */
  content: Uint8Array;
  #durable: Uint8Array;
  /** What is not on the disk yet, in order. */
  #dirty: Change[] = [];

  constructor(content: Uint8Array = new Uint8Array(0)) {
    this.content = content;
    this.#durable = content;
  }

  write(position: number, bytes: Uint8Array): void {
    this.#change({ kind: 'write', position, bytes: Uint8Array.from(bytes) });
  }

  truncate(size: number): void {
    this.#change({ kind: 'truncate', size });
  }

  /** Only these bytes become durable, not what was dirty before. */
  writeThrough(position: number, bytes: Uint8Array): void {
    const change: Change = { kind: 'write', position, bytes: Uint8Array.from(bytes) };
    this.content = apply(this.content, change);
    this.#durable = apply(this.#durable, change);
  }

  flush(): void {
    this.#durable = this.#dirty.reduce(apply, this.#durable);
    this.#dirty = [];
  }

  /** The pages count as clean now, so that no later flush writes them: this is what Linux does. */
  failFlush(): void {
    this.#dirty = [];
  }

  /** The file after the process was killed: everything is there, nothing more is durable. */
  afterKill(): LossyFile {
    const file = new LossyFile(this.#durable);
    file.content = this.content;
    file.#dirty = [...this.#dirty];
    return file;
  }

  /** The file after the power was lost with nothing written back. */
  afterPowerLoss(): LossyFile {
    return new LossyFile(this.#durable);
  }

  /** The file after the power was lost: some changes in order, of their pages some, the last one torn. */
  afterTear(random: Random): LossyFile {
    const kept = random(this.#dirty.length + 1);
    const whole = this.#dirty.slice(0, kept);
    const torn = this.#dirty[kept];
    const content = whole.reduce(
      (before, change) =>
        apply(withHoles(before, change, random), { kind: 'truncate', size: sizeAfter(before, change) }),
      this.#durable,
    );
    if (torn?.kind !== 'write') return new LossyFile(content);
    const bytes = torn.bytes.subarray(0, random(torn.bytes.byteLength + 1));
    return new LossyFile(apply(content, { ...torn, bytes }));
  }

  #change(change: Change): void {
    this.content = apply(this.content, change);
    this.#dirty.push(change);
  }
}

const sizeAfter = (before: Uint8Array, change: Change): number =>
  change.kind === 'truncate'
    ? change.size
    : Math.max(before.byteLength, change.position + change.bytes.byteLength);

/** Applies a write page by page: a page that is left out keeps what it had, zeros when the file was shorter. */
const withHoles = (before: Uint8Array, change: Change, random: Random): Uint8Array => {
  if (change.kind === 'truncate' || random(2) === 0) return apply(before, change);
  let content = before;
  let at = 0;
  while (at < change.bytes.byteLength) {
    const position = change.position + at;
    const end = Math.min(at + PAGE - (position % PAGE), change.bytes.byteLength);
    const bytes = change.bytes.subarray(at, end);
    if (random(3) > 0) content = apply(content, { kind: 'write', position, bytes });
    at = end;
  }
  return content;
};

import { Folding, type FoldingDeps } from './folding.js';

export interface OwnedFoldingDeps<Entry> extends Omit<FoldingDeps<Entry>, 'writeOthers'> {
  /** Who caused an entry. */
  readonly ownerOf: (entry: Entry) => string;
  /** How many entries of an owner have no line; undefined: of owners beyond the limit. */
  readonly writeOthers: (count: number, owner: string | undefined) => void;
}

/** Of an interval; all others are folded together. */
const MAX_OWNERS = 1_000;

/** Folds the entries of each owner by themselves, so that nobody hides those of another. */
export class OwnedFolding<Entry> {
  readonly #deps: OwnedFoldingDeps<Entry>;
  readonly #owned = new Map<string, Folding<Entry>>();
  readonly #others: Folding<Entry>;

  constructor(deps: OwnedFoldingDeps<Entry>) {
    this.#deps = deps;
    this.#others = this.#foldingOf(undefined);
  }

  add(entry: Entry): void {
    this.#find(this.#deps.ownerOf(entry)).add(entry);
  }

  /** Writes the counts. */
  close(): void {
    for (const folding of [...this.#owned.values(), this.#others]) folding.close();
    this.#owned.clear();
  }

  #find(owner: string): Folding<Entry> {
    const known = this.#owned.get(owner);
    if (known !== undefined) return known;
    if (this.#owned.size >= MAX_OWNERS) this.#forgetUnused();
    if (this.#owned.size >= MAX_OWNERS) return this.#others;
    const folding = this.#foldingOf(owner);
    this.#owned.set(owner, folding);
    return folding;
  }

  #forgetUnused(): void {
    for (const [owner, folding] of this.#owned) if (folding.isEmpty) this.#owned.delete(owner);
  }

  #foldingOf(owner: string | undefined): Folding<Entry> {
    const { writeOthers } = this.#deps;
    return new Folding({ ...this.#deps, writeOthers: (count) => writeOthers(count, owner) });
  }
}

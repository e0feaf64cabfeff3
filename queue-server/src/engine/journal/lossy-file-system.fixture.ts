import { dirname } from 'node:path';
import type { File, FileSystem, OpenMode } from './file-system.js';
import type { Call, Fault, FaultCode } from './disk-fault.fixture.js';
import { LossyFile, type Random } from './lossy-disk.fixture.js';

/** How a machine comes back: `kill` ended only the process; `power` kept nothing unflushed, `tear` parts of it. */
export type Ending = 'kill' | 'power' | 'tear';

const failure = (code: string, path: string): Error => Object.assign(new Error(`${code}: ${path}`), { code });

interface OpenedFile {
  readonly path: string;
  readonly file: LossyFile;
  readonly mode: OpenMode;
}

/** A file system in memory whose disk fails, fills up and loses what was not flushed. */
export class LossyFileSystem implements FileSystem {
  #entries: Map<string, LossyFile>;
  #durableEntries: Map<string, LossyFile>;
  readonly #dirs: Set<string>;
  readonly #durableDirs: Set<string>;
  #calls = 0;
  #stopped = false;
  /** Files that are open. */
  openFiles = 0;
  bytesRead = 0;
  /** How many bytes all files together may have. */
  capacity = Number.POSITIVE_INFINITY;
  /** How many bytes a write takes at most in one call. */
  maxWrite = Number.POSITIVE_INFINITY;
  fault: (call: Call) => Fault | undefined = () => undefined;
  /** Lets a file, or a folder that is listed or synced, fail to open. Such calls are not counted. */
  openFault: (path: string, mode: OpenMode | 'folder') => FaultCode | undefined = () => undefined;
  /** What a flush waits for before it is done. */
  beforeFlush: () => Promise<void> = () => Promise.resolve();

  constructor(entries: ReadonlyMap<string, LossyFile> = new Map(), dirs: ReadonlySet<string> = new Set()) {
    this.#entries = new Map(entries);
    this.#durableEntries = new Map(entries);
    this.#dirs = new Set(dirs);
    this.#durableDirs = new Set(dirs);
  }

  get calls(): number {
    return this.#calls;
  }
  get paths(): readonly string[] {
    return [...this.#entries.keys()].sort();
  }
  get used(): number {
    return [...this.#entries.values()].reduce((sum, file) => sum + file.content.byteLength, 0);
  }

  content(path: string): Uint8Array {
    return this.#find(path).content;
  }

  /** Replaces a file's bytes on the disk, as a bad sector does. */
  overwrite(path: string, content: Uint8Array): void {
    const file = new LossyFile(content);
    this.#entries.set(path, file);
    this.#durableEntries.set(path, file);
  }
  erase(path: string): void {
    this.#entries.delete(path);
    this.#durableEntries.delete(path);
  }

  /** The machine after the process ended; this one cannot be used afterwards. */
  restart(ending: Ending, random: Random = () => 0): LossyFileSystem {
    this.#stopped = true;
    const survivors = new Map<string, LossyFile>();
    for (const path of new Set([...this.#entries.keys(), ...this.#durableEntries.keys()])) {
      const file = this.#survivor(path, ending, random);
      if (file) survivors.set(path, file);
    }
    if (ending === 'kill') {
      const next = new LossyFileSystem(survivors, this.#dirs);
      next.#durableEntries = this.#durableEntriesIn(survivors);
      for (const dir of this.#dirs) if (!this.#durableDirs.has(dir)) next.#durableDirs.delete(dir);
      return next;
    }
    return new LossyFileSystem(survivors, this.#durableDirs);
  }

  async makeDir(path: string): Promise<string | undefined> {
    this.#check();
    let topmost: string | undefined;
    for (let dir = path; dir !== dirname(dir) && !this.#dirs.has(dir); dir = dirname(dir)) {
      this.#dirs.add(dir);
      topmost = dir;
    }
    return topmost;
  }

  async list(dir: string): Promise<readonly string[]> {
    this.#open(dir, 'folder');
    return this.paths.filter((path) => dirname(path) === dir).map((path) => path.slice(dir.length + 1));
  }

  async open(path: string, mode: OpenMode): Promise<File> {
    this.#open(path, mode);
    if (mode === 'create') {
      this.#call('create', path);
      if (this.#entries.has(path)) throw failure('EEXIST', path);
      this.#entries.set(path, new LossyFile());
    }
    const file = this.#find(path);
    this.openFiles++;
    return this.#handle(path, file, mode);
  }

  async remove(path: string): Promise<void> {
    this.#check();
    this.#find(path);
    this.#call('remove', path);
    this.#entries.delete(path);
  }

  async syncDir(path: string): Promise<void> {
    this.#open(path, 'folder');
    this.#call('sync-dir', path);
    for (const each of new Set([...this.#entries.keys(), ...this.#durableEntries.keys()])) {
      if (dirname(each) !== path) continue;
      const file = this.#entries.get(each);
      if (file === undefined) this.#durableEntries.delete(each);
      else this.#durableEntries.set(each, file);
    }
    for (const dir of this.#dirs) if (dirname(dir) === path) this.#durableDirs.add(dir);
  }

  #open(path: string, mode: OpenMode | 'folder'): void {
    this.#check();
    const code = this.openFault(path, mode);
    if (code !== undefined) throw failure(code, path);
  }

  #handle(path: string, file: LossyFile, mode: OpenMode): File {
    return {
      size: async () => file.content.byteLength,
      read: async (into, position) => {
        this.#check();
        const bytes = file.content.subarray(position, position + into.byteLength);
        into.set(bytes);
        this.bytesRead += bytes.byteLength;
        return bytes.byteLength;
      },
      write: (buffers, position) => this.#write({ path, file, mode }, buffers, position),
      writeZeros: async (position, bytes) => {
        for (let at = 0; at < bytes;)
          at += this.#write({ path, file, mode }, [new Uint8Array(bytes - at)], position + at);
      },
      flush: async () => {
        await this.beforeFlush();
        this.#call('flush', path, () => file.failFlush());
        file.flush();
      },
      truncate: async (size) => {
        this.#call('truncate', path);
        file.truncate(size);
      },
      close: async () => {
        this.openFiles--;
      },
    };
  }

  #write({ path, file, mode }: OpenedFile, buffers: readonly Uint8Array[], position: number): number {
    if (buffers.length > 1024) throw failure('EINVAL', path);
    const all = Buffer.concat(buffers);
    const grows = Math.max(0, position + all.byteLength - file.content.byteLength);
    const room = all.byteLength - Math.max(0, grows - Math.max(0, this.capacity - this.used));
    this.#call(mode === 'write-through' ? 'write-through' : 'write', path, (takes) =>
      file.write(position, all.subarray(0, takes)),
    );
    const written = all.subarray(0, Math.min(this.maxWrite, room));
    if (written.byteLength === 0 && all.byteLength > 0) throw failure('ENOSPC', path);
    if (mode === 'write-through') file.writeThrough(position, written);
    else file.write(position, written);
    return written.byteLength;
  }

  /** Counts a call and lets it fail when it is to: `partly` does what the call did before. */
  #call(kind: Call['kind'], path: string, partly: (takes: number) => void = () => undefined): void {
    this.#check();
    const fault = this.fault({ index: this.#calls++, kind, path });
    if (!fault) return;
    const takes = fault.takes ?? 0;
    if (fault.kind === 'stop') {
      if (takes > 0 && kind !== 'flush') partly(takes);
      this.#stopped = true;
      throw new Error('the process was stopped');
    }
    if (takes > 0 || kind === 'flush') partly(takes);
    throw failure(fault.code, path);
  }

  /** Whether a folder that was created is lost with the power, and its contents. */
  #isLost(dir: string): boolean {
    if (dir === dirname(dir)) return false;
    return (this.#dirs.has(dir) && !this.#durableDirs.has(dir)) || this.#isLost(dirname(dir));
  }

  #survivor(path: string, ending: Ending, random: Random): LossyFile | undefined {
    if (ending !== 'kill' && this.#isLost(dirname(path))) return undefined;
    const seen = this.#entries.get(path);
    const durable = this.#durableEntries.get(path);
    switch (ending) {
      case 'kill':
        return seen?.afterKill();
      case 'power':
        return durable?.afterPowerLoss();
      case 'tear': {
        // What was created or removed since the folder was synced may or may not be durable.
        const file = seen === durable || random(2) === 0 ? durable : seen;
        return file?.afterTear(random);
      }
    }
  }

  #durableEntriesIn(survivors: ReadonlyMap<string, LossyFile>): Map<string, LossyFile> {
    const durable = new Map<string, LossyFile>();
    for (const [path, file] of this.#durableEntries) {
      const same = this.#entries.get(path) === file ? survivors.get(path) : file.afterPowerLoss();
      if (same) durable.set(path, same);
    }
    return durable;
  }

  #find(path: string): LossyFile {
    const file = this.#entries.get(path);
    if (!file) throw failure('ENOENT', path);
    return file;
  }

  #check(): void {
    if (this.#stopped) throw new Error('the process was stopped');
  }
}

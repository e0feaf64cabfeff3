import { extname, relative, sep } from 'node:path';

/** What a contract is made of. Not JSON: data and exports in these folders change while the server runs. */
const EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];
/** An editor writes several files: changes are gathered until there was none for this time, in milliseconds. */
const QUIET_MS = 100;

interface Watcher {
  close(): Promise<void>;
}

/** Changes of the source files in a folder and below, without packages, data and what begins with a dot. */
export class SourceChanges {
  readonly #folder: string;
  readonly #changed = new Set<string>();
  #watcher: Watcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wake: () => void = () => undefined;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Resolves when it sees every change. @param dataDir an absolute path */
  static async watch(folder: string, dataDir: string): Promise<SourceChanges> {
    const { watch } = await import('chokidar');
    const changes = new SourceChanges(folder);
    const isHidden = (path: string): boolean =>
      path === dataDir ||
      relative(folder, path)
        .split(sep)
        .some((name) => name === 'node_modules' || /^\.[^.]/.test(name));
    const watcher = watch(folder, { ignored: isHidden, ignoreInitial: true });
    watcher.on('all', (_event, path) => changes.#add(path));
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
    changes.#watcher = watcher;
    return changes;
  }

  /** Resolves at the next change, at once when there was one, or when the signal aborts. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted || (this.#changed.size > 0 && this.#timer === undefined)) resolve();
    });
  }

  /** The changed files, which are forgotten. */
  take(): string {
    const names = [...this.#changed].join(', ');
    this.#changed.clear();
    return names;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#watcher?.close();
  }

  #add(path: string): void {
    if (!EXTENSIONS.includes(extname(path))) return;
    this.#changed.add(relative(this.#folder, path));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#wake();
    }, QUIET_MS);
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, succeed } from '../empty-project.fixture.js';

/** The last commit whose protocol version is the one before this build's. */
const COMMIT = '6b12132c4f6b48a5c39ca718a48eb3f780edba49';
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface ServerProcess {
  readonly url: string;
  end(): Promise<void>;
}

/** The build before, made from the history of this repository. */
export class PreviousBuild {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<PreviousBuild> {
    const known = await run('git', ['cat-file', '-e', `${COMMIT}^{commit}`], ROOT);
    if (known.exitCode !== 0) {
      throw new Error(
        `The build before is commit ${COMMIT}, which this clone does not have. Fetch the whole history: git fetch --unshallow`,
      );
    }
    const build = new PreviousBuild(await mkdtemp(join(tmpdir(), 'typed-queue-before-')));
    try {
      await build.#make();
    } catch (error) {
      await build.remove();
      throw error;
    }
    return build;
  }

  async #make(): Promise<void> {
    const archive = join(this.folder, 'before.tar');
    await succeed('git', ['archive', '--output', archive, COMMIT], ROOT);
    await succeed('tar', ['-xf', archive], this.folder);
    const quick = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    await succeed('npm', ['ci', ...quick], this.folder);
    const packages = ['contracts', 'queue-client', 'queue-server'];
    const compiler = join(this.folder, 'node_modules/typescript/bin/tsc');
    await succeed(process.execPath, [compiler, '-b', ...packages], this.folder);
  }

  /** Starts its server on any free port; resolves when it listens. */
  async startServer(dataDir: string): Promise<ServerProcess> {
    const child = spawn(process.execPath, [join(this.folder, 'queue-server/dist/main.js')], {
      env: { PATH: process.env.PATH, LOG_FORMAT: 'json', PORT: '0', DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await listening(child);
    return {
      url,
      end: async () => {
        child.kill('SIGTERM');
        await once(child, 'exit');
      },
    };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

const listening = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const [, url] = /listens on (http[^"]+)/.exec(output) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => reject(new Error(`The server of the build before ended:\n${output}`)));
  });

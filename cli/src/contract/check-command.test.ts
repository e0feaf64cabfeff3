import { describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { join } from 'node:path';
import type { Machine } from '../machine.js';
import { runIn, withFolder, type Run } from '../run.fixture.js';
import { contractSchemas } from './contract-schemas.js';
import { exportDocument } from './export-document.js';

const CONTRACTS = join(import.meta.dirname, '../../../contracts/dist/index.js');

/** With the contract of the package `contracts`. */
const runWith = (directory: string, args: readonly string[], machine: Partial<Machine> = {}): Promise<Run> =>
  runIn(directory, args, { env: { CONTRACT: CONTRACTS }, ...machine });

type Changeable = {
  $defs: Record<string, Record<string, unknown>>;
  'x-typed-queue': { format: number; queues: { files: { failures?: object } } };
};

/** The export of that contract, with a change. */
const exported = async (change: (document: Changeable) => void = () => undefined): Promise<string> => {
  // Safe: it is made here.
  const document = structuredClone(exportDocument(await contractSchemas(contract))) as unknown as Changeable;
  change(document);
  return JSON.stringify(document);
};

const same = await exported();
/** As if `path` had been allowed to be missing. */
const older = await exported(({ $defs }) => {
  $defs['files.save'] = { ...$defs['files.save'], required: ['bytes', 'sha256', 'durationMs'] };
});

const check = (...args: readonly string[]) => ['contract', 'check', ...args];

describe('contract check', () => {
  it('says what is compatible', async () => {
    await withFolder({ 'contract.json': same }, async (directory) => {
      const { exitCode, out, err } = await runWith(directory, check('--against', 'contract.json'));
      expect([exitCode, err]).toEqual([0, '']);
      expect(out).toMatch(
        /^full against contract\.json\n\nfiles\.save {7}compatible\n[^]*\ncompatible: 7 compatible\n$/,
      );
    });
  });

  it('says what breaks, where, by which rule, with an example', async () => {
    await withFolder({ 'contract.json': older }, async (directory) => {
      const { exitCode, out } = await runWith(directory, check('--against', 'contract.json'));
      expect(exitCode).toBe(1);
      expect(out).toContain(
        `files.save       breaking
  backward at /properties/path: a field may be missing, but is required (required)
    what was published under contract.json may not be valid now
    for example {"bytes":1,"sha256":"text","durationMs":1}
`,
      );
      expect(out).toContain('breaking: 1 breaking, 6 compatible');
    });
  });

  it('warns of a failure that is not declared any more', async () => {
    const failing = await exported((document) => {
      const { files } = document['x-typed-queue'].queues;
      files.failures = { save: { disk_full: { retry: true }, odd: { retry: false, data: 'files.error' } } };
    });
    await withFolder({ 'contract.json': failing }, async (directory) => {
      const { exitCode, out } = await runWith(directory, check('--against', 'contract.json'));
      expect(exitCode).toBe(0);
      expect(out).toContain(
        `files.save       compatible
  warning: the failure disk_full: the failure is not in the contract (failure-removed)
    dead letters of contract.json with it may be read as "undeclared"
`,
      );
      expect(out).toMatch(/\ncompatible: 7 compatible, 2 warnings\n$/);
    });
  });

  it('refuses an export that lacks the schema of a failure', async () => {
    const damaged = await exported((document) => {
      document['x-typed-queue'].queues.files.failures = { save: { odd: { retry: false, data: 'none' } } };
    });
    await withFolder({ 'contract.json': damaged }, async (directory) => {
      const { exitCode, err } = await runWith(directory, check('--against', 'contract.json'));
      expect([exitCode, err]).toEqual([
        66,
        'error: contract.json: it is damaged: the schema "none" is missing\n',
      ]);
    });
  });

  it('prints JSON', async () => {
    await withFolder({ 'contract.json': older }, async (directory) => {
      const { exitCode, out } = await runWith(directory, check('--against', 'contract.json', '--json'));
      expect(exitCode).toBe(1);
      expect(JSON.parse(out)).toMatchObject({
        mode: 'full',
        against: ['contract.json'],
        verdict: 'breaking',
        events: expect.arrayContaining([expect.objectContaining({ event: 'save', verdict: 'breaking' })]),
        unusedWaivers: [],
      });
    });
  });

  it('exits with 2 for what cannot be decided', async () => {
    const pattern = await exported(({ $defs }) => {
      const save = $defs['files.save'] ?? {};
      $defs['files.save'] = { ...save, 'x-undecidable': 'a refinement' };
    });
    await withFolder({ 'contract.json': pattern }, async (directory) => {
      const { exitCode, out } = await runWith(directory, check('--against', 'contract.json'));
      expect(exitCode).toBe(2);
      expect(out).toContain('files.save       undecidable\n  forward: a refinement (undecidable)');
    });
  });

  it('accepts what a waiver names, and says which waiver matches nothing', async () => {
    const waivers = JSON.stringify({
      waivers: [
        { rule: 'required', event: 'save', reason: 'nobody published without it' },
        { rule: 'type', reason: 'left over' },
      ],
    });
    await withFolder({ 'contract.json': older, 'waivers.json': waivers }, async (directory) => {
      const { exitCode, out } = await runWith(
        directory,
        check('--against', 'contract.json', '--waivers', 'waivers.json'),
      );
      expect(exitCode).toBe(0);
      expect(out).toContain('    waived: nobody published without it\n');
      expect(out).toContain('warning: a waiver matches nothing: {"rule":"type","reason":"left over"}\n');
    });
  });

  it.each([
    [
      '{"waivers":[{"rule":"required"}]}',
      'w.json: waivers: 0: reason: Invalid input: expected string, received undefined',
    ],
    ['{"waivers":[{"rule":"required","reason":" "}]}', 'w.json: waivers: 0: reason: expected a reason'],
    ['{"waivers":[{"rule":"all","reason":"x"}]}', 'w.json: waivers: 0: rule: Invalid option'],
    ['{"waivers":[{"rule":"type","reason":"x","evnt":"y"}]}', 'w.json: waivers: 0: Unrecognized key: "evnt"'],
    ['{', 'w.json cannot be read: '],
  ])('refuses the waivers %s', async (text, problem) => {
    await withFolder({ 'contract.json': same, 'w.json': text }, async (directory) => {
      const { exitCode, err } = await runWith(
        directory,
        check('--against', 'contract.json', '--waivers', 'w.json'),
      );
      expect(exitCode).toBe(66);
      expect(err).toContain(`error: ${problem}`);
    });
  });
});

describe('the sources of contract check', () => {
  it('a folder, with every export in it', async () => {
    await withFolder({ '2.json': same, '10.json': older, 'notes.txt': '' }, async (directory) => {
      const run = await runWith(directory, check('--against', '.', '--mode', 'full-transitive', '--json'));
      expect(run.exitCode).toBe(1);
      expect(JSON.parse(run.out)).toMatchObject({ against: ['2.json', '10.json'] });
      const { exitCode, err } = await runWith(directory, check('--against', '.'));
      expect([exitCode, err]).toEqual([
        64,
        'error: there are 2 exports: name one, or say --mode full-transitive\n',
      ]);
    });
  });

  it('several exports', async () => {
    await withFolder({ 'a.json': same, 'b.json': same }, async (directory) => {
      const args = check('--against', 'a.json', '--against', 'b.json', '--mode', 'full-transitive', '--json');
      expect(JSON.parse((await runWith(directory, args)).out)).toMatchObject({
        against: ['a.json', 'b.json'],
      });
    });
  });

  it('a URL', async () => {
    const asked: unknown[] = [];
    const fetch = async (url: unknown): Promise<Response> => {
      asked.push(url);
      return new Response(same);
    };
    const { exitCode } = await runWith('/', check('--against', 'https://example.com/c.json'), { fetch });
    expect([exitCode, asked]).toEqual([0, ['https://example.com/c.json']]);
  });

  it.each([
    ['main:api/contract.json', 'main:api/contract.json'],
    ['v1.2.0', 'v1.2.0:./contract.json'],
  ])('the git ref %s', async (source, object) => {
    const asked: unknown[] = [];
    const git = async (args: readonly string[], directory: string): Promise<string> => {
      asked.push(args, directory);
      return same;
    };
    const { exitCode } = await runWith('/', check('--against', source), { git });
    expect([exitCode, asked]).toEqual([0, [['show', '--end-of-options', object], '/']]);
  });

  const git = (): Promise<string> => {
    const stderr = "hint: more\nfatal: invalid object name 'nowhere'.\n";
    return Promise.reject(Object.assign(new Error('Command failed'), { stderr }));
  };
  const fetch = async (): Promise<Response> => new Response('', { status: 404, statusText: 'Not Found' });

  it.each([
    [
      'nowhere',
      "nowhere cannot be read: there is no such file or folder, and git says: fatal: invalid object name 'nowhere'.",
    ],
    ['http://x/y', 'http://x/y cannot be read: the server answered 404 Not Found'],
    ['text.json', 'text.json: it is no JSON'],
    [
      'other.json',
      'other.json: it is no export of a contract: make one by "typed-queue contract export --json-schema"',
    ],
    ['newer.json', 'newer.json: its format is 2, and this version of typed-queue reads 1'],
    ['damaged.json', 'damaged.json: it is damaged: the schema "files.save" is missing'],
    ['empty', 'empty has no file that ends in .json'],
  ])('%s is an error in one line', async (source, problem) => {
    const files = {
      'text.json': 'x',
      'other.json': '{}',
      'newer.json': await exported((document) => (document['x-typed-queue'].format = 2)),
      'damaged.json': await exported(({ $defs }) => delete $defs['files.save']),
    };
    await withFolder(files, async (directory) => {
      const { mkdir } = await import('node:fs/promises');
      await mkdir(`${directory}/empty`);
      expect(await runWith(directory, check('--against', source), { git, fetch })).toEqual({
        exitCode: 66,
        out: '',
        err: `error: ${problem}\n`,
      });
    });
  });
});

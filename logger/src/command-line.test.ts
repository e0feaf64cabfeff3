import { describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { parseCommand } from './command-line.js';

const NOW = 1_000_000_000_000;
const parse = (line: string) => parseCommand(line.split(' ').filter(Boolean), contract, NOW);
const plain = { kind: 'print', filter: undefined, replay: undefined, json: false };

describe('parseCommand', () => {
  it('leaves everything to the environment by default', () => {
    expect(parse('')).toEqual(plain);
  });

  it.each([
    ['--queue files', { queues: ['files'], events: [] }],
    ['--event=error', { queues: [], events: ['error'] }],
    ['--queue files --queue database', { queues: ['files', 'database'], events: [] }],
    [
      '--queue files,database --event save,create',
      { queues: ['files', 'database'], events: ['save', 'create'] },
    ],
  ])('takes a filter: %s', (line, filter) => {
    expect(parse(line)).toEqual({ ...plain, filter });
  });

  it.each([
    ['--from start', { from: 'start', follow: true }],
    ['--from now --no-follow', { from: 'now', follow: false }],
    ['--from 1m', { from: { time: NOW - 60_000 }, follow: true }],
    ['--from=1970-01-01T00:00Z', { from: { time: 0 }, follow: true }],
  ])('takes a replay: %s', (line, replay) => {
    expect(parse(line)).toEqual({ ...plain, replay });
  });

  it('takes a seq of one queue', () => {
    expect(parse('--from 7 --queue database')).toMatchObject({ replay: { from: { seq: 7 } } });
    expect(parse('--from 7 --event save')).toMatchObject({ replay: { from: { seq: 7 } } });
  });

  it('takes --json, and --help with anything', () => {
    expect(parse('--json')).toEqual({ ...plain, json: true });
    expect(parse('--help --queue flies')).toEqual({ kind: 'help' });
  });

  it.each([
    ['--queue flies', '--queue "flies": allowed: files, database'],
    ['--queue=', '--queue "": allowed: files, database'],
    ['--event svae', '--event "svae": allowed: save, error, create, read, update, delete'],
    ['--queue files --event create', '--event "create": allowed: save, error'],
    ['--from 7', '--from 7: a seq is a place in one queue: name it with --queue'],
    ['--no-follow', '--no-follow: only with --from'],
    ['--from yesterday', expect.stringMatching(/^--from "yesterday": allowed: start, now, a seq/)],
    ['--from=', expect.stringMatching(/^--from "": allowed: start/)],
    ['--qeue files', expect.stringContaining("Unknown option '--qeue'")],
    ['files', expect.stringContaining("Unexpected argument 'files'")],
  ])('refuses %s', (line, problem) => {
    expect(parse(line)).toEqual({ kind: 'wrong', problems: [problem] });
  });

  it('reports all wrong values together', () => {
    expect(parse('--queue flies,files --event svae,error,create --from 0 --json')).toEqual({
      kind: 'wrong',
      problems: [
        '--queue "flies": allowed: files, database',
        '--event "svae": allowed: save, error',
        '--event "create": allowed: save, error',
        expect.stringContaining('--from "0": allowed'),
      ],
    });
  });
});

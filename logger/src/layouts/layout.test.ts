import { describe, expect, it } from '@jest/globals';
import {
  contract,
  type AnyMessage,
  type EventName,
  type Payload,
  type QueueName,
  type SystemContract,
} from '@typed-queue/contracts';
import colors from 'picocolors';
import { jsonLayout } from './json-layout.js';
import type { Layout } from './layout.js';
import { prettyLayout } from './pretty-layout.js';

const ID = '019ab1c2-0000-7000-8000-000000000001';
/** Local, as it is printed. */
const TIME = new Date(2026, 10, 23, 19, 10, 5, 123).getTime();
const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const message = <Q extends QueueName<SystemContract>, E extends EventName<SystemContract, Q>>(
  queue: Q,
  event: E,
  payload: Payload<SystemContract, Q, E>,
): AnyMessage => ({ id: ID, queue, event, payload, headers: {}, seq: 7, time: TIME });

const product = { _id: '65f', name: 'Tea', price: 5 };
const save = message('files', 'save', { path: '/work/a.txt', bytes: 1234, sha256: SHA256, durationMs: 3.21 });

const cases: readonly (readonly [name: string, message: AnyMessage, expected: string])[] = [
  ['files save', save, `files     #7  save    /work/a.txt  1234 B (1.2 kB)  sha256 ${SHA256}  3.2 ms`],
  [
    'files error',
    message('files', 'error', {
      path: '/work/a b.txt',
      operation: 'write',
      code: 'EACCES',
      message: 'EACCES: permission denied',
    }),
    'files     #7  error   "/work/a b.txt"  write failed  EACCES: permission denied',
  ],
  [
    'database create',
    message('database', 'create', { model: 'product', id: '65f', after: product }),
    'database  #7  create  product  65f  {"_id":"65f","name":"Tea","price":5}',
  ],
  [
    'database read of one',
    message('database', 'read', { model: 'product', id: '65f', count: 1 }),
    'database  #7  read    product  65f  1 found',
  ],
  [
    'database read of many',
    message('database', 'read', { model: 'product', filter: { price: { $gt: 4 } }, count: 20 }),
    'database  #7  read    product  where {"price":{"$gt":4}}  20 found',
  ],
  [
    'database update',
    message('database', 'update', {
      model: 'product',
      id: '65f',
      before: product,
      after: { ...product, price: 6 },
      changed: ['price'],
    }),
    'database  #7  update  product  65f  price: 5 → 6',
  ],
  [
    'database delete',
    message('database', 'delete', { model: 'product', id: '65f', before: product }),
    'database  #7  delete  product  65f  {"_id":"65f","name":"Tea","price":5}',
  ],
  [
    'database error without an id',
    message('database', 'error', { model: 'product', operation: 'create', code: '11000', message: 'twice' }),
    'database  #7  error   product  create failed  11000: twice',
  ],
  [
    'database error with an id',
    message('database', 'error', {
      model: 'product',
      operation: 'update',
      id: '65f',
      code: '11000',
      message: 'twice',
    }),
    'database  #7  error   product  65f  update failed  11000: twice',
  ],
];

const plain = prettyLayout(contract, colors.createColors(false));
const coloured = prettyLayout(contract, colors.createColors(true));

/** All texts of a message replaced by one that would forge a line, clear the screen and turn the text around. */
const hostile = (value: unknown): unknown => {
  if (typeof value === 'string') return 'x\r\n2026 files #8 save\u001b[2J\u009b31m\u007f\u2028\u202e';
  if (Array.isArray(value)) return value.map(hostile);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [`${key}\n\u009b`, hostile(each)]));
};

const withHostileTexts = (original: AnyMessage): AnyMessage => {
  const payload = Object.fromEntries(
    Object.entries(original.payload ?? {}).map(([key, each]) => [key, hostile(each)]),
  );
  return { ...original, payload };
};

const ACTING = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const isOneLine = (line: string): boolean => line.endsWith('\n') && !ACTING.test(line.slice(0, -1));

describe('prettyLayout', () => {
  it.each(cases)('prints %s', (_name, each, expected) => {
    expect(plain.message(each)).toBe(`2026-11-23 19:10:05.123  ${expected}\n`);
  });

  it('paints each event in its colour, and errors in red', () => {
    const { green, blue, yellow, magenta, red } = colors.createColors(true);
    const lines = cases.map(([, each]) => coloured.message(each));
    const events = [
      green('save  '),
      red('error '),
      green('create'),
      blue('read  '),
      blue('read  '),
      yellow('update'),
      magenta('delete'),
      red('error '),
      red('error '),
    ];
    expect(lines).toEqual(events.map((event) => expect.stringContaining(`  ${event}  `)));
    expect(lines[1]).toContain(red('EACCES: permission denied'));
    expect(lines[7]).toContain(red('11000: twice'));
  });

  it('cuts a long document', () => {
    const long = message('database', 'create', {
      model: 'product',
      id: '65f',
      after: { text: 'y'.repeat(9999) },
    });
    expect(plain.message(long)).toMatch(/ {2}\{"text":"y{190}…\n$/);
  });

  it('cuts a long list of changes', () => {
    const changed = Array.from({ length: 1000 }, (_, index) => `path.${index}`);
    const update = message('database', 'update', { model: 'm', id: '1', before: {}, after: {}, changed });
    expect(plain.message(update)).toMatch(/ {2}path\.0, .{391}…\n$/);
  });

  it('quotes a field that would pass for several', () => {
    const forged = message('files', 'save', {
      path: '/a.txt  1 B  sha256 00',
      bytes: 2,
      sha256: '11  9 ms',
      durationMs: 1,
    });
    expect(plain.message(forged)).toContain(
      'save    "/a.txt  1 B  sha256 00"  2 B  sha256 "11  9 ms"  1 ms\n',
    );
  });
});

describe('jsonLayout', () => {
  it('prints the whole message', () => {
    const line = jsonLayout.message(save);
    expect(line).toBe(
      `{"time":"${new Date(TIME).toISOString()}","queue":"files","event":"save","seq":7,"id":"${ID}",` +
        `"headers":{},"payload":{"path":"/work/a.txt","bytes":1234,"sha256":"${SHA256}","durationMs":3.21}}\n`,
    );
  });

  it.each(cases)('prints %s so that it can be read back', (_name, each) => {
    const nasty = withHostileTexts(each);
    expect(JSON.parse(jsonLayout.message(nasty))).toEqual({ ...nasty, time: new Date(TIME).toISOString() });
  });
});

describe.each<[string, Layout]>([
  ['prettyLayout', plain],
  ['jsonLayout', jsonLayout],
])('%s with hostile texts', (_name, layout) => {
  it.each(cases)('prints %s as one line that does nothing', (_case, each) => {
    const line = layout.message(withHostileTexts(each));
    expect(isOneLine(line)).toBe(true);
    expect(line).toContain('x\\r\\n2026');
  });
});

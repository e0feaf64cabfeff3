import { QueueError } from '@typed-queue/contracts';
import * as z from 'zod';
import type { QueueServerOptions } from '../server.js';
import type { TestQueueOptions } from './test-queue.js';

/** A schema for each option, those of all members of a union. */
type Shape<Options> = Readonly<Record<Options extends unknown ? keyof Options : never, z.ZodType>>;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

// The error of each is what an option should be.
const number = z.custom((value) => typeof value === 'number' && value >= 0, 'a number from 0 on').optional();
const text = z.string('a text').min(1, 'a text that is not empty').optional();
const texts = z.array(z.string('a text'), 'a list of texts').optional();
const method = z.custom((value) => typeof value === 'function', 'a function').optional();
const object = z.custom(isObject, 'an object').optional();
const place = z.enum(['memory', 'disk'], '"memory" or "disk"').optional();

const engine = {
  leaseMs: number,
  graceMs: number,
  maxUnsettled: number,
  maxGroups: number,
  now: method,
  wallNow: method,
  random: method,
  after: method,
  onError: method,
  fileSystem: object,
  durability: place,
  log: method,
  onFrameBytes: method,
  measured: method,
} satisfies Shape<NonNullable<QueueServerOptions['engine']>>;

/** What both servers take. */
const shared = {
  storage: place,
  host: text,
  port: number,
  keys: texts,
  authenticator: object,
  origins: texts,
  allowedHosts: texts,
  trustedProxies: number,
  memoryBudget: number,
  drainMs: number,
  dashboard: z.boolean('true or false').optional(),
  logger: object,
  tls: object,
  now: method,
  after: method,
  measuringClock: object,
  engine: z.strictObject(engine, 'an object').optional(),
  maxGroups: number,
  messagesPerSecond: number,
  bytesPerSecond: number,
  maxConnections: number,
  maxConnectionsPerAddress: number,
  maxSubscriptions: number,
  maxGroupsPerConnection: number,
  maxWrongKeys: number,
  maxPayloadBytes: number,
  maxHeadersBytes: number,
  handshakeTimeoutMs: number,
};

const server = {
  ...shared,
  contract: object,
  dataDir: text,
  durability: place,
  clock: object,
  measuringClock: object,
} satisfies Shape<QueueServerOptions>;

const queue = { ...shared, startAt: number, client: object } satisfies Shape<TestQueueOptions>;

const invalid = (call: string, problem: string, option: string): QueueError =>
  new QueueError('request_invalid', `${call}: ${problem}.`, { details: { option } });

const shown = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : String(value));

/** @throws QueueError `request_invalid` for the first option that is unknown or of another type */
const check = (call: string, shape: Readonly<Record<string, z.ZodType>>, options: unknown): void => {
  const { error } = z.strictObject(shape, 'an object').safeParse(options, { reportInput: true });
  const issue = error?.issues[0];
  if (issue === undefined) return;
  const option = issue.path.join('.');
  const subject = option === '' ? 'the last argument' : `the option "${option}"`;
  if (issue.code !== 'unrecognized_keys')
    throw invalid(call, `${subject} is ${issue.message}, not ${shown(issue.input)}`, option);
  const names = Object.keys(option === 'engine' ? engine : shape).join(', ');
  const [unknown = ''] = issue.keys;
  throw invalid(call, `${subject} has no field "${unknown}"; it may have ${names}`, unknown);
};

/** @throws QueueError `request_invalid` */
export const checkServerOptions = (options: unknown): void => check('startTestServer', server, options);

/** @throws QueueError `request_invalid` */
export const checkQueueOptions = (contract: unknown, options: unknown): void => {
  const queues: [string, unknown][] = isObject(contract) ? Object.entries(contract) : [['', undefined]];
  if (
    !queues.every(
      ([name, each]) => isObject(each) && 'events' in each && 'name' in each && each.name === name,
    )
  )
    throw invalid(
      'startTestQueue',
      'the first argument is a contract, as defineContract makes it',
      'contract',
    );
  check('startTestQueue', queue, options);
};

import { QueueError } from '@typed-queue/contracts';
import { codeOf } from '@typed-queue/program';
import { stat } from 'node:fs/promises';
import * as z from 'zod';
import type { QueueServerOptions } from './server-options.js';

/** A schema for each option, those of all members of a union. */
export type Shape<Options> = Readonly<Record<Options extends unknown ? keyof Options : never, z.ZodType>>;

const MAX_PORT = 65_535;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Whether it is what `defineContract` makes, of at least one queue. */
export const isContract = (value: unknown): boolean => {
  const queues: [string, unknown][] = isObject(value) ? Object.entries(value) : [];
  const isQueue = (name: string, queue: unknown): boolean =>
    isObject(queue) && 'events' in queue && 'name' in queue && queue.name === name;
  return queues.length > 0 && queues.every(([name, queue]) => isQueue(name, queue));
};

export const CONTRACT = 'a contract, as defineContract makes it, of at least one queue';

// The error of each is what an option should be.
const number = z.custom((value) => typeof value === 'number' && value >= 0, 'a number from 0 on').optional();
const port = z
  .custom((value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_PORT, {
    error: `a port: a whole number from 0 to ${MAX_PORT}`,
  })
  .optional();
const text = z.string('a text').min(1, 'a text that is not empty').optional();
const texts = z.array(z.string('a text'), 'a list of texts').optional();
const method = z.custom((value) => typeof value === 'function', 'a function').optional();
export const object = z.custom(isObject, 'an object').optional();
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

/** What all servers take. */
export const shared = {
  storage: place,
  host: text,
  port,
  keys: texts,
  authenticator: object,
  auth: z.literal('none', '"none"').optional(),
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

/** What servers take that are no test queues. */
export const server = {
  ...shared,
  contract: z.custom(isContract, CONTRACT).optional(),
  dataDir: text,
  durability: place,
  clock: object,
} satisfies Shape<QueueServerOptions>;

export const optionInvalid = (call: string, problem: string, option: string): QueueError =>
  new QueueError('request_invalid', `${call}: ${problem}.`, { details: { option } });

const shown = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : String(value);
};

/** @throws QueueError `request_invalid` for the first option that is unknown or of another type */
export const checkShape = (
  call: string,
  shape: Readonly<Record<string, z.ZodType>>,
  options: unknown,
): void => {
  const { error } = z.strictObject(shape, 'an object').safeParse(options, { reportInput: true });
  const issue = error?.issues[0];
  if (issue === undefined) return;
  const option = issue.path.join('.');
  const subject = option === '' ? 'the last argument' : `the option "${option}"`;
  if (issue.code !== 'unrecognized_keys') {
    const value = issue.path[0] === 'keys' ? '(hidden)' : shown(issue.input);
    throw optionInvalid(call, `${subject} is ${issue.message}, not ${value}`, option);
  }
  const names = Object.keys(option === 'engine' ? engine : shape).join(', ');
  const [unknown = ''] = issue.keys;
  throw optionInvalid(call, `${subject} has no field "${unknown}"; it may have ${names}`, unknown);
};

interface Place {
  readonly storage?: unknown;
  readonly dataDir?: unknown;
  readonly durability?: unknown;
}

/** @throws QueueError `request_invalid` for an option of the disk beside `storage: 'memory'` */
export const checkPlace = (call: string, options: Place): void => {
  if (options.storage !== 'memory') return;
  const more = (['dataDir', 'durability'] as const).find((name) => options[name] !== undefined);
  if (more !== undefined)
    throw optionInvalid(call, `the option "${more}" is of no use with storage "memory": leave one out`, more);
};

const CALL = 'startQueueServer';

/** What `startQueueServer` was called with. @throws QueueError `request_invalid` */
export const checkServerOptions = async (options: Partial<QueueServerOptions> = {}): Promise<void> => {
  checkShape(CALL, server, options);
  checkPlace(CALL, options);
  if (options.storage === 'memory') return;
  const { dataDir } = options;
  if (dataDir === undefined)
    throw optionInvalid(
      CALL,
      `the option "dataDir" is missing: name a folder for the messages, or say storage: 'memory'`,
      'dataDir',
    );
  if (!(await mayBeFolder(dataDir)))
    throw optionInvalid(
      CALL,
      `the option "dataDir" is ${JSON.stringify(dataDir)}, which is no folder, or something on the way to it is none`,
      'dataDir',
    );
};

const mayBeFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    // Others are of the file system, and may pass: they are reported when it is opened.
    return codeOf(error) !== 'ENOTDIR';
  }
};

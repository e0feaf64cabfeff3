import { QueueError } from '@typed-queue/contracts';
import { codeOf, isHostName, isOrigin } from '@typed-queue/program';
import { stat } from 'node:fs/promises';
import * as z from 'zod';
import { isNatsUrl } from './engine/nats/nats-url.js';
import { REPLICAS_EXPECTED, isReplicas } from './engine/nats/replicas.js';
import { isRedisUrl } from './engine/redis/redis-url.js';
import { STORE_PREFIX, STORE_PREFIX_EXPECTED } from './engine/remote/store-prefix.js';
import { BOUNDS, type Bounds } from './limits.js';
import type { QueueServerOptions } from './server-options.js';

/** A schema for each option, those of all members of a union. */
export type Shape<Options> = Readonly<Record<Options extends unknown ? keyof Options : never, z.ZodType>>;

const MAX_PORT = 65_535;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** No instance of a class, whose fields would be passed over. */
const isPlain = (value: unknown): boolean => {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
};

/** Whether it is what `defineContract` makes, of at least one queue. */
export const isContract = (value: unknown): boolean => {
  const queues: [string, unknown][] = isObject(value) ? Object.entries(value) : [];
  const isQueue = (name: string, queue: unknown): boolean =>
    isObject(queue) && 'events' in queue && 'name' in queue && queue.name === name;
  return queues.length > 0 && queues.every(([name, queue]) => isQueue(name, queue));
};

export const CONTRACT = 'a contract, as defineContract makes it, of at least one queue';

// The error of each is what an option should be.
const within = ({ least, most, expected }: Bounds) =>
  z
    .custom(
      (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
      expected,
    )
    .optional();
const port = z
  .custom((value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_PORT, {
    error: `a port: a whole number from 0 to ${MAX_PORT}`,
  })
  .optional();
const text = z.string('a text').min(1, 'a text that is not empty').optional();
const path = z
  .string('a text')
  .refine((value) => value !== '' && !value.includes('\0'), 'a path: a text that is not empty, without NUL')
  .optional();
const texts = z.array(z.string('a text'), 'a list of texts').optional();
const origins = z
  .array(
    z.custom((value) => typeof value === 'string' && (value === '*' || isOrigin(value)), {
      error: 'an origin as browsers send it, https://shop.example, or "*"',
    }),
    'a list of texts',
  )
  .optional();
const hosts = z
  .array(
    z.custom((value) => typeof value === 'string' && isHostName(value), {
      error: 'a name or an address without a port, or "*"',
    }),
    'a list of texts',
  )
  .optional();
const method = z.custom((value) => typeof value === 'function', 'a function').optional();
/** An object with functions of these names. */
const having = (names: readonly string[], expected: string) =>
  z
    .custom(
      (value) => isObject(value) && names.every((name) => typeof Reflect.get(value, name) === 'function'),
      expected,
    )
    .optional();
const clock = having(['now', 'wallNow', 'after'], 'a clock, with the functions now, wallNow and after');
const place = z.enum(['memory', 'disk'], '"memory" or "disk"').optional();

const redisUrl = z
  .custom((value) => typeof value === 'string' && isRedisUrl(value), 'a URL: redis://… or rediss://…')
  .optional();
const natsUrl = z
  .custom(
    (value) => typeof value === 'string' && isNatsUrl(value),
    'a URL: nats://host:4222,host2:4222 or tls://…',
  )
  .optional();
const storeTls = z
  .strictObject(
    { ca: z.string('certificates in PEM').optional(), verify: z.boolean('true or false').optional() },
    'an object',
  )
  .optional();
const storePrefix = z.string(STORE_PREFIX_EXPECTED).regex(STORE_PREFIX, STORE_PREFIX_EXPECTED).optional();

const engine = {
  leaseMs: within(BOUNDS.leaseMs),
  graceMs: within(BOUNDS.graceMs),
  maxUnsettled: within(BOUNDS.maxUnsettled),
  maxGroups: within(BOUNDS.maxGroups),
  now: method,
  wallNow: method,
  random: method,
  after: method,
  onError: method,
  fileSystem: having(['makeDir', 'list', 'open', 'remove', 'syncDir'], 'a file system'),
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
  authenticator: having(['authenticate', 'renew'], 'an authenticator, as `Authenticator.open` makes it'),
  auth: z.literal('none', '"none"').optional(),
  origins,
  allowedHosts: hosts,
  trustedProxies: within(BOUNDS.trustedProxies),
  memoryBudget: within(BOUNDS.memoryBudget),
  drainMs: within(BOUNDS.drainMs),
  dashboard: z.boolean('true or false').optional(),
  logger: having(['info', 'warn', 'error'], 'a logger, as pino makes it'),
  tls: having(['reload'], 'a certificate that was opened'),
  now: method,
  after: method,
  measuringClock: clock,
  engine: z.custom(isPlain, 'an object').pipe(z.strictObject(engine, 'an object')).optional(),
  maxGroups: within(BOUNDS.maxGroups),
  messagesPerSecond: within(BOUNDS.messagesPerSecond),
  bytesPerSecond: within(BOUNDS.bytesPerSecond),
  maxConnections: within(BOUNDS.maxConnections),
  maxConnectionsPerAddress: within(BOUNDS.maxConnectionsPerAddress),
  maxSubscriptions: within(BOUNDS.maxSubscriptions),
  maxGroupsPerConnection: within(BOUNDS.maxGroupsPerConnection),
  maxWrongKeys: within(BOUNDS.maxWrongKeys),
  maxPayloadBytes: within(BOUNDS.maxPayloadBytes),
  maxHeadersBytes: within(BOUNDS.maxHeadersBytes),
  maxScheduled: within(BOUNDS.maxScheduled),
  handshakeTimeoutMs: within(BOUNDS.handshakeTimeoutMs),
};

/** What servers take that are no test queues. */
export const server = {
  ...shared,
  storage: z.enum(['memory', 'disk', 'redis', 'nats'], '"memory", "disk", "redis" or "nats"').optional(),
  contract: z.custom(isContract, CONTRACT).optional(),
  dataDir: path,
  redisUrl,
  redisTls: storeTls,
  redisPrefix: storePrefix,
  natsUrl,
  natsTls: storeTls,
  natsCredentials: text,
  natsPrefix: storePrefix,
  natsReplicas: z.custom(isReplicas, REPLICAS_EXPECTED).optional(),
  natsSpread: z.boolean('true or false').optional(),
  durability: place,
  clock,
  onLost: method,
  signal: z.instanceof(AbortSignal, { error: 'an AbortSignal' }).optional(),
} satisfies Shape<QueueServerOptions>;

export const optionInvalid = (call: string, problem: string, option: string): QueueError =>
  new QueueError('request_invalid', `${call}: ${problem}.`, { details: { option } });

const shown = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : String(value);
};

/** @throws QueueError `request_invalid` for all options that are unknown or wrong; `details.option` is the first */
export const checkShape = (
  call: string,
  shape: Readonly<Record<string, z.ZodType>>,
  options: unknown,
): void => {
  const { error } = z.strictObject(shape, 'an object').safeParse(options, { reportInput: true });
  const problems = (error?.issues ?? []).map((issue) => problemOf(issue, shape));
  const [first] = problems;
  if (first === undefined) return;
  throw optionInvalid(call, problems.map(({ text }) => text).join('; '), first.option);
};

/** They have keys and passwords in them. */
const SECRET: ReadonlySet<string> = new Set(['keys', 'redisUrl', 'natsUrl', 'natsCredentials']);

const problemOf = (
  issue: z.core.$ZodIssue,
  shape: Readonly<Record<string, z.ZodType>>,
): { readonly option: string; readonly text: string } => {
  const option = issue.path.join('.');
  const subject = option === '' ? 'the last argument' : `the option "${option}"`;
  if (issue.code !== 'unrecognized_keys') {
    const value = SECRET.has(option.split('.')[0] ?? '') ? '(hidden)' : shown(issue.input);
    return { option, text: `${subject} is ${issue.message}, not ${value}` };
  }
  const names = Object.keys(option === 'engine' ? engine : shape).join(', ');
  const unknown = issue.keys.map((name) => `"${name}"`).join(', ');
  return { option: issue.keys[0] ?? '', text: `${subject} has no field ${unknown}; it may have ${names}` };
};

/** Options that belong to one storage alone. */
const PLACES = {
  disk: ['dataDir', 'durability'],
  redis: ['redisUrl', 'redisTls', 'redisPrefix'],
  nats: ['natsUrl', 'natsTls', 'natsCredentials', 'natsPrefix', 'natsReplicas', 'natsSpread'],
  memory: [],
} as const;

type PlaceOption = 'storage' | (typeof PLACES)[keyof typeof PLACES][number];

/** @throws QueueError `request_invalid` for an option that belongs to another storage */
export const checkPlace = (call: string, options: Readonly<Partial<Record<PlaceOption, unknown>>>): void => {
  const { storage = 'disk' } = options;
  const more = Object.entries(PLACES)
    .filter(([place]) => place !== storage)
    .flatMap(([, names]) => names)
    .find((name) => options[name] !== undefined);
  if (more !== undefined)
    throw optionInvalid(
      call,
      `the option "${more}" is of no use with storage "${String(storage)}": leave one out`,
      more,
    );
};

const CALL = 'startQueueServer';

/** What `startQueueServer` was called with. @throws QueueError `request_invalid` */
export const checkServerOptions = async (options: Partial<QueueServerOptions> = {}): Promise<void> => {
  checkShape(CALL, server, options);
  checkPlace(CALL, options);
  if (options.storage === 'memory') return;
  if (options.storage === 'redis') checkUrl('redisUrl', options.redisUrl, 'Redis is, redis://…');
  else if (options.storage === 'nats') checkUrl('natsUrl', options.natsUrl, 'NATS is, nats://…');
  else await checkFolder(options.dataDir);
};

const checkFolder = async (dataDir: string | undefined): Promise<void> => {
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

const checkUrl = (option: string, url: unknown, what: string): void => {
  if (url !== undefined) return;
  throw optionInvalid(CALL, `the option "${option}" is missing: say where ${what}`, option);
};

const mayBeFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    // Others are of the file system, and may pass: they are reported when it is opened.
    return codeOf(error) !== 'ENOTDIR';
  }
};

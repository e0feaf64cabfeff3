import * as z from 'zod';
import { MAX_TIME } from '../engine/clocks.js';
import {
  checkPlace,
  checkShape,
  CONTRACT,
  isContract,
  optionInvalid,
  server,
  shared,
  type Shape,
} from '../option-check.js';
import type { QueueServerOptions } from '../server-options.js';
import type { TestQueueOptions } from './test-queue.js';

const time = z
  .custom((value) => typeof value === 'number' && value >= 0 && value <= MAX_TIME, {
    error: 'a time: milliseconds since 1970',
  })
  .optional();

const clientOptions = z
  .custom((value) => typeof value === 'object' && value !== null && !('url' in value), {
    error: 'an object without "url", which is that of the server',
  })
  .optional();

const queue = { ...shared, startAt: time, client: clientOptions } satisfies Shape<TestQueueOptions>;

/** @throws QueueError `request_invalid` */
export const checkTestServerOptions = (options: Partial<QueueServerOptions>): void => {
  checkShape('startTestServer', server, options);
  checkPlace('startTestServer', options);
};

/** Of `connect`. @throws QueueError `request_invalid` */
export const checkClientOptions = (options: unknown): void =>
  checkShape('connect', { client: clientOptions }, { client: options });

/** @throws QueueError `request_invalid` */
export const checkQueueOptions = (contract: unknown, options: unknown): void => {
  if (!isContract(contract))
    throw optionInvalid('startTestQueue', `the first argument is ${CONTRACT}`, 'contract');
  checkShape('startTestQueue', queue, options);
};

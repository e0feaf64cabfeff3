export { startQueueServer } from './server.js';

export type { QueueServer } from './server.js';
export type { QueueServerOptions } from './server-options.js';

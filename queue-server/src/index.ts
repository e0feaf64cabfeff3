export { startQueueServer } from './server.js';

export type { QueueServer, QueueServerOptions } from './server.js';

export { parseConfig } from './config.js';
export { jsonLayout } from './json.js';
export { runLogger } from './logger.js';
export { prettyLayout } from './pretty.js';

export type { Config } from './config.js';
export type { Layout, LoggedMessage } from './layout.js';
export type { Parts } from './logger.js';

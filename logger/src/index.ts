export { parseConfig } from './config.js';
export { selectionOf } from './filter.js';
export { jsonLayout } from './layouts/json-layout.js';
export { runLogger } from './logger.js';
export { prettyLayout } from './layouts/pretty-layout.js';
export { groupOf } from './source.js';

export type { After } from '@typed-queue/program';
export type { Config } from './config.js';
export type { Filter, Selected, Selection } from './filter.js';
export type { InvalidMessage, Layout } from './layouts/layout.js';
export type { LoggerDeps } from './logger.js';
export type { Source } from './source.js';

export { models } from './models/models.js';
export { defineModel } from './models/model.js';
export { strictSchema } from './models/strict-schema.js';
export { startApiServer } from './server.js';

export type { Fields, Model } from './models/model.js';
export type { ApiServer, ApiServerOptions } from './server.js';

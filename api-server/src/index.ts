export { models } from './models/models.js';
export { defineModel } from './models/model.js';
export { dateTime, reference } from './models/special-field.js';
export { startApiServer } from './server.js';

export type { Fields, Model } from './models/model.js';
export type { ApiServer, ApiServerOptions } from './server.js';

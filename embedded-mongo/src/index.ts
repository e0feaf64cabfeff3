export { startEmbeddedMongo } from './server.js';
export { spawnEmbeddedMongo } from './spawn.js';

export type { EmbeddedMongo, EmbeddedMongoOptions } from './server.js';
export type { SpawnedMongo, SpawnOptions } from './spawn.js';

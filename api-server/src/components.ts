/** What a server is made of, for those who put it together differently: to measure one part against the others. */
export { apiApp } from './http/app.js';
export { listen } from './http/listener.js';
export { product } from './models/product.js';
export { startOutbox } from './outbox/start-outbox.js';
export { publishing } from './publishing/publishing-repository.js';
export { openDatabase } from './repository/mongoose/database.js';
export { IdempotencyKeys } from './repository/mongoose/idempotency-keys.js';
export { separateInserts } from './repository/mongoose/inserts.js';
export { mongooseRepository } from './repository/mongoose/mongoose-repository.js';

export type { Product } from './models/product.js';
export type { RunningOutbox } from './outbox/start-outbox.js';
export type { Publisher } from './publishing/publisher.js';
export type { Database } from './repository/mongoose/database.js';
export type { Repository } from './repository/repository.js';
export type { Transact, UnitOfWork } from './repository/unit-of-work.js';

/** Every optional option may be undefined: `origins: isPublic ? ['*'] : undefined`. */
import type { QueueServerOptions } from './index.js';
import type { RefusedUndefined } from '../../checks/refused-undefined.fixture.js';
import { same } from '../../checks/same.fixture.js';

/** Of others: a logger, and what steers the engine in tests. */
type Foreign = 'logger' | 'authenticator' | 'engine';
type Own<Options> = Options extends unknown ? Omit<Options, Foreign> : never;

same<RefusedUndefined<Own<QueueServerOptions>>, never>(true);

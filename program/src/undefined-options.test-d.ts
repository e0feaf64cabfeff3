/** Every optional option may be undefined. */
import type { AuthenticatorOptions } from './index.js';
import type { serverLogger } from './logger.js';
import type { RunnableServer } from './run-program.js';
import type { RefusedUndefined } from '../../checks/refused-undefined.fixture.js';
import { same } from '../../checks/same.fixture.js';

same<RefusedUndefined<AuthenticatorOptions>, never>(true);
same<RefusedUndefined<Parameters<typeof serverLogger>[0]>, never>(true);
same<RefusedUndefined<RunnableServer<object>>, never>(true);

/** What the compiler says of the protocol's versions: whatever a build adds to the protocol has one. */
import { same } from '../../../checks/same.fixture.js';
import { requestVersions, subscribeVersions } from './versions.js';

same<(typeof requestVersions)['publish:batch'], number>(true);
same<(typeof requestVersions)['publish:expected'], number>(true);

const { knows, ...fewer } = subscribeVersions;
// @ts-expect-error: a field without a version
export const lacking: typeof subscribeVersions = fewer;
// @ts-expect-error: a field that no request has
export const unknown: typeof subscribeVersions = { ...subscribeVersions, know: knows };

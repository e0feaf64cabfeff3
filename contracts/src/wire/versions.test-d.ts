/** What the compiler says of the protocol's versions: whatever a build adds to the protocol has one. */
import { same } from '../../../checks/same.fixture.js';
import type { SubscribeRequest } from './group.js';
import { requestVersions, subscribeVersions, type Versions } from './versions.js';

same<(typeof requestVersions)['publish:batch'], number>(true);

const { tokens, ...fewer } = subscribeVersions;
// @ts-expect-error: a field without a version
export const lacking: Versions<keyof SubscribeRequest<string>> = fewer;
// @ts-expect-error: a field that no request has
export const unknown: Versions<keyof SubscribeRequest<string>> = { ...subscribeVersions, token: tokens };

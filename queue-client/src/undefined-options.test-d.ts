/** Every optional option may be undefined: `concurrency: isFast ? 8 : undefined`. */
import type {
  BackOffBounds,
  DeadLetterFilter,
  DeadLetterQuery,
  DeadLetterRetention,
  GroupSettings,
  QueueDefinition,
  QueueError,
  Retention,
} from '@typed-queue/contracts';
import type {
  AdminOptions,
  BatchOptions,
  CallOptions,
  CloseOptions,
  ConnectOptions,
  DeadLetter,
  DiscardOptions,
  PublishOptions,
  PurgeOptions,
  RedriveOptions,
  ServeOptions,
  SubscribeOptions,
  TailOptions,
  Window,
} from './index.js';
import type { RefusedUndefined } from '../../checks/refused-undefined.fixture.js';
import { same } from '../../checks/same.fixture.js';

type Client =
  | ConnectOptions
  | PublishOptions
  | BatchOptions
  | SubscribeOptions<'save'>
  | TailOptions<'save'>
  | Window
  | CloseOptions
  | CallOptions
  | ServeOptions<'reserve'>
  | NonNullable<ConstructorParameters<typeof DeadLetter>[1]>;
type Admin = AdminOptions | PurgeOptions | DiscardOptions | RedriveOptions;
type Contracts =
  | Retention
  | DeadLetterRetention
  | QueueDefinition
  | GroupSettings
  | DeadLetterFilter
  | DeadLetterQuery
  | BackOffBounds
  | NonNullable<ConstructorParameters<typeof QueueError>[2]>;

same<RefusedUndefined<Client>, never>(true);
same<RefusedUndefined<Admin>, never>(true);
same<RefusedUndefined<Contracts>, never>(true);

// What it finds.
same<RefusedUndefined<{ a: string; b?: string; c?: { d?: number } | undefined }>, 'b' | 'd'>(true);

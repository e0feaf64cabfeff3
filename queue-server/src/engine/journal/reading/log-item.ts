import type { Gap } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';

/** What a reader meets: messages, or a hole in the log. */
export type LogItem =
  { readonly kind: 'frame'; readonly frame: Frame } | { readonly kind: 'gap'; readonly gap: Gap };

import type { Frame, Gap } from '@typed-queue/contracts';

/** What a reader meets: messages, or a hole in the log. */
export type LogItem =
  { readonly kind: 'frame'; readonly frame: Frame } | { readonly kind: 'gap'; readonly gap: Gap };

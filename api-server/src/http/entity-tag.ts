/** An entity tag (RFC 9110, 8.8.3). */
export interface EntityTag {
  readonly weak: boolean;
  /** Without its quotes. */
  readonly opaque: string;
}

const TAG = /\s*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)|\s*,/y;

/** The tags of `If-Match` or `If-None-Match`; `*`: any; undefined: it is neither. Empty elements are none. */
export const entityTags = (header: string): readonly EntityTag[] | '*' | undefined => {
  if (header.trim() === '*') return '*';
  const tags: EntityTag[] = [];
  const pattern = new RegExp(TAG);
  while (pattern.lastIndex < header.length) {
    const found = pattern.exec(header);
    if (found === null) return undefined;
    const [, weak, opaque] = found;
    if (opaque !== undefined) tags.push({ weak: weak !== undefined, opaque });
  }
  return tags.length > 0 ? tags : undefined;
};

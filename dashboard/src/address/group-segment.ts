/**
 * Browsers take the names `.` and `..` in a path, also encoded ones, as steps within it: such a name has a `~` before it,
 * and so has one that begins with `~` itself.
 */
export const segmentOfGroup = (group: string): string => (/^(?:\.\.?$|~)/.test(group) ? `~${group}` : group);

export const groupOfSegment = (segment: string): string => segment.replace(/^~/, '');

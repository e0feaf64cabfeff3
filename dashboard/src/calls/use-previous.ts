import { useState } from 'react';

/** The value before the present one; undefined at first. */
export const usePrevious = <T>(value: T): T | undefined => {
  const [{ present, previous }, remember] = useState<{ present: T; previous: T | undefined }>({
    present: value,
    previous: undefined,
  });
  if (present !== value) remember({ present: value, previous: present });
  return present === value ? previous : present;
};

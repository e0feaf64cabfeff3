import type { ReactNode } from 'react';

/** What is wrong. It is read out when it appears. */
export const Problem = ({ children }: { children: ReactNode }) => (
  <p role="alert" className="problem">
    {children}
  </p>
);

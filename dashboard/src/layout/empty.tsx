import type { ReactNode } from 'react';

/** Nothing is there yet: what it would be, and the command that makes one. */
export const Empty = ({ children, command }: { children: ReactNode; command?: string }) => (
  <div className="empty">
    <p>{children}</p>
    {command !== undefined && (
      <pre tabIndex={0} aria-label="Command">
        {command}
      </pre>
    )}
  </div>
);

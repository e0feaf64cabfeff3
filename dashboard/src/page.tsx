import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { router } from './routes.js';
import { SessionProvider } from './session/session-context.js';
import type { Session } from './session/session.js';

export const Page = ({ session }: { session: Session }) => (
  <StrictMode>
    <SessionProvider session={session}>
      <RouterProvider router={router} />
    </SessionProvider>
  </StrictMode>
);

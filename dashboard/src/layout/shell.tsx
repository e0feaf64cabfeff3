import { Outlet } from '@tanstack/react-router';
import { useSessionView } from '../session/session-context.js';
import { signInReason } from '../session/sign-in.js';
import { ConnectionProblem } from './connection-badge.js';
import { Header } from './header.js';
import { SignInForm } from './sign-in-form.js';

/** What is around every page. */
export const Shell = () => {
  const { connection } = useSessionView();
  const reason = signInReason(connection);
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <Header />
      {reason !== undefined ? (
        <SignInForm reason={reason} />
      ) : (
        <main id="content" tabIndex={-1}>
          <ConnectionProblem />
          <Outlet />
        </main>
      )}
    </>
  );
};

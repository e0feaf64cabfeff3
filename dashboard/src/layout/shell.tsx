import { Outlet } from '@tanstack/react-router';
import { useSessionView } from '../session/session-context.js';
import { ConnectionProblem } from './connection-badge.js';
import { Header } from './header.js';
import { usePageFocus } from './page-focus.js';
import { usePageName, useTitle } from './page-title.js';
import { SignInForm } from './sign-in-form.js';
import { WrongParts } from './wrong-parts.js';

/** What is around every page. */
export const Shell = () => {
  const { signInReason: reason } = useSessionView();
  const page = usePageName();
  useTitle(reason === undefined ? page : 'Sign in');
  usePageFocus();
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <Header />
      {reason !== undefined ? (
        <SignInForm />
      ) : (
        <main id="content" tabIndex={-1}>
          <ConnectionProblem />
          <WrongParts />
          <Outlet />
        </main>
      )}
    </>
  );
};

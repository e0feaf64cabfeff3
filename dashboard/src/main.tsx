import { connect } from '@typed-queue/queue-client';
import { createRoot } from 'react-dom/client';
import * as z from 'zod';
import { applyTheme, readTheme } from './layout/theme.js';
import { Page } from './page.js';
import { Session } from './session/session.js';
import './layout/page.css';

// The page's policy forbids code that is compiled from text.
z.config({ jitless: true });

applyTheme(document.documentElement, readTheme(localStorage));
const session = new Session({ url: location.origin, storage: sessionStorage, connect });
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element "root".');
createRoot(root).render(<Page session={session} />);

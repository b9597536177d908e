/// The web room's tools, from its one node_modules, and where things are.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const DIST = `${ROOT}agent-assist/web/dist/`;

const require = createRequire(`${ROOT}agent-assist/web/package.json`);

export const { chromium } = require('playwright-core');
export const { WebSocketServer } = require('ws');
export const AXE = require.resolve('axe-core/axe.min.js');

if (!existsSync(`${DIST}agent/index.html`)) {
  throw new Error('The pages are not built: npm run build in agent-assist/web.');
}

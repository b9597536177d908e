import { defineConfig } from 'vitest/config';

const SDK = '/sdk/agent-assist.js';

// The pages. They load the panel as any other host does, from the service at SDK; only `npm run dev`
// takes it from the sources.
export default defineConfig(({ command }) => ({
  base: '/',
  publicDir: false,
  resolve: { alias: command === 'serve' ? { [SDK]: '/sdk/agent-assist.ts' } : {} },
  server: { proxy: { '/v1': { target: 'http://127.0.0.1:8080', ws: true } } },
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    assetsInlineLimit: 0, // data: addresses would need a hole in the Content-Security-Policy
    modulePreload: false,
    reportCompressedSize: false,
    rollupOptions: { input: 'agent/index.html', external: [SDK] },
  },
  test: { include: ['{sdk,agent}/**/*.test.ts'] },
}));

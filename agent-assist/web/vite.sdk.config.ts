import { defineConfig } from 'vite';

// The panel as one file without further imports, under a name that never changes: what other pages
// embed, and this service's own page loads.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    reportCompressedSize: false,
    rollupOptions: {
      input: 'sdk/agent-assist.ts',
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: 'sdk/agent-assist.js' },
    },
  },
  esbuild: { legalComments: 'eof' }, // Lit's licence travels with Lit
});

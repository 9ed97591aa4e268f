import react from '@vitejs/plugin-react'
import { msw } from 'msw/vite'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // msw() serves the service worker in `npm run dev`.
  plugins: [react(), msw()],
  test: { environment: 'jsdom', setupFiles: './src/mocks/tests.ts' },
})

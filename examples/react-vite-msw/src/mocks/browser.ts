import { setupWorker } from 'msw/browser'
import { auth } from './auth.ts'

// Vite responds to all other requests.
await setupWorker(...auth.handlers).start({ onUnhandledFrame: 'bypass' })

// In the console of the browser: await auth.clock.advance('2h')
Object.assign(globalThis, { auth })

import { setupWorker } from 'msw/browser'
import { auth } from './auth.ts'

await setupWorker(...auth.handlers).start()

// In the console of the browser: await auth.clock.advance('2h')
Object.assign(globalThis, { auth })

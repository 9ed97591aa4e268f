import { startSandbox } from 'auth-contracts/testing'
import { webUrl } from './web-url.ts'

/** Starts one sandbox for all workers. Links in its mails lead to the app. */
export default async function startSandboxForTests() {
  const sandbox = await startSandbox('openfactory', { webUrl })
  process.env.SANDBOX_URL = sandbox.url
  return sandbox.stop
}

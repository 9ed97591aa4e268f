import type { TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import { apiKeyFlows } from './api-keys.ts'
import { guestFlows } from './guests.ts'
import { oauthFlows } from './oauth.ts'
import { passkeyFlows } from './passkeys.ts'
import { passwordFlows } from './passwords.ts'
import { profileFlows } from './profile.ts'
import { refreshFlows } from './refresh.ts'
import { secondFactorFlows } from './second-factor.ts'
import { sessionFlows } from './sessions.ts'
import { verificationFlows } from './verification.ts'

/** Returns the journeys over several operations that an API supports. */
export function flows(adapter: Adapter): TestCase[] {
  return [
    ...sessionFlows(adapter),
    ...verificationFlows(adapter),
    ...refreshFlows(adapter),
    ...passwordFlows(adapter),
    ...secondFactorFlows(adapter),
    ...oauthFlows(adapter),
    ...apiKeyFlows(adapter),
    ...guestFlows(adapter),
    ...passkeyFlows(adapter),
    ...profileFlows(adapter),
  ]
}

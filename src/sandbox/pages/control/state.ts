import type { Fault, Snapshot } from '../../../../generated/_dev/types.ts'
import { memoize } from '../../../core/memoize.ts'
import type { Rules } from '../../../core/rules.ts'
import type { Document } from '../../../openapi/document.ts'
import { exampleResponses } from '../../../openapi/examples.ts'
import { endpointsOf } from '../../../openapi/operations.ts'
import type { SandboxState } from '../../snapshots/format.ts'

/** The state of a sandbox that the control page shows. */
export interface ControlState {
  offsetSeconds: number
  lifetimes: Lifetime[]
  settings: SandboxState['settings']
  faults: Fault[]
  operations: OperationResponses[]
  snapshots: Snapshot[]
  /** The email of a seeded user who can sign in. */
  user: string | undefined
}

/** Tokens or links of an API that expire. */
export interface Lifetime {
  /** In the plural. */
  name: string
  seconds: number
}

/** The declared responses of an operation. */
export interface OperationResponses {
  operationId: string
  responses: { status: number; examples: string[] }[]
}

/** Returns the lifetimes of what an API issues, as its rules are now. */
export function lifetimesOf(
  { session, accessToken, verification, passwordReset }: Rules,
  hasOperation: (operationId: string) => boolean,
): Lifetime[] {
  const sessionSeconds = Math.min(session.idleSeconds, session.absoluteSeconds)
  return [
    ...(session.kind === 'opaque'
      ? [{ name: 'sessions', seconds: sessionSeconds }]
      : [{ name: 'access tokens', seconds: accessToken.lifetimeSeconds }]),
    ...(session.kind === 'pair' ? [{ name: 'refresh tokens', seconds: sessionSeconds }] : []),
    ...(hasOperation('verifyEmail')
      ? [{ name: 'verification links', seconds: verification.tokenLifetimeSeconds }]
      : []),
    ...(hasOperation('confirmPasswordReset')
      ? [{ name: 'reset links', seconds: passwordReset.tokenLifetimeSeconds }]
      : []),
  ]
}

/** Returns the responses that each operation of a contract declares. All sandboxes of an API share them. */
export const responsesOf = memoize((document: Pick<Document, 'paths' | 'components'>): OperationResponses[] =>
  endpointsOf(document).map(({ operation: { operationId = '' } }) => ({
    operationId,
    responses: [...(exampleResponses(document, operationId) ?? [])].map(([status, examples]) => ({
      status,
      examples: examples.flatMap(({ name }) => (name === undefined ? [] : [name])),
    })),
  })),
)

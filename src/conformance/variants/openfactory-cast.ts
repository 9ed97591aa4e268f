import type { RequestData } from '../exchange.ts'
import { NotExercisedError } from '../test-case.ts'
import type { Role } from '../world/cast.ts'
import type { Account, Stage } from '../world/stage.ts'

const ids = {
  analyticalEngines: 'c33f923d-2d12-4f27-b0f6-0920c5703782',
  marysOrganization: 'c3df8d52-ecf2-4cf2-8197-444f1b196584',
  differenceEngine: '1ed055ef-0425-49e4-9b8a-15070cd6f91c',
  celestialMechanics: '616aa782-48ef-4455-b9e2-5eb4796e0bfb',
}

/** Administrator of Analytical Engines. */
export const ada: Role = {
  email: 'ada@example.org',
  name: 'Ada Lovelace',
  password: 'correct-horse-9',
  id: 'db8a7fee-52dc-4469-9df6-b0f9befbe25c',
  tokens: ['ada0'.repeat(16)],
  values: {
    [ids.analyticalEngines]: organizationOf,
    [ids.differenceEngine]: async (stage, account) =>
      createProject(stage, account, await stage.replace(ids.analyticalEngines)),
    '0d43ae46-806c-4c82-aa2b-35ca8cd36f85': (stage, account) => createWorkOrder(stage, account, 'ready'),
    async 'f2459836-8b02-4b74-b0d7-f023254af52e'(stage, account) {
      const id = await createWorkOrder(stage, account, 'ready')
      const path = `${await workOrdersPath(stage)}/${id}`
      await post(stage, account, path, { status: 'in_progress' }, 'PATCH')
      return id
    },
    // The keys of the examples: "Delivery pipeline", "Feedback widget", "Trial" and "Prototype".
    [keyOfDigits('9f31c0de')]: async (stage) => (await createKey(stage, allScopes)).key,
    async [keyOfDigits('feedbac4')](stage) {
      const projectId = await stage.replace(ids.differenceEngine)
      return (await createKey(stage, ['validator:write'], { projectId })).key
    },
    '506f5e99-dc82-4dbd-93ca-2f55d5988fe9': async (stage) => (await createKey(stage, ['mcp:read'])).id,
    async 'cf69a131-2c10-4693-b23a-0cdff8cd3268'(stage, account) {
      const { id } = await createKey(stage, ['mcp:read'])
      const path = `/api/organizations/${await stage.replace(ids.analyticalEngines)}/api-keys/${id}`
      await post(stage, account, path, undefined, 'DELETE')
      return id
    },
    // Mary's invitation to Ada.
    async ['cafe'.repeat(16)](stage, { email }) {
      await invite(stage, await stage.play(mary), await stage.replace(ids.marysOrganization), email)
      return stage.mailedToken(email, 'invitation')
    },
  },
}

/** Member of Analytical Engines. */
export const charles: Role = {
  email: 'charles@example.org',
  name: 'Charles Babbage',
  password: 'difference-no-2',
  id: '5128196a-0a5c-4e25-bf36-ffe6c82c82f3',
  async prepare(stage, account) {
    await invite(stage, await stage.play(ada), await stage.replace(ids.analyticalEngines), account.email)
    await acceptInvitation(stage, account)
  },
}

/** Administrator of another organization. */
const mary: Role = {
  email: 'mary@example.org',
  name: 'Mary Somerville',
  password: null,
  id: '377be53c-fb1b-4e22-aef7-6c9a5eb6fc49',
  values: {
    [ids.marysOrganization]: organizationOf,
    [ids.celestialMechanics]: async (stage, account) =>
      createProject(stage, account, await stage.replace(ids.marysOrganization)),
  },
}

/** Has an unused reset email. */
const luigi: Role = {
  email: 'luigi@example.org',
  name: 'Luigi Menabrea',
  password: null,
  values: {
    async ['beef'.repeat(16)](stage, { email }) {
      await stage.send({ method: 'POST', path: '/api/auth/forgot-password', body: { email } })
      return stage.mailedToken(email, 'resetPassword')
    },
  },
}

const newcomers = ['grace', 'annabella', 'sophie', 'joan', 'annie'].map(
  (name): Role => ({ email: `${name}@example.org`, name, password: null, isNew: true }),
)

export const cast: Role[] = [ada, charles, mary, luigi, ...newcomers]

const allScopes = ['mcp:read', 'mcp:write', 'validator:write']

function keyOfDigits(digits: string): string {
  return `of-key-${digits}${'fa4e'.repeat(10)}`
}

/** Creates an API key of Ada's organization. */
export async function createKey(
  stage: Stage,
  scopes: string[],
  more: object = {},
): Promise<{ id: string; key: string }> {
  const path = `/api/organizations/${await stage.replace(ids.analyticalEngines)}/api-keys`
  return post(stage, await stage.play(ada), path, { name: 'Conformance test', scopes, ...more })
}

/** Creates an API key that is bound to a project of Ada's organization. */
export async function createBoundKey(stage: Stage, ...scopes: string[]): Promise<string> {
  const projectId = await createProject(
    stage,
    await stage.play(ada),
    await stage.replace(ids.analyticalEngines),
  )
  return (await createKey(stage, scopes, { projectId })).key
}

/** Invites an email to an organization. */
export async function invite(
  stage: Stage,
  admin: Account,
  organizationId: string,
  email: string,
  role = 'member',
): Promise<void> {
  await post(stage, admin, `/api/organizations/${organizationId}/members`, { email, role })
}

/** Accepts the newest invitation. */
export async function acceptInvitation(stage: Stage, account: Account): Promise<void> {
  const token = await stage.mailedToken(account.email, 'invitation')
  await post(stage, account, '/api/auth/accept-invitation', { token })
}

export async function organizationOf(stage: Stage, { access }: Account): Promise<string> {
  const headers = { authorization: `Bearer ${access}` }
  const { response } = await stage.send({ method: 'GET', path: '/api/auth/session', headers })
  return response.body.organizationId
}

async function createProject(stage: Stage, account: Account, organizationId: string): Promise<string> {
  const path = `/api/organizations/${organizationId}/projects`
  return (await post(stage, account, path, { name: 'Difference Engine' })).id
}

const workOrdersPath = async (stage: Stage) =>
  `/api/projects/${await stage.replace(ids.differenceEngine)}/planner/work-orders`

async function createWorkOrder(stage: Stage, account: Account, status: string): Promise<string> {
  return (await post(stage, account, await workOrdersPath(stage), { title: 'Carry mechanism', status })).id
}

/** Sends a request of an account whose success a test depends on. */
async function post(stage: Stage, { access }: Account, path: string, body?: object, method = 'POST') {
  const request: RequestData = { method, path, headers: { authorization: `Bearer ${access}` } }
  const { response } = await stage.send({ ...request, ...(body && { body }) })
  if (response.status >= 300)
    throw new NotExercisedError(
      `${method} ${path}, which prepares the test, was answered with ${response.status}.`,
    )
  return response.body
}

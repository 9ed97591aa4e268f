import type { ResponseData } from '../../src/conformance/exchange.ts'
import type { Adapter } from '../../src/conformance/variants/adapter.ts'
import type { ProviderName, SimulatedAccount } from '../../src/sandbox/simulator/index.ts'
import { createSimulatedOAuth, robin } from '../adapters/oauth.fixture.ts'
import { type Case, openTestServer } from './test-server.ts'

type Provider = Parameters<typeof createSimulatedOAuth>[0]

/** A sign-in that a browser has started. */
export interface StartedFlow {
  provider: ProviderName
  authorizationUrl: URL
  state: string
  cookie: string
}

/**
 * Opens a server with simulated providers, and functions for each step of a sign-in.
 * @param faults how the providers deviate from a correct implementation
 */
export async function openOAuthFlows(
  testCase: Case<Adapter & Required<Pick<Adapter, 'oauth'>>>,
  faults: Provider = {},
) {
  const { simulator, calls, oauth } = createSimulatedOAuth(faults)
  const subject = await openTestServer(testCase, { oauth })
  const { send, store } = subject
  const oauthApi = testCase.adapter.oauth

  async function startFlow(provider: ProviderName = 'github', redirectTarget?: string): Promise<StartedFlow> {
    const response = await send(oauthApi.start(provider, redirectTarget))
    const location = oauthApi.authorizationUrlIn(response)
    if (location === undefined)
      throw new Error(`The sign-in with ${provider} did not start: ${response.text}`)
    return {
      provider,
      authorizationUrl: new URL(location),
      state: new URL(location).searchParams.get('state') ?? '',
      cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '',
    }
  }

  /**
   * Approves the sign-in at the provider.
   * @returns the callback URL, with state and code
   */
  async function approve(
    { authorizationUrl, state }: StartedFlow,
    account: SimulatedAccount = robin,
  ): Promise<URL> {
    await simulator.fetch(new Request(authorizationUrl))
    const callbackUrl = simulator.decide(state, { account })
    if (callbackUrl === undefined) throw new Error('The provider does not know this sign-in')
    return new URL(callbackUrl)
  }

  const callBack = ({ pathname, search }: URL, cookie?: string) =>
    send({ method: 'GET', path: pathname + search, headers: { ...(cookie && { cookie }) } })

  return {
    ...subject,
    calls,
    oauthApi,
    startFlow,
    approve,
    callBack,
    /** Runs a complete sign-in and returns the response to the callback. */
    async runFlow(account?: SimulatedAccount, provider?: ProviderName): Promise<ResponseData> {
      const flow = await startFlow(provider)
      return callBack(await approve(flow, account), flow.cookie)
    },
    /** Returns the number of rows in the tables that a sign-in writes. */
    countRows: async () => ({
      users: await store.count('users', {}),
      identities: await store.count('identities', {}),
      sessions: await store.count('sessions', {}),
    }),
  }
}

/** Returns a modified copy of a URL. */
export function modifyUrl(original: URL, change: (query: URLSearchParams, url: URL) => void): URL {
  const url = new URL(original)
  change(url.searchParams, url)
  return url
}

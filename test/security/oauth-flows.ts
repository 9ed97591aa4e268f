import type { ProviderName, SimulatedAccount } from '../../src/sandbox/simulator/index.ts'
import { createSimulatedOAuth, robin } from '../adapters/oauth.fixture.ts'
import type { Dialect, ResponseData } from './dialect.ts'
import { type Case, openTestServer } from './test-server.ts'

type Provider = Parameters<typeof createSimulatedOAuth>[0]

/** How far a browser has got that left for a provider. */
export interface StartedFlow {
  provider: ProviderName
  authorizationUrl: URL
  state: string
  cookie: string
}

/**
 * A server whose providers can misbehave, and browsers that go there and back.
 * @param misbehaviour of the providers
 */
export async function openOAuthFlows(
  testCase: Case<Dialect & Required<Pick<Dialect, 'oauth'>>>,
  misbehaviour: Provider = {},
) {
  const { simulator, calls, oauth } = createSimulatedOAuth(misbehaviour)
  const subject = await openTestServer(testCase, { oauth })
  const { send, store } = subject
  const ways = testCase.dialect.oauth

  async function depart(provider: ProviderName = 'github', landing?: string): Promise<StartedFlow> {
    const response = await send(ways.start(provider, landing))
    const away = ways.authorizationUrlIn(response)
    if (away === undefined) throw new Error(`No way to ${provider}: ${response.text}`)
    return {
      provider,
      authorizationUrl: new URL(away),
      state: new URL(away).searchParams.get('state') ?? '',
      cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '',
    }
  }

  /** Somebody agrees at the provider. @returns the way back to the server, with state and code */
  async function agree(
    { authorizationUrl, state }: StartedFlow,
    account: SimulatedAccount = robin,
  ): Promise<URL> {
    await simulator.fetch(new Request(authorizationUrl))
    const back = simulator.decide(state, account)
    if (back === undefined) throw new Error('The provider knows nothing of this sign-in')
    return new URL(back)
  }

  const comeBack = ({ pathname, search }: URL, cookie?: string) =>
    send({ method: 'GET', path: pathname + search, headers: { ...(cookie && { cookie }) } })

  return {
    ...subject,
    calls,
    ways,
    depart,
    agree,
    comeBack,
    /** The whole way. */
    async travel(account?: SimulatedAccount, provider?: ProviderName): Promise<ResponseData> {
      const departure = await depart(provider)
      return comeBack(await agree(departure, account), departure.cookie)
    },
    /** How much there is of what a sign-in makes. */
    counts: async () => ({
      users: await store.count('users', {}),
      identities: await store.count('identities', {}),
      sessions: await store.count('sessions', {}),
    }),
  }
}

/** Of a way back, another one. */
export function modifyUrl(back: URL, change: (query: URLSearchParams, url: URL) => void): URL {
  const url = new URL(back)
  change(url.searchParams, url)
  return url
}

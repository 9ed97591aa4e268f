import { describe, expect, it } from 'vitest'
import { builtInCatalog } from '../../src/catalog/built-in.ts'
import type { Document } from '../../src/openapi/document.ts'
import { contractEntries } from '../../src/search/contract-entries.ts'
import { guideEntries } from '../../src/search/guide-entries.ts'
import { loadSearch } from '../../src/search/index.ts'
import { createSearch, type SearchOptions } from '../../src/search/search.ts'
import { guides } from './guides.fixture.ts'

const catalog = builtInCatalog()
const contracts = await Promise.all(
  catalog.apis.map(async ({ name, readDocument }) => [name, await readDocument()] as const),
)
const { searchDocs } = await createSearch([
  ...contracts.flatMap(([variant, document]) => contractEntries(variant, document)),
  ...guideEntries(guides, Object.fromEntries(contracts).bkend as Document),
])
const search = (query: string, options?: SearchOptions) => searchDocs(query, options)
const first = (query: string, options?: SearchOptions) => {
  const [best] = search(query, options)
  return best && `${best.topic ?? best.title} ${best.language}`
}
const bkend = { variant: 'bkend' } as const

describe('requests in natural language', () => {
  it.each([
    ['Implement email signup and login', 'email-sign-in en'],
    ['이메일 회원가입과 로그인 기능을 구현해줘', 'email-sign-in ko'],
    ['Add social login (Google, GitHub)', 'social-login en'],
    ['소셜 로그인(Google, GitHub)을 추가해줘', 'social-login ko'],
    ['add Google login to my app', 'social-login en'],
    ['create an email login feature', 'email-sign-in en'],
    ['forgot my password', 'passwords en'],
    ['비밀번호를 까먹었을 때', 'passwords ko'],
  ])('finds the right guide first: %s', (query, expected) => {
    expect(first(query, bkend)).toBe(expected)
  })

  it('finds guides in both languages, those in the language of the question first', () => {
    const topics = search('소셜 로그인', bkend)
      .filter(({ topic }) => topic === 'social-login')
      .map(({ language }) => language)
    expect(topics).toEqual(['ko', 'en'])
  })

  it('returns each guide once, with its best section', () => {
    const hits = search('sign in with email', bkend).filter(
      ({ topic, language }) => topic === 'email-sign-in' && language === 'en',
    )
    expect(hits).toMatchObject([
      {
        kind: 'guide',
        section: 'Sign in',
        excerpt: 'Send both to signIn. Sessions on other devices stay open.',
        operations: ['signUp', 'signIn'],
        link: '/docs/bkend/guides/email-sign-in/#sign-in',
      },
    ])
  })

  it('ignores links to other guides when it ranks', () => {
    const [social, email] = search('Google GitHub', bkend)
    expect(social?.topic).toBe('social-login')
    expect(email?.topic).not.toBe('email-sign-in')
  })
})

describe('misspelt queries', () => {
  it.each([
    ['sing up with emial', 'email-sign-in en'],
    ['socail loign', 'social-login en'],
    ['pasword rest', 'passwords en'],
    ['forgoten passwrod', 'passwords en'],
    ['이메일 로그안', 'email-sign-in ko'],
    ['소설 로그인 구굴', 'social-login ko'],
    ['비밀번호제설정', 'passwords ko'],
  ])('finds the right guide first: %s', (query, expected) => {
    expect(first(query, bkend)).toBe(expected)
  })
})

describe('names and error texts', () => {
  it.each([
    ['refreshTokens', 'operation', 'Refresh the tokens'],
    ['POST /v1/auth/refresh', 'operation', 'Refresh the tokens'],
    ['TokenResponse', 'schema', 'TokenResponse'],
    ['auth/invalid-mfa-code', 'error', 'auth/invalid-mfa-code'],
    ['{"message": "Invalid email or password"}', 'error', 'auth/invalid-credentials'],
  ])('finds the item of the contract first: %s', (query, kind, title) => {
    expect(search(query, bkend)[0]).toMatchObject({ kind, title })
  })

  it('finds the guide that shows an error next to the error', () => {
    const kinds = search('auth/invalid-credentials', bkend)
      .slice(0, 2)
      .map(({ kind, section }) => `${kind}: ${section}`)
    expect(kinds).toEqual(['error: 401', 'guide: Handle errors'])
  })

  it('names the operations that return an error or use a schema', () => {
    expect(search('auth/invalid-credentials', bkend)[0]?.operations).toContain('signIn')
    expect(search('SignInRequest', bkend)[0]?.operations).toEqual(['signIn'])
  })
})

describe('excerpts', () => {
  it('shows the URL of the sandbox in place of its placeholder', async () => {
    const all = await loadSearch(catalog)
    const excerpts = all
      .searchDocs('sandbox base URL', { ...bkend, language: 'en' })
      .map(({ excerpt }) => excerpt)
      .join('\n')
    expect(excerpts).toContain('http://localhost:4000/sandbox/bkend')
    expect(excerpts).not.toContain('{sandbox}')
  })
})

describe('options', () => {
  it('finds only entries of the variant', () => {
    const hits = search('sign in', { variant: 'bondmcp', limit: 50 })
    expect(hits.length).toBeGreaterThan(5)
    expect(new Set(hits.map(({ variant }) => variant))).toEqual(new Set(['bondmcp']))
  })

  it('prefers the API that the query names', () => {
    expect(search('openfactory sign in')[0]?.variant).toBe('openfactory')
  })

  it('finds only guides in the language, and contracts', () => {
    const hits = search('로그인', { language: 'en', limit: 50 })
    expect(new Set(hits.map(({ language }) => language))).toEqual(new Set(['en']))
  })

  it('finds items of a translated contract once, in the language of the query', async () => {
    const all = await loadSearch(catalog)
    const operations = (query: string, language?: 'en' | 'ko') =>
      all
        .searchDocs(query, { ...bkend, limit: 50, ...(language && { language }) })
        .filter(({ kind, operations: [id] }) => kind === 'operation' && id === 'refreshTokens')
        .map((result) => [result.language, result.link])
    const korean = ['ko', '/docs/bkend/ko/#/tokens/refreshtokens']
    const english = ['en', '/docs/bkend/#/tokens/refreshtokens']
    expect(operations('토큰 갱신')).toEqual([korean])
    expect(operations('refresh tokens')).toEqual([english])
    expect(operations('토큰 갱신', 'en')).toEqual([english])
    expect(operations('refreshTokens', 'ko')).toEqual([korean])
  })

  it('limits the number of results to 10 by default', () => {
    expect(search('email')).toHaveLength(10)
    expect(search('email', { limit: 3 })).toHaveLength(3)
  })
})

describe('unusual queries', () => {
  it.each(['', '   ', '🦄', '?!', '한', 'x'.repeat(10_000), '가'.repeat(10_000), 'zzzzqq'])(
    'accepts any text (%#)',
    (query) => {
      expect(search(query)).toBeInstanceOf(Array)
    },
  )

  it('finds nothing for words that the docs do not have', () => {
    expect(search('kubernetes ingress')).toEqual([])
  })

  it('searches for the words themselves if all are stop words', () => {
    expect(search('how to make it work').length).toBeGreaterThan(0)
  })
})

import { describe, expect, it } from 'vitest'
import { createCatalog } from '../../src/catalog/api.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { loadSearch } from '../../src/search/index.ts'
import { plainText } from '../../src/search/plain-text.ts'
import { acmeApi } from '../support/acme.ts'
import { guidedNames } from '../support/served.ts'

const acme = await acmeApi()
const { searchDocs, findMissing } = await loadSearch(createCatalog([...guidedNames.map(builtInApi), acme]))
const variant = 'acme-auth'
const first = (query: string) => searchDocs(query, { variant })[0]
const messagesOf = (query: string) => findMissing(query).map(({ message }) => message)

describe('search in a contract of the user', () => {
  it.each([
    ['how do I list users', 'List the users'],
    ['Tokens_create[0]', 'Create a token'],
    ['POST /token', 'Create a token'],
    ['https://eu.acme.example/auth/v1/token fails', 'Create a token'],
    ['Wrong email or password', 'wrong_credentials'],
  ])('finds the item of the contract first: %s', (query, title) => {
    expect(first(query)?.title).toBe(title)
  })

  it('shows the id of an operation without a summary, and its description without HTML', () => {
    expect(first('passkey')).toMatchObject({
      title: 'postWebauthnOptions',
      section: 'POST /webauthn/options',
      excerpt: 'Begins the registration of a passkey. navigator.credentials.create({ publicKey })',
      link: '/docs/acme-auth/#/other/postwebauthnoptions',
    })
    expect(first('Create a token')?.excerpt).toBe(
      'Trades a password for an access token. grant_type Fields: email, password.',
    )
  })

  it('finds the errors of ranges and default responses, with a status that they stand for', () => {
    expect(first('The service is being updated')).toMatchObject({
      kind: 'error',
      title: 'try_later',
      section: '500, 400',
      operations: ['Tokens_create[0]', 'listUsers', 'createUser', 'getUser'],
    })
  })

  it('names the operations that use a schema through a shared request body', () => {
    expect(first('Credentials schema')).toMatchObject({ operations: ['Tokens_create[0]'] })
  })

  it('prefers the API that the query names, whose name is several words', () => {
    expect(searchDocs('list users')[0]?.variant).not.toBe(variant)
    expect(searchDocs('list the users of acme auth')[0]?.variant).toBe(variant)
  })
})

describe('features that a contract of the user lacks', () => {
  it.each(['passkeys in acme-auth', 'how do people sign up in acme-auth?', 'acme-auth password'])(
    'finds none that the contract mentions: %s',
    (query) => {
      expect(messagesOf(query)).toEqual([])
    },
  )

  it.each([
    [
      'guest login in acme-auth',
      'The contract of acme-auth does not mention guest accounts. APIs that have it: bedrud.',
    ],
    [
      'acme-auth 게스트 로그인',
      'acme-auth의 API 명세에는 게스트 계정 관련 내용이 없습니다. 이 기능이 있는 API: bedrud.',
    ],
  ])('finds those that the contract does not mention: %s', (query, message) => {
    expect(messagesOf(query)).toEqual([message])
  })

  it('offers a contract that mentions the feature as an alternative', () => {
    expect(messagesOf('passkeys in bkend')).toEqual([
      'bkend has no passkeys. APIs that have it: acme-auth, bedrud.',
    ])
  })

  it('mentions other APIs only if others exist', async () => {
    const only = await loadSearch(createCatalog([acme]))
    expect(only.findMissing('guest login', { variant }).map(({ message }) => message)).toEqual([
      'The contract of acme-auth does not mention guest accounts.',
    ])
  })
})

describe('plain text', () => {
  it.each([
    ['Uses <code>a</code> and <a href="https://example.com">b</a>.', 'Uses a and b.'],
    ['One.<br/>Two.<p class="x">Three', 'One. Two. Three'],
    ['Pass `<id>` or <user_id>.', 'Pass <id> or <user_id>.'],
    ['Code:\n\n```http\nGET /users\n```', 'Code:\nGET /users'],
    ['~~~\nx\n~~~', 'x'],
  ])('has no markup: %j', (markdown, text) => {
    expect(plainText(markdown)).toBe(text)
  })
})

import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { contractUrl, variantNames } from '../../generated/index.ts'
import { expandGuide, listGuides } from '../../src/guides/index.ts'
import { parseGuide } from '../../src/guides/parse-guide.ts'
import type { Document } from '../../src/openapi/document.ts'
import { serveSandbox } from '../support/served-sandbox.ts'
import { findingsIn } from './findings.ts'

const baseUrl = 'http://localhost:4000/sandbox/bkend'
const controlsUrl = new URL('../../generated/_dev/openapi.json', import.meta.url)
const readDocument = async (url: URL): Promise<Document> => JSON.parse(await readFile(url, 'utf8'))
const controls = await readDocument(controlsUrl)
const contract = await readDocument(contractUrl('bkend'))

const frontMatter = '---\ntitle: Sign out\ndescription: End a session.\noperations: [signOut]\n---\n'
const english = (body: string, head = frontMatter) =>
  parseGuide('bkend', 'openapi/bkend/guides/sign-out.en.md', head + body)
const korean = (body: string) =>
  parseGuide(
    'bkend',
    'openapi/bkend/guides/sign-out.ko.md',
    `---\ntitle: 로그아웃\ndescription: 세션을 종료합니다.\noperations: [signOut]\n---\n${body}`,
  )

describe.each(variantNames)('the guides of %s', (variant) => {
  it('contains no mistakes, and exists in both languages', async () => {
    const document = await readDocument(contractUrl(variant))
    expect(await findingsIn(await listGuides(variant), document, controls)).toEqual([])
  })
})

describe('listGuides', () => {
  it('returns front matter, language and body of each guide', async () => {
    const [guide, translation] = (await listGuides('bkend')).filter(({ topic }) => topic === 'sign-out')
    expect(guide).toMatchObject({
      variant: 'bkend',
      language: 'en',
      title: 'Sign out',
      operations: expect.arrayContaining(['signOut']),
      body: expect.stringContaining('\n## Send the request\n'),
    })
    expect(translation).toMatchObject({ language: 'ko', title: '로그아웃' })
  })
})

describe('expandGuide', () => {
  const expand = (body: string) => expandGuide(english(body), { baseUrl })

  it('replaces a request with the HTTP message of the example', async () => {
    const text = await expand('Before.\n\n::request{operation="signUp" example="ok"}\n\nAfter.\n')
    expect(text).toBe(`Before.

\`\`\`http
POST /v1/auth/email/signup HTTP/1.1
X-API-Key: pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
Content-Type: application/json

{
  "method": "password",
  "email": "ada@example.com",
  "password": "Corr3ct-Horse!",
  "name": "Ada Park"
}
\`\`\`

After.
`)
  })

  it('shows an invalid request by the name of its example, and values in path and query', async () => {
    expect(await expand('::request{operation="signUp" example="missingField"}\n')).not.toContain('"name"')
    expect(await expand('::request{operation="finishOAuth"}\n')).toMatch(
      /^GET \/v1\/auth\/google\/callback\?\w+=/m,
    )
  })

  it('replaces a response with its status line, headers and body', async () => {
    const text = await expand('::response{operation="signOut" status="429"}\n')
    expect(text).toMatch(
      /^```http\nHTTP\/1\.1 429 Too Many Requests\nContent-Type: application\/json\nRetry-After: \d+\n[^{]*\n\n\{/,
    )
    expect(text).toContain('"code": "auth/too-many-requests"')
  })

  it('replaces code with requests to the base URL', async () => {
    expect(await expand('::code{operation="signOut"}\n')).toContain(`${baseUrl}/v1/auth/signout`)
    const flow = await expand('::code{flow="signUpToSignOut"}\n')
    expect(flow).toContain(baseUrl)
    for (const path of ['email/signup', 'me', 'signout']) expect(flow).toContain(`/v1/auth/${path}`)
  })

  it('replaces a control with a command that the sandbox accepts', async () => {
    const { url } = await serveSandbox('bkend')
    const text = await expandGuide(english('::control{operation="advanceClock" example="oneDay"}\n'), {
      baseUrl: url,
    })
    const [, command = ''] = /^```shell\n([\s\S]*)\n```\n$/.exec(text) ?? []
    const { stdout } = await promisify(execFile)('bash', ['-euc', `${command} --fail --silent`])
    const { now } = JSON.parse(stdout)
    expect(Date.parse(now) - Date.now()).toBeGreaterThan(86_390_000)
  })

  it('replaces {sandbox} with the base URL in the text', async () => {
    expect(await expand('Open `{sandbox}/__dev/inbox` and `{sandbox}`.\n')).toBe(
      `Open \`${baseUrl}/__dev/inbox\` and \`${baseUrl}\`.\n`,
    )
  })

  it('rewrites links to guides and operations', async () => {
    const guide = english('[a](operation:signOut), [b](errors.en.md#limits), [c](https://example.org)\n')
    expect(
      await expandGuide(guide, { baseUrl, linkTo: (target) => JSON.stringify(Object.values(target)) }),
    ).toBe('[a](["operation","signOut"]), [b](["guide","errors","en","#limits"]), [c](https://example.org)\n')
  })
})

describe('the checks of guides', () => {
  const section = '## Section\n'
  /** The front matter has five lines. */
  const line = (number: number) => `openapi/bkend/guides/sign-out.en.md:${number}`

  const mistakes: [what: string, body: string, finding: string][] = [
    ['an unknown operation', '::code{operation="logOut"}', `${line(8)}: Unknown operation "logOut". `],
    [
      'an unknown request example',
      '::request{operation="signUp" example="x"}',
      `${line(8)}: Unknown request example of `,
    ],
    [
      'an example of a request without any',
      '::request{operation="signOut" example="x"}',
      `${line(8)}: Unknown request example of `,
    ],
    [
      'an undeclared status',
      '::response{operation="signOut" status="418"}',
      `${line(8)} names the status 418`,
    ],
    [
      'an unknown response example',
      '::response{operation="signOut" status="401" example="x"}',
      `${line(8)}: Unknown example of `,
    ],
    [
      'an unknown control',
      '::control{operation="signOut"}',
      `${line(8)}: Unknown operation "signOut". Did you mean "signInAs"? Available: `,
    ],
    [
      'an unknown example of a control',
      '::control{operation="advanceClock" example="x"}',
      `${line(8)}: Unknown request example of advanceClock "x". Available: `,
    ],
    ['an unknown sample', '::sample{file="x.ts"}', `${line(8)} names the unknown sample x.ts.`],
    ['a sample of another folder', '::sample{file="../x.ts"}', `${line(8)} needs a file name`],
    ['an unknown flow', '::code{flow="x"}', `${line(8)}: Unknown flow "x". `],
    ['a missing attribute', '::response{operation="signOut"}', `${line(8)} needs the attribute status.`],
    [
      'an unknown attribute',
      '::request{operation="signOut" flow="x"}',
      `${line(8)} has the unknown attribute flow.`,
    ],
    ['code of an operation and a flow', '::code{operation="signOut" flow="x"}', `${line(8)} needs either`],
    ['a malformed directive', '::reqest{operation="signOut"}', `${line(8)} is not a directive.`],
    [
      'a directive within text',
      'Text\n::request{operation="signOut"}',
      `${line(9)} has a directive without blank lines`,
    ],
    ['fenced code', '```js\nfetch()\n```', `${line(8)} has free code.`],
    ['indented code', 'Text\n\n    fetch()', `${line(10)} has free code.`],
    ['HTML', '<script>alert()</script>', `${line(8)} has HTML.`],
    ['an image', '![](logo.png)', `${line(8)} has an image.`],
    ['a title in the body', '# Sign out', `${line(8)} has a heading of the first level.`],
    ['an unknown path', 'Text\n\n- one\n- `POST /v1/auth/logout`', `${line(11)} names POST /v1/auth/logout`],
    ['an unknown error code', '| a |\n|---|\n| `auth/gone` |', `${line(10)} names auth/gone`],
    ['the URL of a sandbox', '`http://localhost:4000/__dev/clock`', `${line(8)} names a URL of the sandbox.`],
    ['the path of a sandbox', '`/sandbox/bkend/v1/auth/me`', `${line(8)} names a URL of the sandbox.`],
    ['the path of a control', '`__dev/clock`', `${line(8)} names a URL of the sandbox.`],
    ['a link to a missing guide', '[x](errors.en.md)', `${line(8)} has the broken link errors.en.md.`],
    ['a link to a file', '[x](../README.md)', `${line(8)} has the broken link ../README.md.`],
    [
      'a link to an unknown operation',
      '[x](operation:logOut)',
      `${line(8)} links to the unknown operation logOut.`,
    ],
    ['a link to a missing heading', '[x](#gone)', `${line(8)} links to no heading: #gone.`],
    ['a link to a missing heading of a guide', '[x](sign-out.en.md#gone)', `${line(8)} links to no heading`],
    ['a link to another language', '[x](sign-out.ko.md)', `${line(8)} links to a guide in another language`],
    [
      'the wrong title in a next step',
      '## Next steps\n\n- [Log out](sign-out.en.md)',
      `${line(10)} has the link text Log out, but the title of the guide is Sign out.`,
    ],
    ['Korean in an English guide', '로그아웃', `${line(6)} is the English guide, but contains Korean.`],
  ]

  it.each(mistakes)('finds the mistake in a guide with %s', async (_, body, finding) => {
    const guide = english(`${section}\n${body}\n`)
    const found = await findingsIn([guide, korean(guide.body)], contract, controls)
    const ours = found.filter((text) => text.startsWith('openapi/bkend/guides/sign-out.en.md'))
    expect(ours).toEqual([expect.stringContaining(finding)])
  })

  it('accepts links, paths and error codes that exist', async () => {
    const body = `${section}
[a](#section), [b](sign-out.LANGUAGE.md#section), [c](operation:signOut), [d](https://example.org/)
\`POST /v1/auth/signout\`, \`GET /v1/auth/google/callback?code=1\`, \`GET /v1/users/{userId}\`, \`GET /__dev/inbox\`,
\`auth/token-expired\`, \`application/json\`

::response{operation="signOut" status="200" example="ok"}
`
    const guides = [english(body.replace('LANGUAGE', 'en')), korean(body.replace('LANGUAGE', 'ko'))]
    expect(await findingsIn(guides, contract, controls)).toEqual([])
  })

  const translations: [what: string, english: string, korean: string, finding: string][] = [
    ['another number of sections', '## A\n\n## B\n', '## 가\n', 'ko.md:6 has other sections than'],
    [
      'other directives',
      '## A\n\n::request{operation="signOut"}\n',
      '## 가\n\n::code{operation="signOut"}\n',
      'ko.md:8 has the directive code',
    ],
    [
      'a missing directive',
      '## A\n\n::request{operation="signOut"}\n',
      '## 가\n',
      'ko.md:6 lacks the directive request',
    ],
    [
      'a directive too many',
      '## A\n',
      '## 가\n\n::code{operation="signOut"}\n',
      'ko.md:8 has the directive code',
    ],
  ]

  it.each(translations)('finds a translation with %s', async (_, body, translated, finding) => {
    expect(await findingsIn([english(body), korean(translated)], contract, controls)).toEqual([
      expect.stringContaining(finding),
    ])
  })

  it('finds a guide that exists in one language only', async () => {
    for (const guide of [english(section), korean(section)])
      expect(await findingsIn([guide], contract, controls)).toEqual([
        expect.stringMatching(/^openapi\/bkend\/guides\/sign-out\.\w+\.md:6 has no translation/),
      ])
  })

  it('finds a Korean guide with an English title, other operations, and a guide without sections', async () => {
    const untranslated = {
      ...korean('Text'),
      title: 'Sign out',
      operations: ['signIn'],
    }
    expect(await findingsIn([english('Text'), untranslated], contract, controls)).toEqual([
      `${line(6)} has no sections.`,
      expect.stringContaining('ko.md:6 has no Korean title or description.'),
      expect.stringContaining('ko.md:6 has no sections.'),
      expect.stringContaining('ko.md:2 lists other operations than'),
    ])
  })

  it('finds an unknown operation in the front matter', async () => {
    const guides = [english(section), korean(section)].map((guide) => ({ ...guide, operations: ['logOut'] }))
    expect(await findingsIn(guides, contract, controls)).toEqual(
      guides.map(({ source }) => `${source.file}:2 lists the unknown operation logOut.`),
    )
  })
})

describe('front matter', () => {
  it.each([
    ['is missing', '## Section\n', ':1 has no front matter.'],
    ['is not valid YAML', '---\ntitle: [\n---\n', ':3 is not valid YAML'],
    [
      'has an unknown field',
      '---\ntitle: T\ndescription: D\noperation: signOut\n---\n',
      ':4 has the unknown field operation.',
    ],
    ['lacks the title', '---\ndescription: D\noperations: [signOut]\n---\n', ':2 needs the field title.'],
    [
      'lacks the description',
      '---\ntitle: T\noperations: [signOut]\n---\n',
      ':2 needs the field description.',
    ],
    [
      'lists no operations',
      '---\ntitle: T\ndescription: D\noperations: []\n---\n',
      ':2 needs the field operations',
    ],
  ])('rejects a guide whose front matter %s', (_, text, message) => {
    expect(() => english(text, '')).toThrow(`openapi/bkend/guides/sign-out.en.md${message}`)
  })

  it('rejects a file with an unknown topic or language', () => {
    for (const name of ['log-out.en.md', 'sign-out.fr.md', 'sign-out.md'])
      expect(() => parseGuide('bkend', `openapi/bkend/guides/${name}`, frontMatter)).toThrow(
        /: name the file <topic>\.<language>\.md\. Topics: email-sign-in, /,
      )
  })
})

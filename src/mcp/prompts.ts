import { completable, type McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { findApi, type McpContext, type Offer } from './context.ts'
import { nameOf } from './schemas.ts'

/** The requests of the vendor's documentation, in English and Korean. */
const requests = [
  { name: 'email-sign-in', title: 'Email signup and login', request: 'Implement email signup and login' },
  { name: 'social-login', title: 'Social login', request: 'Add social login (Google, GitHub)' },
  { name: 'token-refresh', title: 'Token refresh', request: 'Create a token refresh flow' },
  {
    name: 'email-sign-in-ko',
    title: '이메일 회원가입과 로그인',
    request: '이메일 회원가입과 로그인 기능을 구현해줘',
  },
  { name: 'social-login-ko', title: '소셜 로그인', request: '소셜 로그인(Google, GitHub)을 추가해줘' },
  { name: 'token-refresh-ko', title: '토큰 갱신', request: '토큰 갱신 로직을 만들어줘' },
]

/** Adds the prompts: requests that guides answer, and one for any request to an API without guides. */
export function addPrompts(
  server: McpServer,
  context: McpContext,
  { hasGuides, withoutGuides }: Offer,
): void {
  const messagesFor = (request: string, name: string) => ({
    messages: [
      {
        role: 'user' as const,
        content: { type: 'text' as const, text: promptText(request, name, context, withoutGuides) },
      },
    ],
  })
  for (const { name, title, request } of hasGuides ? requests : [])
    server.registerPrompt(
      name,
      {
        title,
        description: request,
        argsSchema: z.object({ variant: variantOf(context.catalog.names) }),
      },
      ({ variant }) => messagesFor(request, variant),
    )
  if (withoutGuides.length > 0)
    server.registerPrompt(
      'implement',
      {
        title: 'Implement a feature',
        description: 'Implement a feature with the operations of an API',
        argsSchema: z.object({
          variant: variantOf(withoutGuides),
          request: z.string().min(1).max(2000).describe('The feature to implement, in your words.'),
        }),
      },
      ({ variant, request }) => messagesFor(request, variant),
    )
}

const variantOf = (names: readonly string[]) =>
  completable(nameOf('API', names).describe('The API.'), (start) =>
    names.filter((name) => name.startsWith(String(start ?? ''))),
  )

function promptText(request: string, variant: string, context: McpContext, withoutGuides: string[]): string {
  const { name, server } = findApi(context, variant)
  const reading = withoutGuides.includes(name)
    ? 'the best operations with get_operation'
    : 'the best guide with get_guide'
  const trying = server ? 'call_sandbox' : 'call_sandbox, which sends them to its mock'
  return `${request}

Use the API ${name}. Search its documentation with search_docs ${JSON.stringify({ query: request, variant: name })}, read ${reading}, and base the code on generate_code. Try the calls with ${trying}.`
}

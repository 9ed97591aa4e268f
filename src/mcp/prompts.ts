import { completable, type McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Api } from '../catalog/api.ts'
import { findApi, type McpContext } from './context.ts'
import { variantIn } from './schemas.ts'

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

/** Adds the prompts. */
export function addPrompts(server: McpServer, context: McpContext): void {
  const { catalog } = context
  for (const { name, title, request } of requests) {
    server.registerPrompt(
      name,
      {
        title,
        description: request,
        argsSchema: z.object({
          variant: completable(variantIn(catalog), (start) =>
            catalog.names.filter((variant) => variant.startsWith(String(start ?? ''))),
          ),
        }),
      },
      ({ variant }) => ({
        messages: [
          { role: 'user', content: { type: 'text', text: promptText(request, findApi(context, variant)) } },
        ],
      }),
    )
  }
}

function promptText(request: string, { name, server }: Api): string {
  const reading = server ? 'the best guide with get_guide' : 'the best operations with get_operation'
  return `${request}

Use the API ${name}. Search its documentation with search_docs ${JSON.stringify({ query: request, variant: name })}, read ${reading}, and base the code on generate_code. Try the calls with call_sandbox.`
}

import type { Document, Operation } from '../openapi/document.ts'
import { exampleResponses } from '../openapi/examples.ts'
import { endpointsOf } from '../openapi/operations.ts'
import { type Entry, operationLink } from './entry.ts'

/** The texts of an error body: its code, if there is one, and its messages. */
export interface ErrorText {
  code?: string
  messages: string[]
}

/** Returns one entry for each error of a contract; its text tells statuses and operations. */
export function errorEntries(variant: string, document: Document): Entry[] {
  const errors = new Map<string, ErrorText & { statuses: Set<number>; operations: Set<Operation> }>()
  for (const { operation } of endpointsOf(document)) {
    const { operationId = '' } = operation
    for (const [status, examples] of exampleResponses(document, operationId) ?? []) {
      if (!(status >= 400)) continue
      for (const { response } of examples) {
        const text = errorText(response.body)
        const key = text.code ?? text.messages[0]
        if (key === undefined) continue
        const error = errors.get(key) ?? { ...text, statuses: new Set(), operations: new Set() }
        error.messages = [...new Set([...error.messages, ...text.messages])]
        error.statuses.add(status)
        error.operations.add(operation)
        errors.set(key, error)
      }
    }
  }
  return [...errors].map(([title, { code, messages, statuses, operations }]) => ({
    kind: 'error',
    variant,
    language: 'en',
    title,
    section: [...statuses].join(', '),
    description: messages.join(' '),
    text: '',
    operations: [...operations].map(({ operationId = '' }) => operationId),
    names: [...(code === undefined ? [] : [code]), ...messages],
    link: operationLink(variant, 'en', [...operations][0] ?? {}),
  }))
}

/** Finds code and messages in the body of an error, whatever its shape. */
export function errorText(body: unknown): ErrorText {
  const found: ErrorText = { messages: [] }
  const visit = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner !== 'string') visit(inner)
      else if (key === 'code') found.code ??= inner
      else if (['message', 'error', 'detail', 'error_description'].includes(key)) found.messages.push(inner)
    }
  }
  visit(body)
  return found
}

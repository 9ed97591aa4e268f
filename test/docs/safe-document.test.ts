import { describe, expect, it } from 'vitest'
import { referenceDocument } from '../../src/docs/reference-document.ts'
import type { Document } from '../../src/openapi/document.ts'

/** Returns a description as reference pages show it. */
function shown(description: string): string | undefined {
  return referenceDocument({ openapi: '3.1.0', info: { title: '', version: '1', description } }, {}).info
    .description
}

describe('a description in a reference', () => {
  it.each([
    ['![A diagram](https://cdn.example.test/a.png "Title")', '[A diagram](https://cdn.example.test/a.png)'],
    ['![](//cdn.example.test/a.png)', '[//cdn.example.test/a.png](//cdn.example.test/a.png)'],
    [
      '<img src="https://cdn.example.test/a.png" alt="A diagram">',
      '[A diagram](https://cdn.example.test/a.png)',
    ],
    [
      "<IMG width=20 src='https://cdn.example.test/a.png'/>",
      '[https://cdn.example.test/a.png](https://cdn.example.test/a.png)',
    ],
  ])('links to the image %s', (image, link) => {
    expect(shown(`Before ${image} after`)).toBe(`Before ${link} after`)
  })

  it.each([
    '[![Build](https://cdn.example.test/badge.svg)](https://example.test)',
    '[![Build](https://cdn.example.test/badge.svg) of main](https://example.test)',
  ])('keeps the link of the image in %s', (image) => {
    expect(shown(image)).toMatch(/^\[Build( of main)?\]\(https:\/\/example\.test\)$/)
  })

  it('keeps the link of an HTML image', () => {
    const image =
      '<a href="https://example.test"> <img alt="Build" src="https://cdn.example.test/badge.svg"></a>'
    expect(shown(image)).toBe('<a href="https://example.test"> Build</a>')
  })

  it('shows the text of an image in a local file', () => {
    expect(shown('![The flow](./flow.png), <img src=flow.png alt="the flow">')).toBe('The flow, the flow')
  })

  it.each([
    '![dot](data:image/gif;base64,R0lGODlhAQABAAAAACw=)',
    '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
    'Code: `![a](https://cdn.example.test/a.png)`',
    '```md\n![a](https://cdn.example.test/a.png)\n```',
    '1 < 2 & 3 > 2',
  ])('leaves %s unchanged', (text) => {
    expect(shown(text)).toBe(text)
  })

  it('shows the tags of templates, which Redoc would evaluate', () => {
    expect(shown('Write {% if user %} or {{ user }}.')).toBe('Write {\u2060% if user %} or {{ user }}.')
  })
})

describe('the document of a reference', () => {
  const contract = (info: object, others = {}) =>
    ({ openapi: '3.1.0', info: { title: '', version: '1', ...info }, ...others }) as Document

  it('has no logo of another host', () => {
    const remote = contract({ 'x-logo': { url: 'https://cdn.example.test/logo.svg' } })
    const inline = contract({ 'x-logo': { url: 'data:image/svg+xml,x', href: 'https://example.test' } })
    expect(referenceDocument(remote, {}).info).not.toHaveProperty('x-logo')
    expect(referenceDocument(inline, {})).toEqual({ ...inline, info: { ...inline.info, description: '' } })
  })

  it('has no links that run scripts', () => {
    const url = "javascript:alert('x')"
    const document = contract(
      {
        contact: { name: 'Support', url },
        license: { name: 'MIT', url },
        termsOfService: url,
        'x-logo': { url: 'data:image/svg+xml,x', href: url },
      },
      { externalDocs: { url, description: 'More' }, tags: [{ name: 'Users', externalDocs: { url } }] },
    )
    expect(JSON.stringify(referenceDocument(document, {}))).not.toContain('javascript:')
    expect(JSON.stringify(document)).toContain('javascript:')
  })

  it('has the examples of the contract unchanged', () => {
    const value = { description: '![a](https://cdn.example.test/a.png)\n{% x %}' }
    const media = { schema: { type: 'object', default: value }, examples: { ok: { value } } }
    const response = { description: 'OK', content: { 'application/json': media } }
    const document = contract({}, { paths: { '/users': { get: { responses: { 200: response } } } } })
    const shown = JSON.stringify(referenceDocument(document, {}).paths)
    expect(shown).toContain(`"default":${JSON.stringify(value)}`)
    expect(shown).toContain(`"value":${JSON.stringify(value)}`)
  })
})

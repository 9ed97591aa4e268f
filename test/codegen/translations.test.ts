import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractUrl, translations, translationUrl, variantNames } from '../../generated/index.ts'
import { readOverlays } from '../../src/codegen/overlays.ts'
import { findStale } from '../../src/codegen/translate.ts'
import type { Document } from '../../src/openapi/document.ts'
import { createProject, type Project, smallContract } from './project.ts'
import { codeSpansIn, englishSentencesIn, englishWordsIn, proseOf } from './prose.ts'

const read = (url: URL): Document => JSON.parse(readFileSync(url, 'utf8'))
const translated = variantNames.flatMap((variant) =>
  translations[variant].map((language) => ({ variant, language })),
)

describe.each(translated)('the $language texts of $variant', async ({ variant, language }) => {
  const english = read(contractUrl(variant))
  const document = read(translationUrl(variant, language))
  const [source, target] = [proseOf(english), proseOf(document)]
  const file = resolve(import.meta.dirname, '../../openapi', variant, 'openapi.yaml')
  const overlay = (await readOverlays({ variant, file })).find((overlay) => overlay.language === language)

  it('covers every English text of the contract', () => {
    expect(source.size).toBeGreaterThan(100)
    const untranslated = [...source].filter(
      ([path, text]) => target.get(path) === text && englishWordsIn(text).length > 0,
    )
    expect(untranslated, 'Translate these texts in the overlay.').toEqual([])
  })

  it('follows every change of the English texts', () => {
    const stale = overlay && findStale(english, overlay)
    const advice =
      'Their English texts have changed. Review each translation, then set x-source-hash to sourceHash.'
    expect(stale, advice).toEqual([])
  })

  it('leaves no English sentence in a translation', () => {
    const mixed = [...target].filter(([, text]) => englishSentencesIn(text).length > 0)
    expect(mixed).toEqual([])
  })

  it('keeps every code span', () => {
    const changed = [...source].flatMap(([path, text]) => {
      const [before, after] = [codeSpansIn(text), codeSpansIn(target.get(path) ?? '')]
      return [
        ...without(before, after).map((code) => `${path} lacks ${code}`),
        ...without(after, before).map((code) => `${path} adds ${code}`),
      ]
    })
    expect(changed).toEqual([])
  })
})

/** Removes each item of `others` once from a list. */
function without(list: string[], others: string[]): string[] {
  const rest = [...others]
  return list.filter((item) => {
    const index = rest.indexOf(item)
    if (index >= 0) rest.splice(index, 1)
    return index < 0
  })
}

describe('an overlay', () => {
  const ping = "target: $.paths['/ping'].get"
  const wrong: [what: string, variant: string, action: string, problem: string][] = [
    ['a target without a match', 'missing', 'target: $.tags\n    update: {}', ':4 $.tags matches nothing'],
    ['an invalid JSONPath', 'malformed', 'target: tags\n    update: {}', ':4 tags is not a valid JSONPath: '],
    ['a new text', 'added', `${ping}\n    update: { summary: 핑 }`, '.get has no prose at summary.'],
    [
      'a change of the API',
      'changed',
      `${ping}\n    update: { operationId: pong }`,
      'no prose at operationId.',
    ],
    ['a removal', 'removed', `${ping}\n    remove: true`, ':4 A translation cannot remove parts'],
    ['an unknown field', 'misspelt', `${ping}\n    updates: { summary: 핑 }`, ':5:5 '],
    ['a file that is not YAML', 'unclosed', 'target: [', ':5:1 '],
  ]
  const overlay = (action: string) =>
    `overlay: 1.0.0\ninfo: { title: 핑, version: 1.0.0 }\nactions:\n  - ${action}\n`

  let project: Project
  let message = ''
  beforeAll(async () => {
    const contracts = wrong.map(([, variant]) => smallContract(variant))
    project = await createProject(Object.assign({}, ...contracts))
    for (const [, variant, action] of wrong)
      await project.write(`${variant}/overlay.ko.yaml`, overlay(action))
    message = await project.generate().then(String, ({ message }) => message)
  })
  afterAll(() => project.dispose())

  it.each(wrong)('fails with file and line for %s', (_, variant, _action, problem) => {
    const lines = message.split('\n').filter((line) => line.includes(`openapi/${variant}/overlay.ko.yaml:`))
    expect(lines).toEqual([expect.stringContaining(problem)])
  })

  it('translates the bundle without changing anything else', async () => {
    const { write, generate, generated, dispose } = await createProject(smallContract('alpha'))
    try {
      const update = "update: { responses: { '200': { description: 정상. } } }"
      await write('alpha/overlay.ko.yaml', overlay(`${ping}\n    ${update}`))
      await generate()
      const [english, korean] = ['openapi.json', 'openapi.ko.json'].map((name) =>
        readFileSync(join(generated, 'alpha', name), 'utf8'),
      )
      expect(korean).toBe(english?.replace('Alive.', '정상.'))
    } finally {
      await dispose()
    }
  })

  it('is stale after a change of an English text, and of no other', () => {
    const contract = { openapi: '3.1.0', info: { title: 'Ping', version: '1.0.0', description: 'Pongs.' } }
    const action = { position: 'overlay.ko.yaml:4', target: '$.info', update: { title: '핑' } }
    const hashOf = (document: Document) =>
      findStale(document, { language: 'ko', actions: [action] })[0]?.sourceHash
    const hash = hashOf(contract) ?? ''
    const overlay = { language: 'ko', actions: [{ ...action, 'x-source-hash': hash }] }
    expect(findStale(contract, overlay)).toEqual([])
    const { info } = contract
    expect(findStale({ ...contract, info: { ...info, description: 'Pings.' } }, overlay)).toEqual([])
    expect(findStale({ ...contract, info: { ...info, title: 'Pong' } }, overlay)).toEqual([
      { position: 'overlay.ko.yaml:4', target: '$.info', sourceHash: expect.stringMatching(/^[\da-f]{8}$/) },
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { findMediaType, isForm, isJson } from '../../src/openapi/media-type.ts'

describe('a media type', () => {
  it.each(['application/json', 'Application/JSON; charset=utf-8', 'application/problem+json'])(
    'is JSON as %s',
    (type) => {
      expect(isJson(type)).toBe(true)
    },
  )

  it.each(['application/json-seq', 'application/jsonlines', 'text/plain; note=+json', ''])(
    'is not JSON as %j',
    (type) => {
      expect(isJson(type)).toBe(false)
    },
  )

  it('is a form with any parameters', () => {
    expect(isForm('application/x-www-form-urlencoded; charset=UTF-8')).toBe(true)
    expect(isForm('application/x-www-form-urlencoded-v2')).toBe(false)
  })

  it('belongs to the declaration of itself, or else to the longest range', () => {
    const declared = ['*/*', 'image/*', 'image/png; q=1']
    expect(findMediaType(declared, 'image/png')).toBe('image/png; q=1')
    expect(findMediaType(declared, 'IMAGE/gif')).toBe('image/*')
    expect(findMediaType(declared, 'text/plain')).toBe('*/*')
    expect(findMediaType(declared, '')).toBeUndefined()
  })
})

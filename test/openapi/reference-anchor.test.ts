import { describe, expect, it } from 'vitest'
import { referenceAnchor } from '../../src/openapi/reference-anchor.ts'

describe('the anchor of an operation in the reference', () => {
  it.each([
    ['Email & SMS Templates', '#/email-and-sms-templates/getit'],
    ['Allow-list / Block-list', '#/allow-list-block-list/getit'],
    ['user-management.users', '#/user-management.users/getit'],
    ['Geräte', '#/gerate/getit'],
    ['사용자 목록', '#/사용자-목록/getit'],
    ['Users[0]', '#/users0/getit'],
  ])('is formed from the tag %s as Redoc does it', (tag, anchor) => {
    expect(referenceAnchor({ operationId: 'getIt', tags: [tag, 'second'] })).toBe(anchor)
  })

  it('is in the group "other" for operations without tags', () => {
    expect(referenceAnchor({ operationId: 'users/list' })).toBe('#/other/users/list')
  })
})

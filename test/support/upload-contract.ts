import type { Content, Document } from '../../src/openapi/document.ts'

const text = { type: 'string' }
const responses = { 204: { description: 'Done' }, 422: { description: 'Invalid' } }
const upload = (operationId: string, content: Content) => ({
  post: { operationId, requestBody: { required: true, content }, responses },
})

/** A contract whose bodies are files, or forms with files. */
export const uploadContract: Document = {
  openapi: '3.1.0',
  info: { title: 'Uploads', version: '1' },
  paths: {
    '/profile': upload('updateProfile', {
      'multipart/form-data': {
        schema: {
          type: 'object',
          required: ['avatar', 'pages', 'crop', 'address', 'tags', 'note'],
          properties: {
            avatar: { contentMediaType: 'application/octet-stream' },
            pages: { type: 'array', items: { ...text, format: 'binary' } },
            crop: { type: 'object', required: ['x'], properties: { x: { type: 'integer' } } },
            address: { type: 'object', required: ['city'], properties: { city: { const: 'Paris "FR"; 1' } } },
            tags: { type: 'array', items: text, minItems: 2 },
            note: { const: '@home; <3' },
          },
        },
        encoding: { avatar: { contentType: 'image/png' }, crop: { contentType: 'application/json' } },
      },
    }),
    '/photo': upload('uploadPhoto', { 'image/png': {} }),
    '/backup': upload('restoreBackup', {
      'application/octet-stream': { schema: { ...text, format: 'binary' } },
    }),
    '/documents': upload('uploadDocument', {
      'multipart/form-data': {
        schema: {
          type: 'object',
          required: ['file', 'title'],
          properties: {
            file: { ...text, format: 'binary' },
            title: text,
            labels: { type: 'array', items: text },
            owner: { type: 'object', properties: { id: { type: 'integer' } } },
          },
        },
        example: { title: 'Passport', labels: ['a', 'b'], owner: { id: 1 } },
      },
    }),
  },
}

/** The files that generated code sends. */
export const uploadedFiles = ['avatar.png', 'pages.bin', 'file.png', 'file.bin']

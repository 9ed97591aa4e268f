import { type Body, bodyKind, fieldsOf, filesOf, partsOf } from './body.ts'
import { formLines, writeFields } from './fetch.ts'
import { indent } from './text.ts'
import { isText, toTypeScript, toUpperCase, type Value } from './values.ts'

/** Writes the options of openapi-fetch for a body that is not JSON. */
export function bodyOptions(body: Body): string[] {
  const header = `headers: { "Content-Type": ${JSON.stringify(body.mediaType)} },`
  switch (bodyKind(body)) {
    case 'json':
      return body.mediaType === 'application/json' ? [] : [header]
    case 'raw':
      return [header, 'bodySerializer: String,']
    case 'file':
      return [header, 'bodySerializer: (file) => file,']
    case 'form':
      // openapi-fetch writes a form itself, but a list or an object as one text.
      return [header, ...(valuesOf(body).some(isContainer) ? [formSerializer(body)] : [])]
    case 'multipart':
      return [multipartSerializer(body)]
  }
}

function formSerializer(body: Body): string {
  if (hasOtherEncoding(body))
    return `bodySerializer: () => new URLSearchParams(${writeFields(fieldsOf(body), write)}),`
  return serializer('URLSearchParams', valuesOf(body), false)
}

function multipartSerializer(body: Body): string {
  const hasTypes = partsOf(body).some(({ type }) => type !== undefined)
  if (hasTypes || hasOtherEncoding(body))
    return `bodySerializer() {\n${indent(`${formLines(body)}return form;`)}\n},`
  return serializer('FormData', valuesOf(body), filesOf(body).size > 0)
}

/** Tells whether the loop of {@link serializer} would write other fields than the contract wants. */
function hasOtherEncoding(body: Body): boolean {
  const { encoding: _, ...plain } = body
  return valuesOf(body).includes(null) || JSON.stringify(fieldsOf(plain)) !== JSON.stringify(fieldsOf(body))
}

/** Writes a function for any values of the fields: a list becomes several of them, and an object JSON. */
function serializer(type: string, values: Value[], hasFiles: boolean): string {
  const hasLists = values.some(Array.isArray)
  const value = hasLists ? 'item' : 'value'
  const json = `typeof ${value} === "object" ? JSON.stringify(${value}) : `
  const text = `${values.flat().some(isContainer) ? json : ''}String(${value})`
  const append = `form.append(name, ${hasFiles ? `${value} instanceof Blob ? ${value} : ` : ''}${text});`
  const loop = 'for (const [name, value] of Object.entries(fields ?? {}))'
  const lines = [
    `const form = new ${type}();`,
    hasLists ? `${loop}\n  for (const item of [value].flat())\n    ${append}` : `${loop}\n  ${append}`,
    'return form;',
  ]
  return `bodySerializer(fields) {\n${indent(lines.join('\n'))}\n},`
}

const valuesOf = ({ value }: Body): Value[] => Object.values(Object(value))

const isContainer = (value: Value) => typeof value === 'object' && value !== null && !isText(value)

const write = (value: Value) => toTypeScript(value, 0, toUpperCase)

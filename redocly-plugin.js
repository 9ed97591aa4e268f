import { LineCounter, parseDocument, visit } from 'yaml'

/** Lint rules that redocly's assertions cannot express. `redocly.yaml` turns them on. */
export default function authContractsPlugin() {
  return {
    id: 'auth-contracts',
    rules: {
      oas3: {
        bodySchemaDescription,
        boundedPatterns,
        commonResponses,
        descriptionStart,
        exampleSummary,
        pairedExamples,
        quotedTimestamps,
        retryAfter,
        successResponse,
        unauthorizedResponse,
        visibleAsciiParameters,
      },
    },
  }
}

/** Requires a 401 on every operation that cannot be called without credentials. */
function unauthorizedResponse() {
  let rootSecurity = []
  return {
    Root: (root) => {
      rootSecurity = root.security ?? []
    },
    Operation(operation, ctx) {
      const security = operation.security ?? rootSecurity
      const needsCredentials =
        security.length > 0 && security.every((scheme) => Object.keys(scheme).length > 0)
      if (needsCredentials && !operation.responses?.['401']) {
        ctx.report({
          message: 'an operation that requires credentials declares 401',
          location: at(ctx, 'responses'),
        })
      }
    },
  }
}

/** Requires the statuses that any request can get: body too large, server failure, server unavailable. */
function commonResponses() {
  return {
    Operation(operation, ctx) {
      for (const status of ['413', '500', '503']) {
        if (!operation.responses?.[status]) {
          ctx.report({ message: `every operation declares ${status}`, location: at(ctx, 'responses') })
        }
      }
    },
  }
}

/** Requires a success or a redirect on every operation. */
function successResponse() {
  return {
    Operation(operation, ctx) {
      if (!Object.keys(operation.responses ?? {}).some((status) => /^[23]/.test(status))) {
        ctx.report({ message: 'every operation declares a 2xx or a 3xx', location: at(ctx, 'responses') })
      }
    },
  }
}

/** Requires `Retry-After` on 429 and 503 (RFC 9110, section 10.2.3). */
function retryAfter() {
  return {
    Operation(operation, ctx) {
      for (const [status, entry] of Object.entries(operation.responses ?? {})) {
        const response = deref(entry, ctx).node
        if ((status === '429' || status === '503') && !response?.headers?.['Retry-After']) {
          ctx.report({
            message: `${status} declares the Retry-After header`,
            location: at(ctx, 'responses', status),
          })
        }
      }
    },
  }
}

/**
 * Pairs examples by name: each request example has a response example in exactly one status, and each success
 * example of an operation with input has a request example. A pair is one contract case.
 */
function pairedExamples() {
  return {
    Operation(operation, ctx) {
      const requests = requestExampleNames(operation, ctx)
      const statuses = responseExampleNames(operation, ctx)
      const successWithoutExamples = statuses.some(({ status, names }) => status < '400' && names.size === 0)
      for (const name of requests) {
        const matches = statuses.filter(({ names }) => names.has(name)).map(({ status }) => status)
        if (matches.length > 1 || (matches.length === 0 && !successWithoutExamples)) {
          const found = matches.length === 0 ? 'none' : matches.join(' and ')
          ctx.report({
            message: `request example "${name}" has a response example in exactly one status, found ${found}`,
            location: ctx.location,
          })
        }
      }
      if (requests.size === 0) return
      for (const { status, names } of statuses.filter(({ status }) => status < '400')) {
        for (const name of names) {
          if (!requests.has(name)) {
            ctx.report({
              message: `response example "${name}" of ${status} has no example of this name in a body or parameter of the request`,
              location: ctx.location,
            })
          }
        }
      }
    },
  }
}

function requestExampleNames(operation, ctx) {
  const body = deref(operation.requestBody, ctx).node
  const parameters = (operation.parameters ?? []).map((parameter) => deref(parameter, ctx).node)
  const holders = [...Object.values(body?.content ?? {}), ...parameters]
  return new Set(
    holders.flatMap((holder) => Object.keys({ ...holder.examples, ...holder['x-invalid-examples'] })),
  )
}

/** Includes examples of headers, as a redirect has no body but a `Location`. */
function responseExampleNames(operation, ctx) {
  return Object.entries(operation.responses ?? {}).map(([status, entry]) => {
    const { node: response, file } = deref(entry, ctx)
    const headers = Object.values(response?.headers ?? {}).map((header) => deref(header, ctx, file).node)
    const holders = [...Object.values(response?.content ?? {}), ...headers]
    return { status, names: new Set(holders.flatMap((holder) => Object.keys(holder?.examples ?? {}))) }
  })
}

/**
 * Rejects a description on the top-level schema of a JSON body: Redoc does not show it. It belongs to the
 * operation, the response or a property.
 */
function bodySchemaDescription() {
  return {
    MediaType(mediaType, ctx) {
      if (!/[/+]json$/.test(String(ctx.key)) || !mediaType.schema) return
      const message =
        'the top-level schema of a JSON body has no description, as Redoc does not show it; describe the operation, the response or the properties'
      if (mediaType.schema.description !== undefined) {
        ctx.report({ message, location: at(ctx, 'schema', 'description') })
      }
      if (!mediaType.schema.$ref) return
      const { node: schema, location } = ctx.resolve(mediaType.schema)
      if (schema?.description !== undefined) {
        ctx.report({ message, location: location.child('description').key() })
      }
    },
  }
}

/**
 * Requires patterns that are anchored at both ends and bounded. Generators of test data never finish with
 * others, and some validators backtrack. RE2 allows at most 1000 repetitions.
 */
function boundedPatterns() {
  return {
    Schema(schema, ctx) {
      if (typeof schema.pattern !== 'string') return
      const problem = patternProblem(schema.pattern, typeof schema.maxLength === 'number')
      if (problem) ctx.report({ message: `a pattern ${problem}`, location: at(ctx, 'pattern') })
    },
  }
}

/**
 * Requires a pattern of visible ASCII on header and cookie parameters. Test generators stop at the first
 * value that their HTTP client refuses to send (RFC 9110, section 5.5).
 */
function visibleAsciiParameters() {
  return {
    Parameter(parameter, ctx) {
      if (parameter.in !== 'header' && parameter.in !== 'cookie') return
      const pattern = deref(parameter.schema, ctx).node?.pattern
      if (typeof pattern === 'string' && onlyVisibleAscii(pattern, parameter.in)) return
      ctx.report({
        message: `a ${parameter.in} parameter has a pattern that allows only visible ASCII`,
        location: at(ctx, 'schema'),
      })
    },
  }
}

/** Also rejects the characters that RFC 6265, section 4.1.1, excludes from cookies. */
function onlyVisibleAscii(pattern, location) {
  const expression = new RegExp(pattern, 'u')
  const excluded = location === 'cookie' ? ' ",;\\' : ' '
  const others = Array.from({ length: 0x180 }, (_, code) => String.fromCodePoint(code)).filter(
    (character) => !/[!-~]/.test(character) || excluded.includes(character),
  )
  return ![...others, '\u{1f600}'].some((character) =>
    [character, `a${character}`, `${character}a`].some((text) => expression.test(text)),
  )
}

/** @returns what is wrong with a pattern, or undefined */
function patternProblem(pattern, hasMaxLength) {
  // Classes and escaped characters become one letter, so that only operators are left.
  const outline = pattern.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/gs, 'c')
  if (!/^\^[^^$]*\$$/s.test(outline)) return 'starts with ^ and ends with $, and has no other anchor'
  if (outline.includes('.')) return 'names its characters instead of using a full stop'
  if (withoutGroups(outline).includes('|')) return 'has alternatives only in a group, as anchors bind tighter'
  const limits = [...outline.matchAll(/\{(\d+)(,?)(\d*)\}/g)]
  if (limits.some(([, min, , max]) => Number(max || min) > 1000)) return 'repeats at most 1000 times'
  const isUnbounded = /[*+]/.test(outline) || limits.some(([, , comma, max]) => comma && !max)
  // One class alone cannot backtrack.
  if (isUnbounded && !(hasMaxLength && /^\^c[*+]\$$/.test(outline)))
    return 'has no unbounded repetition, except one class alone with a maxLength'
  return undefined
}

function withoutGroups(outline) {
  const inner = outline.replaceAll(/\([^()]*\)/g, 'g')
  return inner === outline ? outline : withoutGroups(inner)
}

/** Requires a summary on every named example: Redoc and Swagger UI show it in the list of examples. */
function exampleSummary() {
  const check = (holder, ctx) => {
    for (const field of ['examples', 'x-invalid-examples']) {
      for (const [name, entry] of Object.entries(holder[field] ?? {})) {
        const example = deref(entry, ctx).node
        if (typeof example?.summary !== 'string' || example.summary.trim() === '') {
          ctx.report({ message: `example "${name}" has a summary`, location: at(ctx, field, name) })
        }
      }
    }
  }
  return { MediaType: check, Parameter: check, Header: check }
}

/** Rejects a description such as "400. Bad request": Markdown renders it as an ordered list. */
function descriptionStart() {
  return {
    any: {
      enter(node, ctx) {
        if (/^\s*\d+[.)]/.test(node?.description)) {
          ctx.report({
            message: 'a description does not start with a number and a full stop, as Markdown renders a list',
            location: at(ctx, 'description'),
          })
        }
      },
    },
  }
}

/** Rejects unquoted dates and timestamps: YAML 1.1 parsers such as PyYAML read them as dates. */
function quotedTimestamps() {
  const checked = new Set()
  return {
    any: {
      enter(_node, ctx) {
        const { source } = ctx.location
        if (checked.has(source.absoluteRef)) return
        checked.add(source.absoluteRef)
        const lineCounter = new LineCounter()
        const document = parseDocument(source.body, { schema: 'yaml-1.1', lineCounter })
        visit(document, {
          Scalar(_key, { value, source: text, range }) {
            if (!(value instanceof Date)) return
            ctx.report({
              message: `quote ${text}: YAML 1.1 parsers read it as a date`,
              location: { source, start: lineCounter.linePos(range[0]), end: lineCounter.linePos(range[1]) },
            })
          },
        })
      },
    },
  }
}

/** @returns the node that a `$ref` points to, and the file that its own references are relative to */
function deref(node, ctx, file) {
  if (!node?.$ref) return { node, file }
  const { node: target, location } = ctx.resolve(node, file)
  return { node: target, file: location?.source.absoluteRef }
}

const at = (ctx, ...keys) => ctx.location.child(keys).key()

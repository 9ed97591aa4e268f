/** Rules of this house that redocly's own assertions cannot say, because they look at an operation as a whole. */
export default function authContractsPlugin() {
  return {
    id: 'auth-contracts',
    rules: { oas3: { unauthorizedResponse, commonResponses, successResponse, retryAfter, pairedExamples } },
  }
}

/** An operation that cannot be called without credentials declares its 401. */
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
          message: 'security applies, so the operation declares 401',
          location: at(ctx, 'responses'),
        })
      }
    },
  }
}

/** Whatever an operation does, its body can be too large, the server can fail, and the server can be busy. */
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

/** Something can go well: an operation has an answer, or leads on to somewhere else. */
function successResponse() {
  return {
    Operation(operation, ctx) {
      if (!Object.keys(operation.responses ?? {}).some((status) => /^[23]/.test(status))) {
        ctx.report({ message: 'every operation declares a 2xx or a 3xx', location: at(ctx, 'responses') })
      }
    },
  }
}

/** A refusal that passes with time says when to come back (RFC 9110, section 10.2.3). */
function retryAfter() {
  return {
    Operation(operation, ctx) {
      for (const [status, entry] of Object.entries(operation.responses ?? {})) {
        const response = deref(entry, ctx).node
        if ((status === '429' || status === '503') && !response?.headers?.['Retry-After']) {
          ctx.report({
            message: `${status} declares the header Retry-After`,
            location: at(ctx, 'responses', status),
          })
        }
      }
    },
  }
}

/**
 * A request example and the response example of the same name are one contract case: every request example has its
 * answer in exactly one status, and every success that depends on input has its request.
 */
function pairedExamples() {
  return {
    Operation(operation, ctx) {
      const requests = requestExampleNames(operation, ctx)
      const statuses = responseExampleNames(operation, ctx)
      const silentSuccess = statuses.some(({ status, names }) => status < '400' && names.size === 0)
      for (const name of requests) {
        const answers = statuses.filter(({ names }) => names.has(name)).map(({ status }) => status)
        if (answers.length > 1 || (answers.length === 0 && !silentSuccess)) {
          const found = answers.length === 0 ? 'none' : answers.join(' and ')
          ctx.report({
            message: `request example "${name}" has one answer of its name, found ${found}`,
            location: ctx.location,
          })
        }
      }
      if (requests.size === 0) return
      for (const { status, names } of statuses.filter(({ status }) => status < '400')) {
        for (const name of names) {
          if (!requests.has(name)) {
            ctx.report({
              message: `response example "${name}" of ${status} has no request example`,
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

/** Header examples count: a redirect has no body, and its `Location` tells its story. */
function responseExampleNames(operation, ctx) {
  return Object.entries(operation.responses ?? {}).map(([status, entry]) => {
    const { node: response, file } = deref(entry, ctx)
    const headers = Object.values(response?.headers ?? {}).map((header) => deref(header, ctx, file).node)
    const holders = [...Object.values(response?.content ?? {}), ...headers]
    return { status, names: new Set(holders.flatMap((holder) => Object.keys(holder?.examples ?? {}))) }
  })
}

/** What a node or the `$ref` in its place stands for, and the file that its own references are relative to. */
function deref(node, ctx, file) {
  if (!node?.$ref) return { node, file }
  const { node: target, location } = ctx.resolve(node, file)
  return { node: target, file: location?.source.absoluteRef }
}

const at = (ctx, ...keys) => ctx.location.child(keys).key()

declare module 'har-schema' {
  const schemas: Record<string, import('ajv').SchemaObject>
  export default schemas
}

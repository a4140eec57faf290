import { z } from 'zod'

export type Leaf = { key: string; section: string; name: string; kind: 'number' | 'flag' | 'list' | 'text' }

type Shape = Readonly<Record<string, z.core.$ZodType>>

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return unwrap(schema.unwrap())
  }
  return schema
}

function kindOf(schema: z.core.$ZodType): Leaf['kind'] {
  const inner = unwrap(schema)
  if (inner instanceof z.ZodNumber) return 'number'
  if (inner instanceof z.ZodBoolean) return 'flag'
  return inner instanceof z.ZodArray ? 'list' : 'text'
}

const shapeOf = (schema: z.core.$ZodType): Shape => {
  const inner = unwrap(schema)
  return inner instanceof z.ZodObject ? inner.shape : {}
}

/** Every key that the schema knows, in its order: sections of settings, one level deep. */
export function leaves(schema: z.ZodObject): readonly Leaf[] {
  return Object.entries(schema.shape).flatMap(([section, inner]) =>
    Object.entries(shapeOf(inner)).map(([name, leaf]) => ({
      key: `${section}.${name}`,
      section,
      name,
      kind: kindOf(leaf),
    })),
  )
}

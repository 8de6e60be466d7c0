import type { z } from 'zod';
import { nearest } from '#warehouse/nearest.ts';

type Issue = z.core.$ZodIssue;
interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  propertyNames?: { enum?: string[] };
}

/** One line for each mistake: key, given value, what is wrong with it, and what is allowed. */
export function describeIssues(error: z.ZodError, input: unknown, schema: unknown): string {
  return error.issues
    .flatMap((issue) => flat(issue, []))
    .map(({ issue, path }) => line(issue, path, input, schema as JsonSchema))
    .join('\n');
}

/** Of a value that may have several forms, the mistakes in the form that fits best: the one that fails deepest. */
function flat(issue: Issue, above: PropertyKey[]): { issue: Issue; path: PropertyKey[] }[] {
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union' || !issue.errors.length) return [{ issue, path }];
  const forms = issue.errors.map((form) => form.flatMap((one) => flat(one, path)));
  const depth = (form: { issue: Issue; path: PropertyKey[] }[]) =>
    Math.max(
      ...form.map((one) => one.path.length + (one.issue.code === 'unrecognized_keys' ? 1 : 0)),
    );
  return forms.reduce((best, form) => (depth(form) > depth(best) ? form : best));
}

function line(issue: Issue, path: PropertyKey[], input: unknown, schema: JsonSchema): string {
  const key = path.map(String).join('.') || '(top)';
  if (issue.code === 'unrecognized_keys') {
    const known = path.reduce<JsonSchema[]>(step, [schema]).flatMap(keysOf);
    const allowed = [...new Set(known)];
    return issue.keys
      .map(
        (name) =>
          `  ${key === '(top)' ? '' : `${key}.`}${name}: no such key; nearest: ${nearest(name, allowed)}; allowed: ${allowed.join(', ')}`,
      )
      .join('\n');
  }
  const value = path.reduce<unknown>(
    (part, name) => (part as Record<PropertyKey, unknown> | undefined)?.[name],
    input,
  );
  return `  ${key}: ${value === undefined ? 'missing; ' : `${JSON.stringify(value)?.slice(0, 80)} `}${issue.message}`;
}

const keysOf = (schema: JsonSchema): string[] => [
  ...Object.keys(schema.properties ?? {}),
  ...(schema.propertyNames?.enum ?? []),
  ...(schema.anyOf ?? []).flatMap(keysOf),
];

/** The schemas of one part of a value, whichever form the whole has. */
function step(schemas: JsonSchema[], name: PropertyKey): JsonSchema[] {
  return schemas.flatMap((schema) => {
    const { properties, additionalProperties, items, anyOf } = schema;
    const found = typeof name === 'number' ? items : properties?.[String(name)];
    const other = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    return [...(found ? [found] : other ? [other] : []), ...step(anyOf ?? [], name)];
  });
}

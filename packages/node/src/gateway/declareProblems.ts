import { problemSchema } from './problem.ts'

const descriptions: Readonly<Record<number, string>> = {
  400: 'The request breaks its schema or its content does not match its name.',
  401: 'A signature is not that of whom it names.',
  403: 'The operator of this node does not allow it.',
  404: 'Not known to this node.',
  409: 'The state of the quote, the input or the job does not allow it.',
  410: 'The quote has expired.',
  413: 'More bytes than allowed.',
  415: 'This content type is not taken.',
  422: 'The terms differ from the quote, or the contract would refuse them.',
  429: 'Too many requests.',
  500: 'A fault of the node.',
  503: 'Not now; try again later.',
}

type ProblemResponse = {
  description: string
  content: { 'application/problem+json': { schema: typeof problemSchema } }
}

/** Declares the problem answers of a route; 400, 429 and 500 belong to every one. */
export function declareProblems(...statuses: number[]): Record<number, ProblemResponse> {
  const all = [...new Set([400, 429, 500, ...statuses])]
  return Object.fromEntries(
    all.map((status) => [
      status,
      {
        description: descriptions[status] ?? 'Refused.',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  )
}
